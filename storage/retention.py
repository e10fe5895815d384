"""How long what is kept, and the daily deletion of the rest."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update

from domain.case import LIVE
from domain.forgetting import GONE
from domain.people import Person
from storage import erasing, pushes, webhooks
from storage.tables import (
    cases,
    deliveries,
    desk_passes,
    desk_sessions,
    files,
    joiners,
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
NAMES = timedelta(days=730)  # the same
AT_ONCE = 2_000  # cases that lose their names in one clean-up

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
    return gone | {
        "deliveries": _told(tx, now),
        "files": _photos(tx, now),
        "names": _names(tx, now),
    }


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


def _names(tx: Tx, now: datetime) -> int:
    """Cases that ended long ago belong to nobody any more and say nothing; they go on as figures."""
    joined = cases.c.id.in_(select(joiners.c.case_id))  # whoever reported it may have been forgotten before
    over = (cases.c.status.not_in(sorted(LIVE)), cases.c.closed_at < now - NAMES)
    left = select(cases.c.id).where(*over, or_(cases.c.text != GONE, joined))
    ids = [row.id for row in tx.rows(left.order_by(cases.c.id).limit(AT_ONCE))]
    if not ids:
        return 0
    erasing.blank_cases(tx, ids)
    nobody = tx.add(Person(created_at=now)).id
    theirs = update(cases).where(cases.c.id.in_(ids))
    tx.connection.execute(theirs.values(reporter_id=nobody, beneficiary_id=nobody))
    tx.connection.execute(delete(joiners).where(joiners.c.case_id.in_(ids)))
    return len(ids)
