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
from domain.tasks import ClaimState, Task
from storage import broadcasts
from storage import community as places
from storage import desk_case as rows
from storage.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Somebody to call on."""

    name: str
    place: str
    room: str


def of(tx: Tx, by: Actor, task_id: int, now: datetime) -> list[Door]:
    """Whom to call on, for who holds the visit. Raises NotFound, AlreadyDone, WrongState."""
    task, mine = tasks.held(tx, by, task_id)
    if mine.state is not ClaimState.HELD:
        raise NotFound()
    if task.rating_id is not None:
        return _low_stars(tx, by, task)
    if task.visits_case_id is not None:
        return _answer(tx, by, task, now)
    if broadcasts.visit_of(tx, task.id) is None:
        return []
    return [_home(tx, one, None) for one in visits.doors(tx, by, task)[2]]


def read(tx: Tx, by: Actor, task_id: int, now: datetime) -> list[Door]:
    """The same, noted in the record. Raises NotFound, AlreadyDone, WrongState, TooOften."""
    found = of(tx, by, task_id, now)
    task = tx.get(Task, task_id)
    if not found or task is None:
        raise NotFound()
    if rows.reads_since(tx, by.id, READ, now - timedelta(hours=1)) >= AN_HOUR:
        raise TooOften()
    case = _case(tx, by, task)
    tx.add(cases.happened("name_read", case, by, now) if case else happened("name_read", task, by, now))
    return found


def _case(tx: Tx, by: Actor, task: Task) -> Case | None:
    if task.rating_id is not None:
        return return_visits.in_hand(tx, by, task.id)[2]
    return tx.get(Case, task.visits_case_id)


def _low_stars(tx: Tx, by: Actor, task: Task) -> list[Door]:
    _, rating, case = return_visits.in_hand(tx, by, task.id)
    own = rating.person_id == case.beneficiary_id
    if case.anonymity and own:  # it became so after the stars
        return []
    person = tx.get(Person, rating.person_id)
    return [_home(tx, person, case if own else None)] if person else []


def _answer(tx: Tx, by: Actor, task: Task, now: datetime) -> list[Door]:
    case = closing.to_visit(tx, by, task.id)[1]
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
