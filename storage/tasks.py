"""Tasks, claims and offers."""

from __future__ import annotations

from sqlalchemy import select

from domain.tasks import ACTIVE_CLAIM, Claim, ClaimState, Offer, Task, TaskState
from storage.tables import claims, offers, tasks
from storage.tx import Tx


def locked(tx: Tx, task_id: int) -> Task | None:
    """A task nobody else can change until this transaction ends."""
    return tx.first(Task, tasks.c.id == task_id, lock=True)


def of_case(tx: Tx, case_id: int, *, lock: bool = False) -> Task | None:
    return tx.first(Task, tasks.c.case_id == case_id, lock=lock)


def open_in(tx: Tx, unit_ids: list[int], limit: int = 10, offset: int = 0) -> list[Task]:
    """What members of these units can take now, urgent first, oldest first."""
    return tx.all(
        Task,
        tasks.c.unit_id.in_(unit_ids),
        tasks.c.state == TaskState.OPEN,
        tasks.c.listed.is_(True),
        order=(tasks.c.urgent.desc(), tasks.c.created_at, tasks.c.id),
        limit=limit,
        offset=offset,
    )


def numbered(tx: Tx, number: int, unit_ids: list[int]) -> Task | None:
    """The newest task with this number within these units; a return visit is nobody's to ask for."""
    found = tx.all(
        Task,
        tasks.c.number == number,
        tasks.c.rating_id.is_(None),
        tasks.c.unit_id.in_(unit_ids),
        order=tasks.c.id.desc(),
        limit=1,
    )
    return found[0] if found else None


def active_claim(tx: Tx, task_id: int, person_id: int) -> Claim | None:
    return tx.first(
        Claim,
        claims.c.task_id == task_id,
        claims.c.person_id == person_id,
        claims.c.state.in_(ACTIVE_CLAIM),
    )


def ever_held(tx: Tx, task_id: int, person_id: int) -> bool:
    return tx.first(Claim, claims.c.task_id == task_id, claims.c.person_id == person_id) is not None


def holders(tx: Tx, task_id: int, state: ClaimState = ClaimState.HELD, limit: int = 200) -> list[Claim]:
    return tx.all(Claim, claims.c.task_id == task_id, claims.c.state == state, order=claims.c.id, limit=limit)


def held_by(tx: Tx, person_id: int, limit: int = 20) -> list[tuple[Task, Claim]]:
    """What somebody has taken and not finished, and where they wait."""
    own = tx.columns(Task)
    rows = tx.rows(
        select(*own, *tx.columns(Claim))
        .join(claims, claims.c.task_id == tasks.c.id)
        .where(claims.c.person_id == person_id, claims.c.state.in_(ACTIVE_CLAIM))
        .order_by(tasks.c.urgent.desc(), claims.c.id)
        .limit(limit)
    )
    return [(tx.value(Task, row[: len(own)]), tx.value(Claim, row[len(own) :])) for row in rows]


def done_by(tx: Tx, person_id: int) -> int:
    return len(
        tx.all(Claim, claims.c.person_id == person_id, claims.c.state == ClaimState.DONE, limit=10_000)
    )


def open_offer(tx: Tx, offer_id: int) -> Offer | None:
    return tx.first(Offer, offers.c.id == offer_id, lock=True)


def offers_for(tx: Tx, task_id: int) -> list[Offer]:
    return tx.all(Offer, offers.c.task_id == task_id, offers.c.state == "open")


def offered_to(tx: Tx, person_id: int, limit: int = 20) -> list[tuple[Offer, Task]]:
    """The tasks that colleagues would like somebody to take over, oldest first."""
    own = tx.columns(Offer)
    rows = tx.rows(
        select(*own, *tx.columns(Task))
        .join(tasks, tasks.c.id == offers.c.task_id)
        .where(offers.c.to_person_id == person_id, offers.c.state == "open")
        .order_by(offers.c.id)
        .limit(limit)
    )
    return [(tx.value(Offer, row[: len(own)]), tx.value(Task, row[len(own) :])) for row in rows]
