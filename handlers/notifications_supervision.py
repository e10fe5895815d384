"""督办 → who hears of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.telling import Tell, World, tells
from domain.case import Case
from domain.supervision import Supervision
from storage import people


def _facts(world: World, case: Case, asked: Supervision) -> dict[str, Any]:
    return world.case_facts(case) | {
        "by": world.community.units[asked.unit_id].name,
        "name": world.name(asked.by_id),
        "reason": asked.reason,
        "until": asked.answer_by,
    }


def _found(world: World) -> tuple[Case | None, Supervision | None]:
    return world.case(), world.tx.get(Supervision, world.event.data["supervision"])


def _answerers(world: World, case: Case) -> Iterable[int]:
    """Who has to answer: whoever holds the case, and the desk of its queue."""
    owner = [case.owner_id] if case.owner_id else []
    return dict.fromkeys([*owner, *world.desk(case)])


def _supervisors(world: World, asked: Supervision) -> list[int]:
    """Who asked, while they still serve there; else those who do."""
    staff = world.staff(asked.unit_id)
    serves = any(role.unit_id == asked.unit_id for role in people.roles_of(world.tx, asked.by_id, world.now))
    return [asked.by_id] if serves or not staff else staff


@tells("case_supervised")
@tells("supervision_half")
def supervision_due(world: World) -> Iterable[Tell]:
    """An answer is wanted, and once more when half of the time is over."""
    case, asked = _found(world)
    if case is None or asked is None:
        return
    key = "case_supervised" if world.event.kind == "case_supervised" else "supervision_half"
    buttons = (
        ("answer_supervision", f"answer_supervision supervision={asked.id}"),
        ("open", f"handle_case case={case.id}"),
    )
    for person in _answerers(world, case):
        if person != world.event.actor_id:
            yield Tell(to=person, key=key, facts=_facts(world, case, asked), buttons=buttons)


@tells("supervision_late")
def supervision_late(world: World) -> Iterable[Tell]:
    """No answer in time: who asked hears so, and who should have answered."""
    case, asked = _found(world)
    if case is None or asked is None:
        return
    facts = _facts(world, case, asked)
    supervisors = _supervisors(world, asked)
    look = (("open", f"handle_case case={case.id}"),)
    for person in supervisors:
        yield Tell(to=person, key="supervision_late", facts=facts, buttons=look)
    answer = (("answer_supervision", f"answer_supervision supervision={asked.id}"), *look)
    for person in _answerers(world, case):
        if person not in supervisors:
            yield Tell(to=person, key="supervision_late_owner", facts=facts, buttons=answer)


@tells("supervision_answered")
def supervision_answered(world: World) -> Iterable[Tell]:
    """Who asked reads the answer and may lift it."""
    case, asked = _found(world)
    if case is None or asked is None:
        return
    facts = _facts(world, case, asked) | {"answer": asked.answer, "who": world.name(asked.answered_by)}
    buttons = (
        ("lift_supervision", f"lift_supervision supervision={asked.id}"),
        ("open", f"handle_case case={case.id}"),
    )
    for person in _supervisors(world, asked):
        if person != world.event.actor_id:
            yield Tell(to=person, key="supervision_answered", facts=facts, buttons=buttons)


@tells("supervision_lifted")
def supervision_lifted(world: World) -> Iterable[Tell]:
    case, asked = _found(world)
    if case is None or asked is None:
        return
    for person in _answerers(world, case):
        if person != world.event.actor_id:
            facts = world.case_facts(case) | {"name": world.name(world.event.actor_id)}
            yield Tell(to=person, key="supervision_lifted", facts=facts)
