"""What a restored database must not say again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, or_, select, update

from domain.notices import Notice, NoticeState
from storage import pushes
from storage.broadcasts import WAITING
from storage.tables import deliveries, events, notices, reminders
from storage.tx import Tx

TELL_ONLY = ("theme", "activity_48h", "activity_2h", "anchor")
"""Reminders that only tell people something; the others move cases and are done, late or not."""
REASON = "held by a restore"


def hold(tx: Tx, now: datetime) -> dict[str, int]:
    """Whatever waited when the backup was made may have gone out since: none of it goes out by itself.

    Messages, and who had not heard a notice that was under way, become "unknown", as those of a sender
    that died; what happened and was not told yet counts as told. Returns how much.
    """
    due = or_(deliveries.c.state != "queued", deliveries.c.due_at <= now)
    under_way = select(notices.c.id).where(notices.c.state == NoticeState.SENT)
    of_those = or_(deliveries.c.notice_id.is_(None), deliveries.c.notice_id.in_(under_way))
    waited = and_(deliveries.c.state.in_(WAITING), due, of_those)
    held = {"state": "unknown", "reason": REASON, "lease_until": None}
    of_reminders = (
        reminders.c.done_at.is_(None), reminders.c.due_at <= now, reminders.c.kind.in_(TELL_ONLY)
    )  # fmt: skip
    pushes.hold(tx)
    untold = events.c.handled_at.is_(None)
    return {
        "deliveries": tx.connection.execute(update(deliveries).where(waited).values(**held)).rowcount,
        "events": tx.connection.execute(update(events).where(untold).values(handled_at=now)).rowcount,
        "reminders": tx.connection.execute(
            update(reminders).where(*of_reminders).values(done_at=now)
        ).rowcount,
    }


def begun_by_now(tx: Tx, now: datetime) -> list[Notice]:
    """Notices that had not begun when the backup was made and would have since."""
    return tx.all(Notice, notices.c.state == NoticeState.SENDING, notices.c.goes_at <= now)
