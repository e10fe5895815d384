"""How long what is kept, and the daily deletion of the rest."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from storage import pushes, webhooks
from storage.tables import desk_passes, desk_sessions, lessons, mailbox, quarantine, recordings, rosters, seen
from storage.tx import Tx

KEPT = {
    seen: timedelta(days=8),  # answers to messages that may come again
    mailbox: timedelta(days=90),  # chat text
    quarantine: timedelta(days=90),
    lessons: timedelta(days=180),  # accepted ones are in the file of examples by then
    recordings: timedelta(days=90),
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
    return gone | {"webhook_sends": webhooks.purge(tx, now), "knocks": pushes.purge(tx, now)}
