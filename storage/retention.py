"""How long what is kept, and the daily deletion of the rest."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select

from domain.case import LIVE
from storage import pushes, webhooks
from storage.tables import (
    cases,
    deliveries,
    desk_passes,
    desk_sessions,
    files,
    lessons,
    mailbox,
    quarantine,
    recordings,
    rosters,
    seen,
)
from storage.tx import Tx

CHAT = timedelta(days=90)
PHOTOS = timedelta(days=180)  # after their case has ended

KEPT = {
    seen: timedelta(days=8),  # answers to messages that may come again
    mailbox: CHAT,
    quarantine: CHAT,
    lessons: timedelta(days=180),  # accepted ones are in the file of examples by then
    recordings: CHAT,
    desk_passes: timedelta(days=30),
    desk_sessions: timedelta(days=30),
    rosters: timedelta(days=1),  # sheets of people that were handed in at a desk
}
_SINCE = {"desk_passes": "issued_at", "desk_sessions": "began_at", "rosters": "created_at"}
"""Where a row's moment stands; else "at"."""


def purge(tx: Tx, now: datetime) -> dict[str, int]:
    """Deletes what is older than it may be; the rows deleted, by table."""
    gone = {
        table.name: tx.connection.execute(
            delete(table).where(table.c[_SINCE.get(table.name, "at")] < now - span)
        ).rowcount
        for table, span in KEPT.items()
    }
    gone |= {"webhook_sends": webhooks.purge(tx, now), "knocks": pushes.purge(tx, now)}
    return gone | {"deliveries": _told(tx, now), "files": _photos(tx, now)}


def _told(tx: Tx, now: datetime) -> int:
    """What was said to one person and ended. Notices keep theirs: they are counted by them."""
    ended = deliveries.c.state.not_in(("queued", "leased", "sending"))
    old = (deliveries.c.notice_id.is_(None), deliveries.c.due_at < now - CHAT, ended)
    return tx.connection.execute(delete(deliveries).where(*old)).rowcount


def _photos(tx: Tx, now: datetime) -> int:
    """The rows of photos and recordings; what then lies in the folder without one goes within the day."""
    over = select(cases.c.id).where(cases.c.status.not_in(sorted(LIVE)), cases.c.closed_at < now - PHOTOS)
    kept = select(recordings.c.file_id)
    alone = and_(files.c.case_id.is_(None), files.c.at < now - CHAT, files.c.id.not_in(kept))
    of_old = and_(files.c.case_id.in_(over), files.c.id.not_in(kept))
    return tx.connection.execute(delete(files).where(or_(alone, of_old))).rowcount
