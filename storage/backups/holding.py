"""What a restored database must not say again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, or_, update

from storage.tables import deliveries, events, reminders
from storage.tx import Tx

BROADCASTS = ("theme", "activity_48h", "activity_2h", "notice_report", "anchor")
"""Reminders that only tell people something; the others move cases and are done, late or not."""
REASON = "held by a restore"


def hold(tx: Tx, now: datetime) -> dict[str, int]:
    """Whatever waited when the backup was made may have gone out since: none of it goes out by itself.

    Messages become "unknown", as those of a sender that died; what happened and was not told yet counts
    as told. Returns how much.
    """
    waited = or_(
        and_(deliveries.c.state == "queued", deliveries.c.due_at <= now), deliveries.c.state == "sending"
    )
    held = {"state": "unknown", "reason": REASON, "lease_until": None}
    return {
        "deliveries": tx.connection.execute(update(deliveries).where(waited).values(**held)).rowcount,
        "events": tx.connection.execute(
            update(events).where(events.c.handled_at.is_(None)).values(handled_at=now)
        ).rowcount,
        "reminders": tx.connection.execute(
            update(reminders)
            .where(reminders.c.done_at.is_(None), reminders.c.due_at <= now, reminders.c.kind.in_(BROADCASTS))
            .values(done_at=now)
        ).rowcount,
    }
