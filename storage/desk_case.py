"""One case with everything the desk reads beside it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from domain.access import Reach
from domain.case import Case
from domain.tasks import Offer
from storage.tables import cases, events, notes, offers, tasks
from storage.tx import Tx


def notes_of(tx: Tx, case_id: int) -> list[tuple[int, str, int, datetime]]:
    """Everything that was written to a case: id, words, who, when."""
    wanted = select(notes.c.id, notes.c.text, notes.c.person_id, notes.c.at).where(notes.c.case_id == case_id)
    return [(row.id, row.text, row.person_id, row.at) for row in tx.rows(wanted.order_by(notes.c.id))]


def reads_since(tx: Tx, person_id: int, kinds: Collection[str], since: datetime) -> int:
    """How often somebody did one of these things since a moment."""
    mine = (events.c.actor_id == person_id, events.c.kind.in_(sorted(kinds)), events.c.at >= since)
    return int(tx.connection.execute(select(func.count()).select_from(events).where(*mine)).scalar() or 0)


def offered(tx: Tx, reach: Reach, limit: int = 20) -> list[tuple[Offer, Case]]:
    """Cases that other units would like these to take, oldest first."""
    own = tx.columns(Offer)
    rows = tx.rows(
        select(*own, *tx.columns(Case))
        .join(tasks, tasks.c.id == offers.c.task_id)
        .join(cases, cases.c.id == tasks.c.case_id)
        .where(offers.c.to_unit_id.in_(reach.own), offers.c.state == "open")
        .order_by(offers.c.id)
        .limit(limit)
    )
    return [(tx.value(Offer, row[: len(own)]), tx.value(Case, row[len(own) :])) for row in rows]
