"""What the desk does with one case: answer, assign, transfer, verify."""

from __future__ import annotations

import re
from typing import Any

from actions import cases, people, private, tasks, transfers
from bot.messages import Reply
from bot.talk import Choice, Heard, Slot, Talk, intent, whole
from domain.case import Case
from domain.people import DESKS, RUNS_A_QUEUE, Membership, Person
from domain.tree import Unit
from handlers.claim_task import MEMBERS
from handlers.slots import ANSWER, REASON, text_slot, yes_no
from nlu.complaints import without_names
from storage import people as rows

_TEXTS = "desk"


def _load_case(talk: Talk, value: Any) -> Case:
    return talk.actor.case_of_queue(talk.tx.get(Case, whole(value)))


CASE: Slot[Case] = Slot(name="case", read=lambda talk, heard: None, load=_load_case)
IN_HAND: Slot[Case] = Slot(
    name="case",
    read=lambda talk, heard: None,
    load=lambda talk, value: talk.actor.case_in_hand(talk.tx.get(Case, whole(value))),
)
QUESTION = text_slot("question")


def _named(choices: list[Choice], heard: Heard) -> Any:
    """The choice whose label somebody wrote."""
    return next((one.value for one in choices if one.label and one.label in heard.meaning.text), None)


def _members(talk: Talk) -> list[Choice]:
    case = talk.known(CASE)
    if case is None:
        return []
    found = tasks.colleagues(talk.tx, talk.actor, case.unit_id, talk.now)
    return [Choice(label=person.name, value=person.id) for person in found]


def _load_member(talk: Talk, value: Any) -> Person | None:
    case = talk.known(CASE)
    if case is None:
        return None
    return tasks.colleague(talk.tx, talk.actor, case.unit_id, whole(value), talk.now)


MEMBER: Slot[Person] = Slot(
    name="member",
    read=lambda talk, heard: _named(_members(talk), heard),
    load=_load_member,
    offer=_members,
    early=True,
)


def _units(talk: Talk) -> list[Choice]:
    case = talk.known(CASE)
    if case is None:
        return []
    near = transfers.responsible_units(talk.community, case.unit_id)
    about = case.subject_unit_id  # never into the line it is about
    near = [one for one in near if not about or not talk.community.is_within(one.id, about)]
    return [Choice(label=unit.name, value=unit.id) for unit in near]


def _load_unit(talk: Talk, value: Any) -> Unit | None:
    allowed = {choice.value for choice in _units(talk)}
    return talk.community.units[whole(value)] if whole(value) in allowed else None


_TO = re.compile(
    r"(?:转|移交|交|办|派)(?:办|交)?(?:给|到)\s?(?P<part>[一-鿿]{2,8}?)(?:来)?(?:办理|办|处理|看看|吧|[。.!])*$"
)


def _read_unit(talk: Talk, heard: Heard) -> Any:
    """The unit named in full, or the only one a part of whose name was said: 转给物业."""
    units = _units(talk)
    if (named := _named(units, heard)) is not None:
        return named
    said = _TO.search(heard.meaning.text)
    part = said["part"] if said else heard.meaning.text.strip("。.!！ ")
    found = [choice.value for choice in units if len(part) > 1 and part in choice.label]
    return found[0] if len(found) == 1 else None


UNIT: Slot[Unit] = Slot(
    name="unit",
    read=_read_unit,
    load=_load_unit,
    offer=_units,
    early=True,
)


def _load_shared(talk: Talk, value: Any) -> str | None:
    case = talk.known(CASE)
    return private.summary(talk.tx, case) if value == "-" and case else str(value)


SHARED: Slot[str] = Slot(
    name="shared",
    read=lambda talk, heard: heard.text.strip() or None,
    load=_load_shared,
    offer=lambda talk: [Choice(label=talk.text("buttons.share_this"), value="-")],
    free=True,
)


@intent(roles=DESKS, texts=_TEXTS)
def answer_case(talk: Talk) -> Reply:
    """The desk answers the resident itself."""
    case = talk.ask(CASE)
    answer = talk.ask(ANSWER, number=case.number)
    cases.answer(talk.tx, talk.actor, case.id, answer, talk.files, talk.now)
    return talk.say("answered", number=case.number)


@intent(roles=MEMBERS, texts=_TEXTS)
def ask_resident(talk: Talk) -> Reply:
    """Whoever handles a case asks the person something; the answer is added to the case."""
    case = talk.ask(IN_HAND)
    question = talk.ask(QUESTION, number=case.number)
    cases.inquire(talk.tx, talk.actor, case.id, question, talk.now)
    return talk.say("asked", number=case.number)


@intent(roles=DESKS, texts=_TEXTS)
def assign_case(talk: Talk) -> Reply:
    """The desk gives a case to a member, who hears so and may give it back."""
    case = talk.ask(CASE)
    if not _members(talk):
        return talk.say("nobody")
    member = talk.ask(MEMBER, number=case.number)
    cases.assign(talk.tx, talk.actor, case.id, member.id, talk.now)
    return talk.say("assigned", number=case.number, name=member.name)


@intent(roles=DESKS, texts=_TEXTS)
def transfer_case(talk: Talk) -> Reply:
    """Another unit is asked; until it accepts, the case stays here."""
    case = talk.ask(CASE)
    unit = talk.ask(UNIT, number=case.number)
    reason = talk.ask(REASON, unit=unit.name)
    shared = ""
    if private.is_party(talk.community, unit.id):
        shared = talk.ask(SHARED, unit=unit.name, text=private.summary(talk.tx, case))
        reason = without_names(reason)
    transfers.offer_transfer(talk.tx, talk.actor, case.id, unit.id, reason, talk.now, shared)
    return talk.say("offered", number=case.number, unit=unit.name)


@intent(roles=DESKS, texts=_TEXTS)
def accept_transfer(talk: Talk) -> Reply:
    """The other unit takes it."""
    case = transfers.accept_transfer(talk.tx, talk.actor, talk.told_id("offer"), talk.now)
    button = talk.button("open", "handle_case", case=case.id)
    return talk.say("accepted", number=case.number, buttons=[button])


@intent(roles=DESKS, texts=_TEXTS)
def refuse_transfer(talk: Talk) -> Reply:
    """The other unit does not; the first keeps it."""
    case = transfers.refuse_transfer(talk.tx, talk.actor, talk.told_id("offer"), talk.now)
    return talk.say("refused", number=case.number)


@intent(roles=DESKS, texts=_TEXTS)
def verify_wish(talk: Talk) -> Reply:
    """A wish is listed for members, without the name."""
    case = cases.verify_wish(talk.tx, talk.actor, talk.ask(CASE).id, talk.now)
    return talk.say("wish_listed", number=case.number)


@intent(roles=DESKS, texts=_TEXTS)
def refuse_wish(talk: Talk) -> Reply:
    """A wish that cannot be granted; the person hears why."""
    case = talk.ask(CASE)
    reason = talk.ask(REASON, number=case.number, unit="")
    cases.refuse_wish(talk.tx, talk.actor, case.id, reason, talk.now)
    return talk.say("wish_refused", number=case.number)


# -- members -----------------------------------------------------------------------------------
def _pending(talk: Talk) -> list[Choice]:
    found = rows.pending_members(talk.tx, talk.actor.queues())
    return [Choice(label=_member_line(talk, one), value=one.id) for one in found]


def _member_line(talk: Talk, membership: Membership) -> str:
    person = talk.tx.get(Person, membership.person_id)
    return talk.text("member_line", name=person.name if person else "", work_unit=membership.work_unit)


def _load_membership(talk: Talk, value: Any) -> Membership:
    return people.asked_here(talk.tx, talk.actor, whole(value))


MEMBERSHIP: Slot[Membership] = Slot(
    name="membership",
    read=lambda talk, heard: None,
    load=_load_membership,
    offer=_pending,
)
ACCEPT = yes_no("accept", yes="confirm_member", no="refuse_member")


@intent(roles=RUNS_A_QUEUE, texts=_TEXTS)
def verify_member(talk: Talk) -> Reply:
    """The secretary says whether somebody is a member; only then may they take tasks."""
    if "membership" not in talk.flow.told | talk.flow.heard and not _pending(talk):
        return talk.say("no_members")
    asked = talk.ask(MEMBERSHIP)
    accept = talk.ask(ACCEPT, line=_member_line(talk, asked))
    people.decide_member(talk.tx, talk.actor, asked.id, accept=accept, now=talk.now)
    return talk.say("member_confirmed" if accept else "member_refused", line=_member_line(talk, asked))
