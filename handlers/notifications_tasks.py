"""What happened to tasks and members → who hears of it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.telling import Tell, World, tells
from domain.case import Case
from domain.people import Membership
from handlers.notifications import claimable, taken, task_called
from handlers.notifications_ratings import at_desk, going
from storage import cases as case_rows
from storage import tasks as task_rows


@tells("task_claimed")
def task_claimed(world: World) -> Iterable[Tell]:
    """The resident hears who took it, the secretary that it is taken."""
    task = world.task()
    case = world.tx.get(Case, task.case_id) if task else None
    if task is None:
        return
    if task.rating_id is not None:
        yield from going(world, task, world.event.actor_id)
    if case is None:
        return
    facts = world.case_facts(case) | {"name": world.name(world.event.actor_id)}
    yield taken(case, facts)
    for person in world.desk(case):
        if person != world.event.actor_id:
            yield Tell(to=person, key="claimed_by", facts=facts)


@tells("task_given_back")
def task_given_back(world: World) -> Iterable[Tell]:
    task = world.task()
    case = world.tx.get(Case, task.case_id) if task else None
    if task is None:
        return
    name = world.name(world.event.actor_id)
    facts = {"number": task.number, "title": task_called(task), "name": name}
    buttons = (("open", f"handle_case case={case.id}"),) if case else ()
    for person in at_desk(world, task):
        if person != world.event.actor_id:
            yield Tell(to=person, key="given_back", facts=facts, buttons=buttons)


@tells("task_posted")
def task_posted(world: World) -> Iterable[Tell]:
    task = world.task()
    if task is None:
        return
    facts = {
        "title": task_called(task),
        "places": task.places,
        "when": {"$when": task.starts_at.isoformat() if task.starts_at else ""},
        "needs": {"$needs": "、".join(task.skills)},
    }
    for person in world.members(task.unit_id):
        if person != world.event.actor_id:
            yield claimable(person, "post_to_take", facts, task, "personal")


@tells("place_freed")
def place_freed(world: World) -> Iterable[Tell]:
    task = world.task()
    if task is not None:
        buttons = (("give_back", f"give_back_task task={task.id}"),)
        facts = {"title": task_called(task), "number": task.number}
        yield Tell(to=world.event.data["to"], key="place_freed", facts=facts, buttons=buttons)


@tells("post_finished")
def post_finished(world: World) -> Iterable[Tell]:
    task = world.task()
    if task is None or task.rating_id is not None:  # what came of a return visit is told by itself
        return
    for person in world.staff(task.unit_id):
        if person != world.event.actor_id:
            facts = {"title": task_called(task), "name": world.name(world.event.actor_id)}
            yield Tell(to=person, key="post_finished", facts=facts)


@tells("hand_over_offered")
def hand_over_offered(world: World) -> Iterable[Tell]:
    task, data = world.task(), world.event.data
    if task is None:
        return
    buttons = (
        ("accept", f"accept_hand_over offer={data['offer']}"),
        ("refuse", f"refuse_hand_over offer={data['offer']}"),
    )
    facts = {"title": task_called(task), "number": task.number, "name": world.name(world.event.actor_id)}
    yield Tell(to=data["to"], key="hand_over_offered", facts=facts, buttons=buttons)


@tells("hand_over_accepted")
def hand_over_accepted(world: World) -> Iterable[Tell]:
    task = world.task()
    case = world.tx.get(Case, task.case_id) if task else None
    if task is None:
        return
    facts = {"title": task_called(task), "number": task.number, "name": world.name(world.event.actor_id)}
    yield Tell(to=world.event.data["before"], key="hand_over_accepted", facts=facts)
    if case is not None:
        yield taken(case, world.case_facts(case) | facts)


@tells("hand_over_refused")
def hand_over_refused(world: World) -> Iterable[Tell]:
    task = world.task()
    if task is not None:
        facts = {"title": task_called(task), "number": task.number, "name": world.name(world.event.actor_id)}
        yield Tell(to=world.event.data["asker"], key="hand_over_refused", facts=facts)


@tells("member_asked")
def member_asked(world: World) -> Iterable[Tell]:
    asked = world.tx.get(Membership, world.event.data["membership"])
    if asked is None:
        return
    facts = {"name": world.name(asked.person_id), "work_unit": asked.work_unit}
    buttons = (("look", f"verify_member membership={asked.id}"),)
    for person in world.staff(asked.unit_id):
        if person != asked.person_id:
            yield Tell(to=person, key="member_asked", facts=facts, buttons=buttons)


@tells("member_confirmed")
@tells("member_refused")
def member_decided(world: World) -> Iterable[Tell]:
    unit = world.community.units[world.event.unit_id or 0]
    buttons = (("tasks", "claim_task"),) if world.event.kind == "member_confirmed" else ()
    yield Tell(to=world.event.subject_id, key=world.event.kind, facts={"unit": unit.name}, buttons=buttons)


@tells("role_ended")
def role_ended(world: World) -> Iterable[Tell]:
    unit = world.community.units[world.event.unit_id or 0]
    facts = {"unit": unit.name, "role": {"$role": world.event.data["role"]}}
    yield Tell(to=world.event.subject_id, key="role_ended", facts=facts)


@tells("holder_told")
def holder_told(world: World) -> Iterable[Tell]:
    """A word of the desk, to whoever has the case by now."""
    case = world.case()
    if case is None or case.owner_id is None or case.owner_id == world.event.actor_id:
        return
    words = case_rows.note_text(world.tx, world.event.data["note"])
    facts = world.case_facts(case) | {"name": world.name(world.event.actor_id), "words": words}
    task = task_rows.of_case(world.tx, case.id)
    buttons = (
        ("tell_desk", f"tell_desk case={case.id}"),
        ("progress", f"report_progress task={task.id}" if task else f"handle_case case={case.id}"),
    )
    yield Tell(to=case.owner_id, key="holder_told", facts=facts, buttons=buttons)


@tells("desk_told")
def desk_told(world: World) -> Iterable[Tell]:
    """What whoever has a case says to its desk."""
    case = world.case()
    if case is None:
        return
    words = case_rows.note_text(world.tx, world.event.data["note"])
    facts = {"number": case.number, "name": world.name(world.event.actor_id), "words": words}
    buttons = (
        ("open", f"handle_case case={case.id}"),
        ("tell_holder", f"tell_holder case={case.id}"),
    )
    for person in world.desk(case):
        if person != world.event.actor_id:
            yield Tell(to=person, key="desk_told", facts=facts, buttons=buttons)
