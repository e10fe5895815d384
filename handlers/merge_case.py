"""合并: the desk says that two cases are one, and takes them apart again."""

from __future__ import annotations

from typing import Any

from actions import joining
from bot.messages import Button, Reply
from bot.talk import Choice, Heard, Slot, Talk, intent, whole
from domain.case import UNFINISHED, Case, CaseKind
from domain.people import DESKS
from handlers.desk import CASE
from handlers.slots import case_label, named_number, number_in


def _others(talk: Talk) -> list[Case]:
    case = talk.known(CASE)
    return joining.mergeable(talk.tx, case) if case else []


def _read(talk: Talk, heard: Heard) -> Any:
    number = named_number(heard.meaning) or number_in(heard.meaning.text)
    return next((case.id for case in _others(talk) if case.number == number), None)


def _load(talk: Talk, value: Any) -> Case | None:
    return talk.actor.case_of_queue(talk.tx.get(Case, whole(value)))


INTO: Slot[Case] = Slot(
    name="into",
    read=_read,
    load=_load,
    offer=lambda talk: [Choice(label=case_label(talk, case), value=case.id) for case in _others(talk)],
)


@intent(roles=DESKS)
def merge_case(talk: Talk) -> Reply:
    """One case goes on in another; everybody behind it hears so."""
    case = talk.ask(CASE)
    case.move("merge")
    if "into" not in talk.flow.heard | talk.flow.told and not _others(talk):
        return talk.say("none", number=case.number)
    into = talk.ask(INTO, number=case.number)
    merged, lead = joining.merge(talk.tx, talk.actor, case.id, into.id, talk.now)
    return talk.say(
        "done",
        number=merged.number,
        into=lead.number,
        households=joining.size(talk.tx, lead.id),
        buttons=[
            talk.button("unmerge", "unmerge_case", case=merged.id),
            talk.button("open", "handle_case", case=lead.id),
        ],
    )


@intent(roles=DESKS, texts="merge_case")
def unmerge_case(talk: Talk) -> Reply:
    """What was merged stands by itself again, with the people it came with."""
    case, lead = joining.unmerge(talk.tx, talk.actor, talk.told_id("case"), talk.now)
    open_it = talk.button("open", "handle_case", case=case.id)
    return talk.say("parted", number=case.number, into=lead.number, due=case.answer_by, buttons=[open_it])


def merging(talk: Talk, case: Case) -> list[Button]:
    """The steps of a case that have to do with others: into one, and out again."""
    found = [
        talk.button(talk.text("merge_case.part", number=one.number), "unmerge_case", case=one.id)
        for one in joining.merged_into(talk.tx, case)
    ]
    alone = case.kind is CaseKind.ISSUE and not (case.urgent or case.private)
    if alone and case.status in UNFINISHED and joining.mergeable(talk.tx, case):
        found.append(talk.button("merge", "merge_case", case=case.id))
    return found


def told_before(talk: Talk, case: Case) -> list[str]:
    """How many households stand behind a case, and what was merged into it or taken out."""
    size = joining.size(talk.tx, case.id)
    lines = [talk.text("merge_case.behind", households=size)] if size > 1 else []
    for event, number, name in joining.history(talk.tx, case):
        key = "merge_case.was_merged" if event.kind == "merged_in" else "merge_case.was_parted"
        lines.append(talk.text(key, at=event.at, name=name, number=number))
    return lines
