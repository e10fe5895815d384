"""The events that figures are counted from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import func, select

from domain.events import Event
from storage.tables import events
from storage.tx import Tx

PAGE = 5_000


def log(tx: Tx, kinds: Iterable[str], start: datetime, end: datetime) -> Iterator[Event]:
    """Events of these kinds in [start, end), in their order."""
    after = 0
    wanted = sorted(kinds)
    while True:
        statement = (
            select(*tx.columns(Event))
            .where(events.c.at >= start, events.c.at < end, events.c.kind.in_(wanted), events.c.id > after)
            .order_by(events.c.id)
            .limit(PAGE)
        )
        page = tx.values(Event, statement)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].id


def count(tx: Tx, kinds: Iterable[str], start: datetime, end: datetime) -> int:
    """How many events of these kinds there are in [start, end)."""
    wanted = events.c.kind.in_(sorted(kinds))
    statement = select(func.count()).where(events.c.at >= start, events.c.at < end, wanted)
    return int(tx.connection.execute(statement).scalar_one())
