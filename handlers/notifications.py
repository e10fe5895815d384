"""What happened to cases → who hears of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from actions import on_behalf, private
from bot.telling import Tell, World, tells
from domain.case import Case, CaseKind, Status
from domain.community import UnitKind
from domain.tasks import Offer, Task
from storage import cases as case_rows
from storage import tasks as task_rows


def taken(case: Case, facts: dict[str, Any]) -> Tell:
    """The person hears that somebody has taken what they asked for."""
    wish = case.kind is CaseKind.WISH
    asked = "inquiry_claimed" if case.kind is CaseKind.INQUIRY else "case_claimed"
    return Tell(to=case.beneficiary_id, key="wish_claimed" if wish else asked, facts=facts, shared=case.id)


def claimable(person: int, key: str, facts: dict[str, Any], task: Task, lane: str) -> Tell:
    """A task somebody may take with one tap."""
    buttons = (("claim", f"claim_task task={task.id}"),)
    return Tell(to=person, key=key, facts=facts, buttons=buttons, lane=lane)


def task_called(task: Task) -> str | dict[str, str]:
    """What a task is called; of a private one only that there is one."""
    return task.title or {"$word": "private_case"}


@tells("case_reported")
def case_reported(world: World) -> Iterable[Tell]:
    """The branch's secretary hears of every case; its members of those they may take."""
    case = world.case()
    if case is None or case.status in (Status.WITHDRAWN, Status.CLOSED):
        return
    facts = world.case_facts(case)
    lane = "alert" if case.urgent else "personal"
    key = {CaseKind.WISH: "new_wish", CaseKind.INQUIRY: "new_inquiry"}.get(case.kind, "new_case")
    if case.urgent:
        key = "alarm"
    staff = _alarm_staff(world, case) if case.urgent else world.desk(case)
    for person in staff:
        buttons = (("open", f"handle_case case={case.id}"),)
        yield Tell(to=person, key=key, facts=facts, buttons=buttons, lane=lane)
    yield from _to_members(world, case, staff)
    if case.beneficiary_id != case.reporter_id:
        yield Tell(
            to=case.beneficiary_id,
            key="filed_for_you",
            facts=facts | {"name": world.name(case.reporter_id)},
            buttons=(
                ("take_over", f"take_over case={case.id}"),
                ("not_mine", f"not_mine case={case.id}"),
            ),
        )


def _to_members(world: World, case: Case, staff: list[int]) -> Iterable[Tell]:
    """The branch's members hear of what they may take; the one who asked does not serve themselves."""
    task = task_rows.of_case(world.tx, case.id)
    if task is None or not task.listed or case.kind is not CaseKind.ISSUE:
        return
    lane = "alert" if case.urgent else "personal"
    for person in world.members(case.unit_id):
        if person not in staff and person != case.reporter_id:
            facts = world.case_facts(case)
            yield claimable(person, "alarm" if case.urgent else "new_task", facts, task, lane)


def _alarm_staff(world: World, case: Case) -> list[int]:
    """An emergency rings the branch and the community's duty at once."""
    heard = dict.fromkeys(world.desk(case))
    community = world.community.nearest(case.unit_id, UnitKind.COMMUNITY)
    if community is not None:
        heard.update(dict.fromkeys(world.staff(community.id)))
    return list(heard)


@tells("case_not_mine")
def case_not_mine(world: World) -> Iterable[Tell]:
    """Whom it was filed for says that it is not theirs: who filed it has it, and those who handle it know."""
    case = world.case()
    if case is None:
        return
    facts = world.case_facts(case)
    buttons = (("withdraw", f"withdraw_case case={case.id}"),)
    yield Tell(to=case.reporter_id, key="case_not_theirs", facts=facts, buttons=buttons)
    for person in dict.fromkeys([*world.desk(case), *([case.owner_id] if case.owner_id else [])]):
        if person != case.reporter_id:
            yield Tell(to=person, key="case_not_theirs_desk", facts=facts)


@tells("case_placed")
@tells("case_added")
def case_added(world: World) -> Iterable[Tell]:
    """Whoever holds the case hears what was added; with nobody on it, the desk."""
    case = world.case()
    if case is None or world.event.data.get("quiet"):
        return
    placed = world.event.kind == "case_placed"
    heard = [case.owner_id] if case.owner_id else world.desk(case)
    for person in heard:
        if person != world.event.actor_id:
            buttons = (("open", f"handle_case case={case.id}"),)
            lane = "alert" if case.urgent else "personal"
            waited = world.event.data.get("waited")
            key = "case_replied" if waited else "case_placed" if placed else "case_added"
            yield Tell(to=person, key=key, facts=world.case_facts(case), buttons=buttons, lane=lane)
    if placed and case.owner_id is None:
        yield from _to_members(world, case, heard)


@tells("case_question")
def case_question(world: World) -> Iterable[Tell]:
    """Whoever handles the case wants to know something; one tap answers into the case."""
    case = world.case()
    if case is None:
        return
    facts = world.case_facts(case) | {"question": case_rows.note_text(world.tx, world.event.data["note"])}
    buttons = (("add", f"add_to_case case={case.id}"),)
    yield Tell(to=case.beneficiary_id, key="case_question", facts=facts, buttons=buttons)


@tells("case_withdrawn")
def case_withdrawn(world: World) -> Iterable[Tell]:
    case = world.case()
    owner = world.event.data.get("owner")
    if case is None:
        return
    for person in [owner] if owner else world.desk(case):
        yield Tell(to=person, key="case_withdrawn", facts=world.case_facts(case))


@tells("case_answered")
def case_answered(world: World) -> Iterable[Tell]:
    """The answer, and 解决了吗 with one tap."""
    case = world.case()
    if case is None:
        return
    own = case.owner_id is not None and case.owner_id == world.event.actor_id
    name = (own and world.name(case.owner_id)) or world.community.units[case.unit_id].name
    facts = world.case_facts(case) | {"answer": case.answer, "name": name}
    buttons = (("solved", f"confirm_case case={case.id}"), ("not_solved", f"reopen_case case={case.id}"))
    files = tuple(world.event.data.get("files", ()))
    shared = case.id  # the first of them tells the joiners too
    for person in dict.fromkeys((case.beneficiary_id, case.reporter_id)):
        yield Tell(to=person, key="case_answered", facts=facts, buttons=buttons, files=files, shared=shared)
        shared = 0
    served = on_behalf.without_account(world.tx, case)
    if served is not None and case.reporter_id != case.beneficiary_id and case.anonymity != "all":
        door = facts | {"name": served.name, "room": served.room}
        number = (("see_phone", f"see_phone case={case.id}"),) if served.phone else ()
        number = (*number, ("case_code", f"case_code case={case.id}"))
        for one in world.desk(case):
            yield Tell(to=one, key="call_back", facts=door, buttons=number)


@tells("case_confirmed")
def case_confirmed(world: World) -> Iterable[Tell]:
    case = world.case()
    if case is not None and case.owner_id and case.owner_id != world.event.actor_id:
        yield Tell(to=case.owner_id, key="case_confirmed", facts=world.case_facts(case))


@tells("case_reopened")
def case_reopened(world: World) -> Iterable[Tell]:
    """It came back: the level above has it now, the one who answered hears so."""
    case = world.case()
    if case is None:
        return
    owner = world.event.data.get("owner")
    for person in world.desk(case):
        buttons = (("open", f"handle_case case={case.id}"),)
        yield Tell(to=person, key="case_reopened", facts=world.case_facts(case), buttons=buttons)
    if owner:
        yield Tell(to=owner, key="case_reopened_owner", facts=world.case_facts(case))
    heard = [case.beneficiary_id] if case.beneficiary_id != world.event.actor_id else []
    for person in dict.fromkeys([*heard, *world.joiners(case.id)]):
        yield Tell(to=person, key="case_reopened_joined", facts=world.case_facts(case))


@tells("case_assigned")
def case_assigned(world: World) -> Iterable[Tell]:
    case = world.case()
    task = task_rows.of_case(world.tx, world.event.subject_id)
    if case is None or task is None:
        return
    facts = world.case_facts(case) | {"name": world.name(case.owner_id)}
    buttons = (
        ("details", f"handle_case case={case.id}"),
        ("finish", f"finish_task task={task.id}"),
        ("give_back", f"give_back_task task={task.id}"),
    )
    if world.event.data.get("to"):
        yield Tell(to=world.event.data["to"], key="assigned_to_you", facts=facts, buttons=buttons)
    yield taken(case, facts)
    before = world.event.data.get("before")
    if before and before != world.event.data.get("to"):
        yield Tell(to=before, key="taken_off", facts=facts)


@tells("transfer_offered")
def transfer_offered(world: World) -> Iterable[Tell]:
    case, data = world.case(), world.event.data
    if case is None:
        return
    buttons = (
        ("accept", f"accept_transfer offer={data['offer']}"),
        ("refuse", f"refuse_transfer offer={data['offer']}"),
    )
    offer = world.tx.get(Offer, data["offer"])
    facts = world.case_facts(case) | {"reason": offer.note if offer else ""}
    if private.is_party(world.community, data["to"]):
        facts["text"] = case.shared[:300]
    for person in world.staff(data["to"]):
        yield Tell(to=person, key="transfer_offered", facts=facts, buttons=buttons)


@tells("transfer_refused")
def transfer_refused(world: World) -> Iterable[Tell]:
    case = world.case()
    if case is not None:
        to = world.community.units[world.event.data["to"]].name
        yield Tell(
            to=world.event.data["asker"], key="transfer_refused", facts=world.case_facts(case) | {"to": to}
        )


@tells("case_transferred")
def case_transferred(world: World) -> Iterable[Tell]:
    case = world.case()
    if case is None:
        return
    facts = world.case_facts(case)
    yield Tell(to=case.beneficiary_id, key="case_transferred", facts=facts, shared=case.id)
    if owner := world.event.data.get("owner"):
        yield Tell(to=owner, key="taken_off", facts=facts | {"name": facts["unit"]})
    for person in world.staff(world.event.data["before"]):
        yield Tell(to=person, key="transfer_accepted", facts=world.case_facts(case))


@tells("wish_verified")
def wish_verified(world: World) -> Iterable[Tell]:
    """The branch's members hear of a wish; whose it is they learn only when they take it."""
    case = world.case()
    task = task_rows.of_case(world.tx, world.event.subject_id)
    if case is None or task is None:
        return
    facts = world.case_facts(case)
    yield Tell(to=case.beneficiary_id, key="wish_listed", facts=facts)
    for person in world.members(case.unit_id):
        if person != case.beneficiary_id:
            yield claimable(person, "wish_to_take", facts, task, "personal")


@tells("wish_refused")
def wish_refused(world: World) -> Iterable[Tell]:
    case = world.case()
    if case is not None:
        yield Tell(
            to=case.beneficiary_id, key="wish_refused", facts=world.case_facts(case) | {"answer": case.answer}
        )
