"""我的诉求: where it stands."""

from __future__ import annotations

from dataclasses import replace

from actions import closing, joining
from actions.concern import theirs
from bot.messages import Button, Reply
from bot.talk import Redirect, Talk, intent
from domain.case import LIVE, UNFINISHED, Case, Status
from domain.people import DESKS, Person
from handlers.cards import case_card
from handlers.slots import called_case, named_number
from storage import cases as rows
from storage import ratings
from storage import tasks as task_rows

_LISTED = 6


@intent(menu=True, keeps_words=True)
def case_status(talk: Talk) -> Reply:
    """One case with its progress, or the list of one's own."""
    number = named_number(talk.said)
    found = rows.of_person(talk.tx, talk.person.id, limit=50)
    if "case" in talk.flow.told:
        return show(talk, theirs(talk.tx, talk.actor, talk.tx.get(Case, talk.told_id("case"))))
    if number is not None:
        named = [case for case in found if case.number == number]
        if not named and talk.actor.has(DESKS):
            raise Redirect("branch_queue")
        return show(talk, named[0]) if named else talk.say("no_such", number=number)
    live = [case for case in found if case.status in LIVE]
    if not found:
        if talk.heard.text:
            talk.state.lose(talk.heard.text)  # reported elsewhere, perhaps: a human may hear of it
        return talk.say("none", buttons=[talk.button("report", "report_issue")])
    if len(live) == 1 or len(found) == 1:
        return show(talk, (live or found)[0])
    if (one := called_case(live or found, talk.said.text)) is not None:
        return show(talk, next(case for case in found if case.id == one))
    lines = [
        talk.text("line", number=case.number, text=case.text[:18], status=case.status)
        for case in (live or found)[:_LISTED]
    ]
    buttons = [
        talk.button(talk.text("words.number", number=case.number), "case_status", case=case.id)
        for case in (live or found)[:_LISTED]
    ]
    return talk.say("list", lines="\n".join(lines), count=len(live or found), buttons=buttons)


def show(talk: Talk, case: Case) -> Reply:
    """A case as its resident sees it, with what can be done now. Who reads an answer here has it."""
    case = closing.seen(talk.tx, talk.actor, case, talk.now)
    lead = joining.lead_of(talk.tx, case) if case.status is Status.MERGED else None
    if lead is not None:
        there = show(talk, lead)
        merged = talk.text("is_merged", number=case.number, into=lead.number)
        return replace(there, text=f"{merged}\n{there.text}")
    owner = talk.tx.get(Person, case.owner_id)
    outside = case.passed_on_at is not None and case.status in UNFINISHED
    key = "is_paused" if case.paused_at else "is_outside" if outside else f"is_{case.status}"
    return talk.say(
        key,
        who=case.responsible,
        number=case.number,
        unit=talk.community.units[case.unit_id].name,
        name=owner.name if owner else "",
        due=case.answer_by,
        answer=case.answer,
        buttons=next_steps(talk, case),
        card=case_card(talk, case),
    )


def next_steps(talk: Talk, case: Case) -> list[Button]:
    if case.status in UNFINISHED:
        joined = joining.joined(talk.tx, talk.actor, case)
        return [
            talk.button("add", "add_to_case", case=case.id),
            talk.button("leave_case" if joined else "withdraw", "withdraw_case", case=case.id),
        ]
    if case.status is Status.ANSWERED:
        return solved_buttons(talk, case)
    task = task_rows.of_case(talk.tx, case.id)
    if case.status is Status.CLOSED:
        rated = task and ratings.of(talk.tx, task.id, talk.person.id)
        rate = [] if rated or task is None else [talk.button("rate", "rate_service", task=task.id)]
        return [*rate, talk.button("not_solved", "reopen_case", case=case.id)]
    return []


def solved_buttons(talk: Talk, case: Case) -> list[Button]:
    return [
        talk.button("solved", "confirm_case", case=case.id, style="primary"),
        talk.button("not_solved", "reopen_case", case=case.id),
    ]
