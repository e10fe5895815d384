"""Ratings, return visits and the batches that handlers see."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select, update

from domain.ratings import Batch, Outcome, Rating, ReturnVisit
from domain.tasks import Task
from storage.tables import rating_batches, ratings, return_visits, tasks
from storage.tx import Tx


def of(tx: Tx, task_id: int, person_id: int) -> Rating | None:
    """What one person gave for one service."""
    return tx.first(Rating, ratings.c.task_id == task_id, ratings.c.person_id == person_id)


def given_since(tx: Tx, person_id: int, since: datetime, limit: int = 10) -> list[Rating]:
    """What somebody gave after a moment, newest first."""
    mine = (ratings.c.person_id == person_id, ratings.c.created_at > since)
    return tx.all(Rating, *mine, order=ratings.c.id.desc(), limit=limit)


# -- return visits ---------------------------------------------------------------------------------
def visit_of(tx: Tx, rating_id: int, *, lock: bool = False) -> ReturnVisit | None:
    return tx.first(ReturnVisit, return_visits.c.rating_id == rating_id, lock=lock)


def open_visits(tx: Tx, unit_ids: Collection[int], limit: int = 50) -> list[Task]:
    """Return visits of these units that nobody has finished, oldest first."""
    waiting = select(return_visits.c.task_id).where(return_visits.c.outcome == Outcome.OPEN)
    mine = (tasks.c.unit_id.in_(sorted(unit_ids)), tasks.c.id.in_(waiting))
    return tx.all(Task, *mine, order=tasks.c.id, limit=limit)


# -- a handler's months ----------------------------------------------------------------------------
def not_shown(tx: Tx, given_before: datetime) -> dict[int, tuple[int, int]]:
    """Handler → how many ratings given before a moment they have not seen, and the sum of the stars."""
    found = tx.rows(
        select(ratings.c.handler_id, func.count(), func.sum(ratings.c.stars))
        .where(
            ratings.c.batch_id.is_(None),
            ratings.c.handler_id.is_not(None),
            ratings.c.handler_id != ratings.c.person_id,
            ratings.c.created_at <= given_before,
        )
        .group_by(ratings.c.handler_id)
        .order_by(ratings.c.handler_id)
    )
    return {handler: (int(count), int(stars)) for handler, count, stars in found}


def put_into(tx: Tx, batch: Batch, given_before: datetime) -> None:
    """The ratings that a batch counts are shown with it and never again."""
    tx.connection.execute(
        update(ratings)
        .where(
            ratings.c.handler_id == batch.person_id,
            ratings.c.handler_id != ratings.c.person_id,
            ratings.c.batch_id.is_(None),
            ratings.c.created_at <= given_before,
        )
        .values(batch_id=batch.id)
    )


def waiting_to_be_shown(tx: Tx) -> bool:
    """Whether any rating has not been in a batch yet."""
    some = select(ratings.c.id).where(ratings.c.batch_id.is_(None), ratings.c.handler_id.is_not(None))
    return tx.connection.execute(some.limit(1)).first() is not None


def batches_of(tx: Tx, person_id: int, start: datetime, end: datetime) -> list[Batch]:
    """What a handler was shown in [start, end)."""
    table = rating_batches.c
    return tx.all(Batch, table.person_id == person_id, table.created_at >= start, table.created_at < end)
