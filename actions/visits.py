"""Homes that a notice of safety did not reach: somebody knocks."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from domain.access import Actor
from domain.calendar import BEIJING
from domain.errors import NotFound
from domain.events import Event
from domain.notices import DoorVisit, Notice
from domain.people import Person
from domain.tasks import Task
from domain.tree import Community
from storage import broadcasts
from storage import cases as case_rows
from storage import community as places
from storage import tasks as rows
from storage.tx import Tx


def wanted(tx: Tx, community: Community, notice: Notice, now: datetime) -> int:
    """A task for each building with homes in which nobody heard it; how many tasks."""
    doors: dict[int, set[str]] = defaultdict(set)
    for person in unreached(tx, notice.id):
        doors[person.home_place_id or 0].add(person.room)
    wants: dict[int, list[int]] = defaultdict(list)  # unit → homes at each of its places
    for place_id in sorted(doors):
        branch = community.branch_of(places.place(tx, place_id))
        unit = branch.id if branch else notice.unit_id
        year = now.astimezone(BEIJING).year
        task = tx.add(
            Task(
                unit_id=unit,
                number=case_rows.next_number(tx, community.numbering(unit).id, year),
                title=notice.text[:40],
                urgent=True,
                created_at=now,
            )
        )
        tx.add(DoorVisit(task_id=task.id, notice_id=notice.id, place_id=place_id))
        wants[unit].append(len(doors[place_id]))
    for unit, homes in wants.items():
        data = {"homes": sum(homes), "places": len(homes)}
        tx.add(
            Event(
                kind="visits_wanted", at=now, subject="notice", subject_id=notice.id, unit_id=unit, data=data
            )
        )
    return len(doors)


def unreached(tx: Tx, notice_id: int, place_id: int | None = None) -> list[Person]:
    """The recipients whose household, by building and room, nobody of whom heard it."""
    homes = broadcasts.homes(tx, notice_id)
    reached = {(person.home_place_id, person.room) for person, heard in homes if heard and person.room}
    return [
        person
        for person, heard in homes
        if not heard
        and (person.home_place_id, person.room) not in reached
        and place_id in (None, person.home_place_id)
    ]


def doors(tx: Tx, by: Actor, task: Task) -> tuple[DoorVisit, Notice, list[Person]]:
    """Whom to knock at, for who has taken it. Raises NotFound."""
    visit = broadcasts.visit_of(tx, task.id)
    notice = tx.get(Notice, visit.notice_id) if visit else None
    if visit is None or notice is None or rows.active_claim(tx, task.id, by.id) is None:
        raise NotFound()
    return visit, notice, unreached(tx, notice.id, visit.place_id)


def told(tx: Tx, task: Task, now: datetime) -> None:
    """Somebody knocked there: these homes know."""
    visit = broadcasts.visit_of(tx, task.id)
    if visit is not None:
        people = unreached(tx, visit.notice_id, visit.place_id)
        broadcasts.visited(tx, visit.notice_id, [person.id for person in people], now)
