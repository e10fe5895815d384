"""What happened → who hears what. One function per kind of event, named in TELLS."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.case import Case, CaseKind, Status
from domain.community import UnitKind
from domain.events import Event
from domain.notices import Activity, Call, Notice, Theme
from domain.people import RUNS_A_QUEUE, Membership, Person, RoleKind
from domain.tasks import Task
from domain.tree import Community
from storage import community as places
from storage import notices as notice_rows
from storage import people as person_rows
from storage import tasks as task_rows
from storage.tx import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """One person hears one thing: `key` is a sentence of notify.toml, buttons are (label, payload)."""

    to: int
    key: str
    facts: dict[str, Any] = field(default_factory=dict)
    buttons: tuple[tuple[str, str], ...] = ()
    lane: str = "personal"
    case: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a teller may look at."""

    tx: Tx
    community: Community
    event: Event
    now: datetime

    def case(self) -> Case | None:
        return self.tx.get(Case, self.event.subject_id)

    def task(self) -> Task | None:
        return self.tx.get(Task, self.event.subject_id)

    def name(self, person_id: int | None) -> str:
        person = self.tx.get(Person, person_id)
        return person.name if person else ""

    def staff(self, unit_id: int) -> list[int]:
        """Who runs the unit's queue; a unit without anybody falls to the one above."""
        for unit in self.community.up(unit_id):
            found = person_rows.in_unit(self.tx, [unit.id], RUNS_A_QUEUE, self.now)
            if found:
                return [person.id for person in found]
        return []

    def members(self, unit_id: int) -> list[int]:
        found = person_rows.in_unit(self.tx, [unit_id], frozenset({RoleKind.MEMBER}), self.now)
        return [person.id for person in found]

    def where(self, case: Case) -> str:
        place = places.place(self.tx, case.place_id)
        return (place.full_name if place else "") + case.place_text

    def case_facts(self, case: Case) -> dict[str, Any]:
        return {
            "number": case.number,
            "text": case.text[:60].replace("\n", " "),
            "place": {"$place": self.where(case)},
            "due": case.answer_by,
            "category": {"$category": case.category},
            "unit": self.community.units[case.unit_id].name,
        }


Teller = Callable[[World], Iterable[Tell]]
TELLS: dict[str, Teller] = {}


def tells(kind: str) -> Callable[[Teller], Teller]:
    def register(teller: Teller) -> Teller:
        TELLS[kind] = teller
        return teller

    return register


# -- cases -----------------------------------------------------------------------------------------
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
    staff = _alarm_staff(world, case) if case.urgent else world.staff(case.unit_id)
    for person in staff:
        buttons = (("open", f"handle_case case={case.id}"),)
        yield Tell(to=person, key=key, facts=facts, buttons=buttons, lane=lane, case=case.id)
    task = task_rows.of_case(world.tx, case.id)
    if task is not None and task.listed and case.kind is CaseKind.ISSUE:
        for person in world.members(case.unit_id):
            if person not in staff and person != case.reporter_id:
                yield _claimable(person, "alarm" if case.urgent else "new_task", facts, task, lane)


def _alarm_staff(world: World, case: Case) -> list[int]:
    """An emergency rings the branch and the community's duty at once."""
    heard = dict.fromkeys(world.staff(case.unit_id))
    community = world.community.nearest(case.unit_id, UnitKind.COMMUNITY)
    if community is not None:
        heard.update(dict.fromkeys(world.staff(community.id)))
    return list(heard)


def _claimable(person: int, key: str, facts: dict[str, Any], task: Task, lane: str) -> Tell:
    buttons = (("claim", f"claim_task task={task.id}"),)
    return Tell(to=person, key=key, facts=facts, buttons=buttons, lane=lane, case=task.case_id)


@tells("case_placed")
@tells("case_added")
def case_added(world: World) -> Iterable[Tell]:
    """Whoever holds the case hears what was added; with nobody on it, the desk."""
    case = world.case()
    if case is None:
        return
    heard = [case.owner_id] if case.owner_id else world.staff(case.unit_id)
    for person in heard:
        if person != world.event.actor_id:
            buttons = (("open", f"handle_case case={case.id}"),) if not case.owner_id else ()
            lane = "alert" if case.urgent else "personal"
            yield Tell(
                to=person, key=world.event.kind, facts=world.case_facts(case), buttons=buttons, lane=lane
            )


@tells("case_withdrawn")
def case_withdrawn(world: World) -> Iterable[Tell]:
    case = world.case()
    owner = world.event.data.get("owner")
    if case is None:
        return
    for person in [owner] if owner else world.staff(case.unit_id):
        yield Tell(to=person, key="case_withdrawn", facts=world.case_facts(case))


@tells("case_answered")
def case_answered(world: World) -> Iterable[Tell]:
    """The answer, and 解决了吗 with one tap."""
    case = world.case()
    if case is None:
        return
    facts = world.case_facts(case) | {"answer": case.answer, "name": world.name(case.owner_id)}
    buttons = (("solved", f"confirm_case case={case.id}"), ("not_solved", f"reopen_case case={case.id}"))
    for person in dict.fromkeys((case.beneficiary_id, case.reporter_id)):
        yield Tell(to=person, key="case_answered", facts=facts, buttons=buttons, case=case.id)


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
    for person in world.staff(case.unit_id):
        buttons = (("open", f"handle_case case={case.id}"),)
        yield Tell(to=person, key="case_reopened", facts=world.case_facts(case), buttons=buttons)
    if owner:
        yield Tell(to=owner, key="case_reopened_owner", facts=world.case_facts(case))


@tells("case_assigned")
def case_assigned(world: World) -> Iterable[Tell]:
    case = world.case()
    task = task_rows.of_case(world.tx, world.event.subject_id)
    if case is None or task is None:
        return
    facts = world.case_facts(case) | {"name": world.name(case.owner_id)}
    buttons = (("finish", f"finish_task task={task.id}"), ("give_back", f"give_back_task task={task.id}"))
    if world.event.data.get("to"):
        yield Tell(
            to=world.event.data["to"], key="assigned_to_you", facts=facts, buttons=buttons, case=case.id
        )
    yield Tell(to=case.beneficiary_id, key="case_claimed", facts=facts)
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
    for person in world.staff(data["to"]):
        yield Tell(to=person, key="transfer_offered", facts=world.case_facts(case), buttons=buttons)


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
    yield Tell(to=case.beneficiary_id, key="case_transferred", facts=world.case_facts(case))
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
            yield _claimable(person, "wish_to_take", facts, task, "personal")


@tells("wish_refused")
def wish_refused(world: World) -> Iterable[Tell]:
    case = world.case()
    if case is not None:
        yield Tell(
            to=case.beneficiary_id, key="wish_refused", facts=world.case_facts(case) | {"answer": case.answer}
        )


@tells("case_overdue")
def case_overdue(world: World) -> Iterable[Tell]:
    case = world.case()
    if case is None:
        return
    heard = dict.fromkeys([case.owner_id, *world.staff(case.unit_id)])
    for person in heard:
        if person:
            buttons = (("open", f"handle_case case={case.id}"),) if person != case.owner_id else ()
            yield Tell(to=person, key="case_overdue", facts=world.case_facts(case), buttons=buttons)


# -- tasks -----------------------------------------------------------------------------------------
@tells("task_claimed")
def task_claimed(world: World) -> Iterable[Tell]:
    """The resident hears who took it, the secretary that it is taken."""
    task = world.task()
    case = world.tx.get(Case, task.case_id) if task else None
    if task is None:
        return
    name = world.name(world.event.actor_id)
    if case is None:
        return
    facts = world.case_facts(case) | {"name": name}
    yield Tell(to=case.beneficiary_id, key="case_claimed", facts=facts)
    for person in world.staff(case.unit_id):
        if person != world.event.actor_id:
            yield Tell(to=person, key="claimed_by", facts=facts)


@tells("task_given_back")
def task_given_back(world: World) -> Iterable[Tell]:
    task = world.task()
    case = world.tx.get(Case, task.case_id) if task else None
    if task is None:
        return
    name = world.name(world.event.actor_id)
    facts = {"number": task.number, "title": task.title, "name": name}
    buttons = (("open", f"handle_case case={case.id}"),) if case else ()
    for person in world.staff(task.unit_id):
        if person != world.event.actor_id:
            yield Tell(to=person, key="given_back", facts=facts, buttons=buttons)


@tells("task_posted")
def task_posted(world: World) -> Iterable[Tell]:
    task = world.task()
    if task is None:
        return
    facts = {"title": task.title, "places": task.places, "number": task.number}
    for person in world.members(task.unit_id):
        if person != world.event.actor_id:
            yield _claimable(person, "post_to_take", facts, task, "personal")


@tells("place_freed")
def place_freed(world: World) -> Iterable[Tell]:
    task = world.task()
    if task is not None:
        buttons = (("give_back", f"give_back_task task={task.id}"),)
        facts = {"title": task.title, "number": task.number}
        yield Tell(to=world.event.data["to"], key="place_freed", facts=facts, buttons=buttons)


@tells("post_finished")
def post_finished(world: World) -> Iterable[Tell]:
    task = world.task()
    if task is None:
        return
    for person in world.staff(task.unit_id):
        if person != world.event.actor_id:
            facts = {"title": task.title, "name": world.name(world.event.actor_id)}
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
    facts = {"title": task.title, "number": task.number, "name": world.name(world.event.actor_id)}
    yield Tell(to=data["to"], key="hand_over_offered", facts=facts, buttons=buttons)


@tells("hand_over_accepted")
def hand_over_accepted(world: World) -> Iterable[Tell]:
    task = world.task()
    case = world.tx.get(Case, task.case_id) if task else None
    if task is None:
        return
    facts = {"title": task.title, "number": task.number, "name": world.name(world.event.actor_id)}
    yield Tell(to=world.event.data["before"], key="hand_over_accepted", facts=facts)
    if case is not None:
        yield Tell(to=case.beneficiary_id, key="case_claimed", facts=world.case_facts(case) | facts)


@tells("hand_over_refused")
def hand_over_refused(world: World) -> Iterable[Tell]:
    task = world.task()
    if task is not None:
        facts = {"title": task.title, "number": task.number, "name": world.name(world.event.actor_id)}
        yield Tell(to=world.event.data["asker"], key="hand_over_refused", facts=facts)


# -- members ---------------------------------------------------------------------------------------
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


# -- notices and activities ------------------------------------------------------------------------
@tells("notice_waits")
def notice_waits(world: World) -> Iterable[Tell]:
    notice = world.tx.get(Notice, world.event.subject_id)
    if notice is None:
        return
    above = world.community.next_up(notice.unit_id)
    facts = {
        "text": notice.text,
        "count": notice.recipients,
        "unit": world.community.units[notice.unit_id].name,
        "name": world.name(notice.author_id),
    }
    buttons = (("approve", f"approve_notice notice={notice.id}"),)
    for person in world.staff(above.id):
        if person != notice.author_id:
            yield Tell(to=person, key="notice_waits", facts=facts, buttons=buttons)


@tells("notice_approved")
def notice_approved(world: World) -> Iterable[Tell]:
    notice = world.tx.get(Notice, world.event.subject_id)
    if notice is not None:
        facts = {"count": notice.recipients, "name": world.name(world.event.actor_id)}
        buttons = (("undo", f"cancel_notice notice={notice.id}"),)
        yield Tell(to=notice.author_id, key="notice_approved", facts=facts, buttons=buttons)


@tells("notice_report")
def notice_report(world: World) -> Iterable[Tell]:
    notice = world.tx.get(Notice, world.event.subject_id)
    if notice is not None:
        facts = {"text": notice.text[:20], **world.event.data}
        buttons = (("receipts", f"notice_receipts notice={notice.id}"),)
        yield Tell(to=notice.author_id, key="notice_report", facts=facts, buttons=buttons)


@tells("theme_due")
def theme_due(world: World) -> Iterable[Tell]:
    """The month's theme, to the unit's members on the first working day."""
    theme = world.tx.get(Theme, world.event.subject_id)
    if theme is None:
        return
    path = world.community.units[theme.unit_id].path
    facts = {"title": theme.title, "month": int(theme.month[-2:])}
    for person in notice_rows.audience(world.tx, path, "members"):
        yield Tell(to=person, key="theme_due", facts=facts, buttons=(("activities", "list_activities"),))


def _activity_facts(activity: Activity) -> dict[str, Any]:
    return {"title": activity.title, "when": activity.starts_at, "where": activity.where}


@tells("activity_due_48h")
@tells("activity_due_2h")
@tells("activity_cancelled")
def activity_due(world: World) -> Iterable[Tell]:
    activity = world.tx.get(Activity, world.event.subject_id)
    if activity is None or (activity.state != "open" and world.event.kind != "activity_cancelled"):
        return
    buttons = (("cannot_come", f"leave_activity activity={activity.id}"),)
    if world.event.kind == "activity_cancelled":
        buttons = ()
    for signed in notice_rows.signed_up(world.tx, activity.id):
        yield Tell(
            to=signed.person_id, key=world.event.kind, facts=_activity_facts(activity), buttons=buttons
        )


@tells("activity_place_freed")
def activity_place_freed(world: World) -> Iterable[Tell]:
    activity = world.tx.get(Activity, world.event.subject_id)
    if activity is not None:
        buttons = (("cannot_come", f"leave_activity activity={activity.id}"),)
        yield Tell(
            to=world.event.data["to"],
            key="activity_place_freed",
            facts=_activity_facts(activity),
            buttons=buttons,
        )


# -- calls -----------------------------------------------------------------------------------------
@tells("call_rings")
def call_rings(world: World) -> Iterable[Tell]:
    call = world.tx.get(Call, world.event.subject_id)
    if call is None or call.state != "ringing":
        return
    buttons = (("pick_up", f"answer_call call={call.id}"), ("busy", f"decline_call call={call.id}"))
    yield Tell(to=world.event.data["to"], key="call_rings", buttons=buttons, lane="alert")


@tells("call_answered")
def call_answered(world: World) -> Iterable[Tell]:
    call = world.tx.get(Call, world.event.subject_id)
    if call is not None:
        facts = {"name": world.name(call.callee_id)}
        buttons = (("hang_up", f"end_call call={call.id}"),)
        yield Tell(to=call.caller_id, key="call_answered", facts=facts, buttons=buttons, lane="reply")


@tells("call_passed_on")
def call_passed_on(world: World) -> Iterable[Tell]:
    call = world.tx.get(Call, world.event.subject_id)
    if call is not None:
        facts = {"name": world.name(call.callee_id)}
        yield Tell(to=call.caller_id, key="call_passed_on", facts=facts, lane="reply")


@tells("call_unanswered")
def call_unanswered(world: World) -> Iterable[Tell]:
    call = world.tx.get(Call, world.event.subject_id)
    if call is not None:
        unit = world.community.units[call.unit_id]
        buttons = (("human", "talk_to_human"),)
        facts = {"unit": unit.name, "phone": unit.phone}
        yield Tell(to=call.caller_id, key="call_unanswered", facts=facts, buttons=buttons, lane="reply")


@tells("call_ended")
def call_ended(world: World) -> Iterable[Tell]:
    call = world.tx.get(Call, world.event.subject_id)
    if call is None:
        return
    for person in (call.caller_id, call.callee_id):
        if person and person != world.event.actor_id:
            yield Tell(to=person, key="call_ended", lane="reply")


@tells("message_quarantined")
def message_quarantined(world: World) -> Iterable[Tell]:
    """A message broke us: whoever is on duty hears that somebody waits for a human."""
    for person in world.staff(world.community.duty().id):
        yield Tell(to=person, key="message_quarantined", lane="alert")
