"""一事一评: who was served gives stars once, and may change them for seven days."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions import own_ratings, return_visits
from actions.holding import happened
from domain.access import Actor
from domain.case import Case, Status
from domain.errors import AlreadyRated, NotFound, NothingToRate, RatingStands
from domain.ratings import CHANGEABLE, LOW, Rating
from domain.tasks import Task
from storage import cases as case_rows
from storage import clusters
from storage import ratings as rows
from storage import tasks as task_rows
from storage.tx import Tx


def _served(tx: Tx, by: Actor, case: Case) -> bool:
    """Whether it was done for them: whom the case is for, and who joined it."""
    return case.beneficiary_id == by.id or clusters.is_in(tx, case.id, by.id)


def rateable(tx: Tx, by: Actor) -> list[tuple[Case, Task]]:
    """Answered cases of theirs without stars, newest first."""
    found = []
    for case in case_rows.of_person(tx, by.id, {Status.ANSWERED, Status.CLOSED}):
        task = task_rows.of_case(tx, case.id)
        if _served(tx, by, case) and task and rows.of(tx, task.id, by.id) is None:
            found.append((case, task))
    return found


def changeable(tx: Tx, by: Actor, now: datetime) -> list[Task]:
    """Services whose stars they may still change, newest first."""
    given = rows.given_since(tx, by.id, now - CHANGEABLE)
    return [task for one in given if (task := tx.get(Task, one.task_id)) is not None]


def given(tx: Tx, by: Actor, task_id: int) -> Rating | None:
    """What they gave for a service."""
    return rows.of(tx, task_id, by.id)


def to_rate(tx: Tx, by: Actor, task_id: int, now: datetime, *, lock: bool = False) -> tuple[Task, Case]:
    """A service they may rate now, or whose stars they may change.

    Raises NotFound, NothingToRate, RatingStands (seven days are over).
    """
    task = task_rows.locked(tx, task_id) if lock else tx.get(Task, task_id)
    case = tx.get(Case, task.case_id) if task else None
    if task is None or case is None or not _served(tx, by, case):
        raise NotFound()
    if case.status not in (Status.ANSWERED, Status.CLOSED):
        raise NothingToRate(number=case.number)
    mine = rows.of(tx, task.id, by.id)
    if mine is not None and mine.stands(now):
        raise RatingStands(number=case.number)
    return task, case


def rate(tx: Tx, by: Actor, task_id: int, stars: int, words: str, now: datetime) -> Rating:
    """Stars from the person served, or other ones within seven days.

    Low ones ask for a return visit. Raises NotFound, NothingToRate, AlreadyRated (the same again),
    RatingStands.
    """
    task, case = to_rate(tx, by, task_id, now, lock=True)
    mine = rows.of(tx, task.id, by.id)
    if mine is not None:
        return _change(tx, by, task, case, mine, stars, words, now)
    rating = tx.add(
        Rating(
            task_id=task.id,
            person_id=by.id,
            handler_id=case.owner_id,
            unit_id=case.unit_id,
            stars=stars,
            words=words,
            created_at=now,
        )
    )
    own_ratings.plan(tx, by.community, now)
    visit = return_visits.wanted(tx, by.community, rating, case, now) if stars <= LOW else 0
    told = {"rating": rating.id, "stars": stars, "handler": case.owner_id, "visit": visit}
    tx.add(happened("service_rated", task, by, now, **told))
    return rating


def _change(
    tx: Tx, by: Actor, task: Task, case: Case, mine: Rating, stars: int, words: str, now: datetime
) -> Rating:
    if (mine.stars, mine.words) == (stars, words):
        raise AlreadyRated(number=case.number)
    changed = tx.save(replace(mine, stars=stars, words=words))
    visit = 0
    if stars > LOW:
        return_visits.not_needed(tx, changed, now)
    elif mine.stars > LOW:
        visit = return_visits.wanted(tx, by.community, changed, case, now)
    told = {"rating": mine.id, "stars": stars, "before": mine.stars, "visit": visit}
    tx.add(happened("rating_changed", task, by, now, **told))
    return changed
