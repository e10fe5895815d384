"""The processes of an installation say that they live; the others see when one kind falls silent."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from storage.tables import heartbeats
from storage.tx import Tx

FORGOTTEN = timedelta(days=1)  # a process that was stopped in order long ago


def beat(tx: Tx, name: str, kind: str, at: datetime) -> bool:
    """A process lives; True when its kind had been silent and somebody was told so."""
    told = select(heartbeats.c.name).where(heartbeats.c.kind == kind, heartbeats.c.alarmed_at.is_not(None))
    back = bool(tx.rows(told))
    new = {"name": name, "kind": kind, "at": at}
    if not tx.add_once(heartbeats, new, "name"):
        tx.connection.execute(update(heartbeats).where(heartbeats.c.name == name).values(at=at))
    if back:
        tx.connection.execute(update(heartbeats).where(heartbeats.c.kind == kind).values(alarmed_at=None))
    tx.connection.execute(
        delete(heartbeats).where(heartbeats.c.kind == kind, heartbeats.c.at < at - FORGOTTEN)
    )
    return back


def last(tx: Tx) -> dict[str, datetime]:
    """When a process of each kind was last known to live."""
    rows = tx.rows(select(heartbeats.c.kind, func.max(heartbeats.c.at)).group_by(heartbeats.c.kind))
    return {row[0]: row[1] for row in rows}


def alarm(tx: Tx, kind: str, now: datetime) -> bool:
    """Takes it upon this process to tell that a kind is silent; False when another has."""
    mine = (heartbeats.c.kind == kind, heartbeats.c.alarmed_at.is_(None))
    taken = update(heartbeats).where(*mine).values(alarmed_at=now).returning(heartbeats.c.name)
    return bool(tx.rows(taken))
