"""Whose door to find, for who has taken a visit: masked until they ask, and that they asked is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from actions import cases, closing, return_visits, tasks, visits
from actions.contacts import AN_HOUR, READ
from actions.holding import happened
from domain.access import Actor
from domain.case import Case
from domain.errors import NotFound, TooOften
from domain.people import Person
from domain.ratings import Rating
from domain.tasks import ClaimState, Task
from storage import broadcasts
from storage import community as places
from storage import desk_case as rows
from storage import tasks as task_rows
from storage.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Somebody to call on."""

    name: str
    place: str
    room: str


def of(tx: Tx, by: Actor, task: Task, now: datetime) -> list[Door]:
    """Whom to call on, for who holds the visit; nobody for everybody else."""
    mine = task_rows.active_claim(tx, task.id, by.id)
    if mine is None or mine.state is not ClaimState.HELD:
        return []
    if task.rating_id is not None:
        return _low_stars(tx, task)
    if task.visits_case_id is not None:
        return _answer(tx, by, task, now)
    if broadcasts.visit_of(tx, task.id) is None:
        return []
    return [_home(tx, one, None) for one in visits.doors(tx, by, task)[2]]


def read(tx: Tx, by: Actor, task_id: int, now: datetime) -> list[Door]:
    """The same, noted in the record. Raises NotFound, AlreadyDone, WrongState, TooOften."""
    task = tasks.held(tx, by, task_id)[0]
    found = of(tx, by, task, now)
    if not found:
        raise NotFound()
    if rows.reads_since(tx, by.id, READ, now - timedelta(hours=1)) >= AN_HOUR:
        raise TooOften()
    rating = tx.get(Rating, task.rating_id)
    case = return_visits.case_of(tx, rating) if rating else tx.get(Case, task.visits_case_id)
    tx.add(cases.happened("name_read", case, by, now) if case else happened("name_read", task, by, now))
    return found


def _low_stars(tx: Tx, task: Task) -> list[Door]:
    rating = tx.get(Rating, task.rating_id)
    person = tx.get(Person, rating.person_id) if rating else None
    if rating is None or person is None:
        return []
    case = return_visits.case_of(tx, rating)
    own = person.id == case.beneficiary_id
    if case.anonymity and own:  # it became so after the stars
        return []
    return [_home(tx, person, case if own else None)]


def _answer(tx: Tx, by: Actor, task: Task, now: datetime) -> list[Door]:
    case = tx.get(Case, task.visits_case_id)
    if case is None:
        return []
    further = [tx.get(Person, one.person_id) for one in closing.unreached(tx, case, now)]
    doors = [_home(tx, one, None) for one in further if one]
    person = tx.get(Person, case.beneficiary_id)
    hidden = bool(case.anonymity) and not by.may_name(case)
    if person is None or hidden or (doors and case.delivered_at is not None):
        return doors
    return [_home(tx, person, case), *doors]


def _home(tx: Tx, person: Person, case: Case | None) -> Door:
    """Where they live, or where their case says they are."""
    at = case.place_id if case and case.place_id else person.home_place_id
    place, room = places.place(tx, at), person.room if person.home_place_id == at else ""
    where = (place.full_name if place else "") + (case.place_text if case else "")
    return Door(name=person.name, place=where, room=(case.room if case else "") or room)
