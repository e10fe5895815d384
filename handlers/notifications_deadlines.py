"""What the clock did → who hears of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.telling import Tell, World, tells
from domain.case import Case
from domain.people import RoleKind
from domain.tasks import Claim, Task
from handlers.notifications import claimable, task_called
from storage import cases as case_rows
from storage import people


def look(case: Case) -> tuple[tuple[str, str], ...]:
    return (("open", f"handle_case case={case.id}"),)


@tells("case_unsigned")
def case_unsigned(world: World) -> Iterable[Tell]:
    """Nobody has looked at it: those who run the queue are asked to."""
    case = world.case()
    if case is None or case.signed:
        return
    buttons = (("sign", f"sign_case case={case.id}"), *look(case))
    for person in world.desk(case):
        lane = "alert" if case.urgent else "personal"
        yield Tell(to=person, key="case_unsigned", facts=world.case_facts(case), buttons=buttons, lane=lane)


@tells("case_due_soon")
def case_due_soon(world: World) -> Iterable[Tell]:
    """Four fifths of the time are over: whoever has it hears so, with nobody on it the desk."""
    case = world.case()
    if case is None:
        return
    lane = "alert" if case.urgent else "personal"
    for person in [case.owner_id] if case.owner_id else world.desk(case):
        yield Tell(
            to=person, key="case_due_soon", facts=world.case_facts(case), buttons=look(case), lane=lane
        )


@tells("case_escalated")
def case_escalated(world: World) -> Iterable[Tell]:
    """One level up: that level, the one below, who had it, and the resident."""
    case, data = world.case(), world.event.data
    if case is None:
        return
    before = world.community.units[data["before"]].name
    facts = world.case_facts(case) | {"unit": world.community.units[world.event.unit_id or 0].name}
    facts |= {"before": before, "reason": case_rows.note_text(world.tx, data["note"])}
    beyond, lane = data["why"] == "beyond", "alert" if case.urgent else "personal"
    arrived = "case_came_up" if beyond else "case_came_up_late"
    heard = world.staff(world.event.unit_id or case.unit_id)
    for person in heard:
        yield Tell(to=person, key=arrived, facts=facts, buttons=look(case), lane=lane)
    below = [one for one in world.staff(data["before"]) if one not in heard]
    for person in dict.fromkeys([*below, *([data["owner"]] if data["owner"] else [])]):
        if person != world.event.actor_id:
            yield Tell(to=person, key="case_went_up", facts=facts, lane=lane)
    told = "case_up_for_you" if beyond else "case_up_late"
    yield Tell(to=case.beneficiary_id, key=told, facts=facts, shared=case.id)


@tells("case_alarm")
def case_alarm(world: World) -> Iterable[Tell]:
    """Overdue with no level above: said each day to those who run the queue and to who has it."""
    case = world.case()
    if case is None:
        return
    for person in dict.fromkeys([*world.desk(case), *([case.owner_id] if case.owner_id else [])]):
        yield Tell(
            to=person,
            key="case_alarm",
            facts=world.case_facts(case),
            buttons=look(case),
            lane="alert" if case.urgent else "personal",
        )


@tells("case_resumed")
def case_resumed(world: World) -> Iterable[Tell]:
    """No reply from the resident: the clock goes on."""
    case = world.case()
    if case is None:
        return
    for person in [case.owner_id] if case.owner_id else world.desk(case):
        yield Tell(to=person, key="case_resumed", facts=world.case_facts(case), buttons=look(case))


@tells("case_passed_on")
def case_passed_on(world: World) -> Iterable[Tell]:
    """Somebody outside is responsible: the resident hears who, and who keeps at it."""
    case = world.case()
    if case is not None:
        facts = _outside(world, case)
        yield Tell(to=case.beneficiary_id, key="case_passed_on", facts=facts, shared=case.id)


@tells("case_follow_up")
def case_follow_up(world: World) -> Iterable[Tell]:
    """The level that is accountable asks how far the others are."""
    case = world.case()
    if case is None or case.passed_on_at is None:
        return
    for person in world.desk(case):
        yield Tell(to=person, key="case_follow_up", facts=_outside(world, case), buttons=look(case))


def _outside(world: World, case: Case) -> dict[str, Any]:
    number = {"$text": "outside_number", "number": case.external_number} if case.external_number else ""
    return world.case_facts(case) | {"who": case.responsible, "outside": number}


# -- claims ------------------------------------------------------------------------------------------
@tells("claim_lapse_soon")
def claim_lapse_soon(world: World) -> Iterable[Tell]:
    """Tomorrow it goes back, unless there is progress."""
    task, claim = world.task(), world.tx.get(Claim, world.event.data["claim"])
    if task is None or claim is None or claim.lapses_at is None:
        return
    facts = {"number": task.number, "title": task_called(task), "due": claim.lapses_at}
    buttons = (
        ("progress", f"report_progress task={task.id}"),
        ("finish", f"finish_task task={task.id}"),
        ("give_back", f"give_back_task task={task.id}"),
    )
    yield Tell(to=claim.person_id, key="claim_lapse_soon", facts=facts, buttons=buttons)


@tells("claim_lapsed")
def claim_lapsed(world: World) -> Iterable[Tell]:
    """It is on the list again: who had it, the desk, the other members and the resident hear so."""
    task, owner = world.task(), world.event.data["owner"]
    case = world.tx.get(Case, task.case_id) if task else None
    if task is None or case is None:
        return
    facts = world.case_facts(case) | {"title": task_called(task), "name": world.name(owner)}
    again = (("claim", f"claim_task task={task.id}"),) if task.listed else ()
    yield Tell(to=owner, key="claim_lapsed", facts=facts, buttons=again)
    staff = world.desk(case)
    for person in staff:
        yield Tell(to=person, key="claim_lapsed_desk", facts=facts, buttons=look(case))
    yield Tell(to=case.beneficiary_id, key="claim_lapsed_resident", facts=facts, shared=case.id)
    yield from _to_the_others(world, task, facts, {owner, *staff, case.beneficiary_id})


def _to_the_others(world: World, task: Task, facts: dict[str, Any], heard: set[int]) -> Iterable[Tell]:
    for person in world.members(task.unit_id) if task.listed else []:
        if person not in heard:
            yield claimable(person, "task_free_again", facts, task, "personal")


@tells("task_progress")
def task_progress(world: World) -> Iterable[Tell]:
    """The resident hears how it goes."""
    task = world.task()
    case = world.tx.get(Case, task.case_id) if task else None
    if task is None or case is None:
        return
    words = case_rows.note_text(world.tx, world.event.data["note"])
    facts = {"number": task.number, "name": world.name(world.event.actor_id), "words": words}
    files = tuple(world.event.data.get("files", ()))
    person = case.beneficiary_id
    yield Tell(to=person, key="task_progress", facts=facts, files=files, shared=case.id)


# -- the operator ------------------------------------------------------------------------------------
def _operators(world: World) -> list[int]:
    everywhere = list(world.community.units)
    found = people.in_unit(world.tx, everywhere, frozenset({RoleKind.ADMIN}), world.now)
    return [person.id for person in found]


@tells("calendar_missing")
def calendar_missing(world: World) -> Iterable[Tell]:
    """The holidays of a year are not published: the operator and the branch hear so, once."""
    facts = {"year": world.event.data["year"]}
    for person in dict.fromkeys([*_operators(world), *world.staff(world.event.subject_id)]):
        yield Tell(to=person, key="calendar_missing", facts=facts)


@tells("process_silent")
def process_silent(world: World) -> Iterable[Tell]:
    """A part of the system stands still."""
    since = datetime.fromisoformat(world.event.data["since"])
    facts = {"process": {"$word": f"process_{world.event.data['process']}"}, "since": since}
    for person in _operators(world):
        yield Tell(to=person, key="process_silent", facts=facts, lane="alert")


@tells("process_back")
def process_back(world: World) -> Iterable[Tell]:
    """It works again."""
    facts = {"process": {"$word": f"process_{world.event.data['process']}"}}
    for person in _operators(world):
        yield Tell(to=person, key="process_back", facts=facts, lane="alert")


@tells("sweep_found")
def sweep_found(world: World) -> Iterable[Tell]:
    """What no reminder did was done late."""
    for person in _operators(world):
        yield Tell(to=person, key="sweep_found", facts={"count": world.event.data["count"]})
