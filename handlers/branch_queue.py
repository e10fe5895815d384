"""支部队列: new, in hand, overdue, to verify; and one case with what can be done."""

from __future__ import annotations

from datetime import timedelta

from actions import joining, on_behalf, return_visits
from bot.messages import Button, Reply
from bot.talk import Talk, intent, rows_of
from domain.case import UNFINISHED, Case, CaseKind, Status
from domain.people import DESKS, Person
from domain.supervision import Supervision
from handlers.cards import case_card, case_text, place_of, time_left
from handlers.claim_task import MEMBERS, in_hand
from handlers.history import history
from handlers.join_case import size_mark
from handlers.merge_case import merging, told_before
from handlers.slots import named_number
from handlers.supervise_case import may_supervise, supervision_buttons, supervision_line
from storage import cases as rows
from storage import notices, supervisions
from storage import people as person_rows
from storage import tasks as task_rows

_LISTED = 8
_PARTS = ("new", "claimed", "overdue", "supervised", "verify")


@intent(roles=DESKS, menu=True)
def branch_queue(talk: Talk) -> Reply:
    """The counts of the queue and the cases of one part of it, urgent first, then by deadline."""
    number = named_number(talk.said)
    units = talk.actor.queues()
    if number is not None:
        found = [case for case in rows.by_number(talk.tx, number) if talk.actor.may_run(case)]
        if found:
            return show_case(talk, found[0])
        return talk.say("no_such", number=number)
    told = talk.flow.told.get("which")
    which = str(told) if told in _PARTS else "all"
    offset = talk.told_id("page") * _LISTED
    counts = rows.queue_counts(talk.tx, talk.actor.reach(), talk.now)
    found = rows.queue(talk.tx, talk.actor.reach(), which, talk.now, limit=_LISTED + 1, offset=offset)
    pending = len(person_rows.pending_members(talk.tx, units))
    waiting = len(notices.waiting_notices(talk.tx, units))
    head = talk.text("head", members=pending, notices=waiting, **counts)
    parts = [talk.button(f"queue_{part}", "branch_queue", which=part) for part in _PARTS]
    buttons: list[list[Button]] = [parts[:3], parts[3:]]
    if pending:
        buttons.append([talk.button("queue_members", "verify_member")])
    if return_visits.waiting(talk.tx, talk.actor):
        buttons.append([talk.button("queue_visits", "return_visits")])
    lines = [_line(talk, case) for case in found[:_LISTED]]
    for case in found[:_LISTED]:
        label = talk.text("words.number", number=case.number)
        buttons.append([talk.button(label, "handle_case", case=case.id)])
    if len(found) > _LISTED:
        next_page = offset // _LISTED + 1
        buttons.append([talk.button("more", "branch_queue", which=which, page=next_page)])
    body = "\n".join(lines) if lines else talk.text("empty")
    foot = "\n".join([*_closings(talk, units), _calendar(talk)])
    return Reply(text=f"{head}\n\n{body}\n\n{foot}", buttons=rows_of(buttons))


def _closings(talk: Talk, units: list[int]) -> list[str]:
    """How the cases of the last month were closed: the two kinds are never added up."""
    counts = rows.closings(talk.tx, units, talk.now - timedelta(days=30))
    return [talk.text("closings", **counts)] if any(counts.values()) else []


def _calendar(talk: Talk) -> str:
    """By whose holidays the deadlines are counted; and that a year is missing."""
    calendar = talk.community.calendar
    if not calendar.known_until:
        return talk.text("no_calendar")
    return talk.text("calendar", source=calendar.source, year=calendar.known_until)


def _line(talk: Talk, case: Case) -> str:
    owner = talk.tx.get(Person, case.owner_id)
    return talk.text(
        "line",
        number=case.number,
        text=case_text(talk, case)[:18].replace("\n", " "),
        place=place_of(talk, case),
        status=case.status,
        name=f" {owner.name}" if owner else "",
        due=case.answer_by,
        left=time_left(talk, case),
        mark=_mark(talk, case),
        households=size_mark(talk, case),
    )


def _mark(talk: Talk, case: Case) -> str:
    """What to see first: danger, a time that is over, what others have."""
    marks = [
        talk.text("words.urgent") if case.urgent else "",
        talk.text("words.sealed") if case.sealed else "",
        talk.text("late") if case.overdue(talk.now) else "",
        talk.text("outside") if case.passed_on_at else "",
        talk.text("supervised") if supervisions.of_case(talk.tx, case.id) else "",
    ]
    return "".join(marks)


@intent(roles=MEMBERS, texts="branch_queue")
def handle_case(talk: Talk) -> Reply:
    """One case, for its desk and for who has taken it: every word of it and what can be done now."""
    return show_case(talk, talk.actor.case_in_hand(talk.tx.get(Case, talk.told_id("case"))))


def show_case(talk: Talk, case: Case) -> Reply:
    own = {case.reporter_id, case.beneficiary_id, *joining.people_of(talk.tx, case)}
    notes = [
        talk.text("note" if by in own else "asked", text=text) for text, by in rows.notes_of(talk.tx, case.id)
    ]
    files = tuple(key for key, _ in rows.files_of(talk.tx, case.id))
    if talk.actor.is_party(case):  # it works from what the desk confirmed, without photos or further words
        notes, files = [], ()
    owner = talk.tx.get(Person, case.owner_id)
    text = talk.text(
        "case",
        number=case.number,
        unit=talk.community.units[case.unit_id].name,
        responsible=_responsible(talk, case),
        name=owner.name if owner else talk.text("words.nobody"),
        resident=_resident(talk, case),
        due=case.answer_by,
        left=time_left(talk, case),
    )
    past = history(talk, case) if talk.actor.may_run(case) else []
    asked = supervisions.of_case(talk.tx, case.id)
    watched = [supervision_line(talk, asked, case)] if asked else []
    words = "\n".join([text, *watched, *told_before(talk, case), *notes, *past])
    buttons = rows_of([*_steps(talk, case), *_supervision(talk, asked, case)])
    return Reply(text=words, buttons=buttons, card=case_card(talk, case), files=files)


def _supervision(talk: Talk, asked: Supervision | None, case: Case) -> list[list[Button]]:
    if asked is not None:
        return [supervision_buttons(talk, asked)]
    if case.status in UNFINISHED and may_supervise(talk, case):
        return [[talk.button("supervise", "supervise_case", case=case.id)]]
    return []


def _responsible(talk: Talk, case: Case) -> str:
    """The party named, with its own number for the case when it has it outside."""
    name = case.responsible or talk.text("words.nobody")
    if not case.external_number:
        return name
    return name + talk.text("words.outside_number", number=case.external_number)


def _resident(talk: Talk, case: Case) -> str:
    """Whom it is for, as those who handle the case need to know: a name and a door, never a number."""
    if not talk.actor.may_name(case):
        return talk.text("words.anonymous" if case.anonymity else "words.resident")
    person = talk.tx.get(Person, case.beneficiary_id)
    name = (person.name if person else "") or talk.text("words.resident")
    room = case.room or (person.room if person and person.home_place_id == case.place_id else "")
    return talk.text("words.room", name=name, room=room) if room else name


def _steps(talk: Talk, case: Case) -> list[list[Button]]:
    if not talk.actor.may_run(case):
        task = task_rows.of_case(talk.tx, case.id)
        held = task is not None and case.status in UNFINISHED
        ask = talk.button("ask_resident", "ask_resident", case=case.id)
        return [in_hand(talk, task)[1:], [ask]] if task is not None and held else []
    if case.status is Status.UNVERIFIED and case.kind is CaseKind.WISH:
        return [
            [
                talk.button("verify", "verify_wish", case=case.id, style="primary"),
                talk.button("refuse", "refuse_wish", case=case.id),
            ]
        ]
    if case.status not in UNFINISHED:
        return []
    answer = talk.button("answer", "answer_case", case=case.id, style="primary")
    assign = talk.button("assign", "assign_case", case=case.id)
    transfer = talk.button("transfer", "transfer_case", case=case.id)
    category = talk.button("change_category", "change_category", case=case.id)
    ask = talk.button("ask_resident", "ask_resident", case=case.id)
    up = talk.button("escalate", "escalate_case", case=case.id)
    outside = talk.button("not_ours", "not_ours", case=case.id)
    sign = [] if case.signed else [talk.button("sign", "sign_case", case=case.id)]
    rest = [category, *sign, *merging(talk, case)]
    return [[answer, assign], [transfer, ask], [up, outside], rest, _without_account(talk, case)]


def _without_account(talk: Talk, case: Case) -> list[Button]:
    """How somebody is reached whom no message reaches."""
    person = on_behalf.takes_code(talk.tx, talk.actor, case)
    if person is None or case.reporter_id == case.beneficiary_id:
        return []
    phone = [talk.button("see_phone", "see_phone", case=case.id)] if person.phone else []
    return [*phone, talk.button("case_code", "case_code", case=case.id)]
