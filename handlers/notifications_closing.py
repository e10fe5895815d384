"""The end of a case → who hears of it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.telling import Tell, World, tells
from domain.tasks import Task
from handlers.notifications import claimable


@tells("answer_unreached")
def answer_unreached(world: World) -> Iterable[Tell]:
    """No message reaches the resident: who goes there?"""
    case, task = world.case(), world.tx.get(Task, world.event.data["task"])
    if case is None or task is None:
        return
    facts, staff = world.case_facts(case), world.staff(task.unit_id)
    members = world.members(task.unit_id) if task.listed else []
    for person in dict.fromkeys([*staff, *members]):
        if person != case.beneficiary_id:
            yield claimable(person, "answer_unreached", facts, task, "personal")


@tells("visit_due")
def visit_due(world: World) -> Iterable[Tell]:
    """Nobody has gone yet."""
    task = world.task()
    if task is None:
        return
    for person in world.staff(task.unit_id):
        yield claimable(person, "visit_due", {"number": task.number, "title": task.title}, task, "personal")


@tells("visit_dropped")
def visit_dropped(world: World) -> Iterable[Tell]:
    """The resident has read it meanwhile."""
    task = world.task()
    if task is not None and world.event.data["to"] != world.event.actor_id:
        facts = {"number": task.number, "title": task.title}
        yield Tell(to=world.event.data["to"], key="visit_dropped", facts=facts)


@tells("case_expired")
def case_expired(world: World) -> Iterable[Tell]:
    """Closed after a week without a word; one tap brings it back."""
    case = world.case()
    if case is not None:
        buttons = (("not_solved", f"reopen_case case={case.id}"),)
        facts = world.case_facts(case)
        yield Tell(to=case.beneficiary_id, key="case_expired", facts=facts, buttons=buttons, shared=case.id)
