"""支部队列: new, in hand, overdue, to verify; and one case with what can be done."""

from __future__ import annotations

from actions import joining
from bot.messages import Button, Reply
from bot.talk import Talk, intent, rows_of
from domain.case import UNFINISHED, Case, CaseKind, Status
from domain.people import DESKS, Person
from handlers.cards import case_card, place_of
from handlers.claim_task import MEMBERS, in_hand
from handlers.join_case import size_mark
from handlers.merge_case import merging, told_before
from handlers.slots import named_number
from storage import cases as rows
from storage import notices
from storage import people as person_rows
from storage import tasks as task_rows

_LISTED = 8
_PARTS = ("new", "claimed", "overdue", "verify")


@intent(roles=DESKS, menu=True)
def branch_queue(talk: Talk) -> Reply:
    """The counts of the queue and the cases of one part of it, urgent first, then by deadline."""
    number = named_number(talk.said)
    units = talk.actor.queues()
    if number is not None:
        found = [case for case in rows.by_number(talk.tx, number) if case.unit_id in units]
        if found:
            return show_case(talk, found[0])
        return talk.say("no_such", number=number)
    told = talk.flow.told.get("which")
    which = str(told) if told in _PARTS else "all"
    offset = talk.told_id("page") * _LISTED
    counts = rows.queue_counts(talk.tx, units, talk.now)
    found = rows.queue(talk.tx, units, which, talk.now, limit=_LISTED + 1, offset=offset)
    pending = len(person_rows.pending_members(talk.tx, units))
    waiting = len(notices.waiting_notices(talk.tx, units))
    head = talk.text("head", members=pending, notices=waiting, **counts)
    parts = [talk.button(f"queue_{part}", "branch_queue", which=part) for part in _PARTS]
    buttons: list[list[Button]] = [parts[:2], parts[2:]]
    if pending:
        buttons.append([talk.button("queue_members", "verify_member")])
    lines = [_line(talk, case) for case in found[:_LISTED]]
    for case in found[:_LISTED]:
        label = talk.text("words.number", number=case.number)
        buttons.append([talk.button(label, "handle_case", case=case.id)])
    if len(found) > _LISTED:
        next_page = offset // _LISTED + 1
        buttons.append([talk.button("more", "branch_queue", which=which, page=next_page)])
    body = "\n".join(lines) if lines else talk.text("empty")
    return Reply(text=f"{head}\n\n{body}", buttons=rows_of(buttons))


def _line(talk: Talk, case: Case) -> str:
    owner = talk.tx.get(Person, case.owner_id)
    return talk.text(
        "line",
        number=case.number,
        text=case.text[:18].replace("\n", " "),
        place=place_of(talk, case),
        status=case.status,
        name=f" {owner.name}" if owner else "",
        due=case.answer_by,
        mark=_mark(talk, case),
        households=size_mark(talk, case),
    )


def _mark(talk: Talk, case: Case) -> str:
    if case.urgent:
        return talk.text("words.urgent")
    return talk.text("late") if case.overdue(talk.now) else ""


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
    owner = talk.tx.get(Person, case.owner_id)
    text = talk.text(
        "case",
        number=case.number,
        unit=talk.community.units[case.unit_id].name,
        responsible=case.responsible or talk.text("words.nobody"),
        name=owner.name if owner else talk.text("words.nobody"),
        resident=_resident(talk, case),
        due=case.answer_by,
    )
    words = "\n".join([text, *told_before(talk, case), *notes])
    return Reply(text=words, buttons=rows_of(_steps(talk, case)), card=case_card(talk, case), files=files)


def _resident(talk: Talk, case: Case) -> str:
    """Whom it is for, as those who handle the case need to know: a name and a door, never a number."""
    person = talk.tx.get(Person, case.beneficiary_id)
    name = (person.name if person else "") or talk.text("words.resident")
    room = case.room or (person.room if person and person.home_place_id == case.place_id else "")
    return talk.text("words.room", name=name, room=room) if room else name


def _steps(talk: Talk, case: Case) -> list[list[Button]]:
    if not talk.actor.runs(case.unit_id):
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
    return [[answer, assign], [transfer, ask], [category, *merging(talk, case)]]
