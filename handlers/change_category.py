"""改: what a case really is about."""

from __future__ import annotations

from typing import Any

from actions import cases
from bot.messages import Reply
from bot.talk import Choice, Heard, Slot, Talk, intent, whole
from domain.case import Case
from domain.errors import NotFound
from handlers.where import PLACE


def _load_case(talk: Talk, value: Any) -> Case:
    case = talk.tx.get(Case, whole(value))
    if case is None or not (talk.actor.concerns(case) or talk.actor.may_run(case)):
        raise NotFound()
    return case


def _read_category(talk: Talk, heard: Heard) -> Any:
    said = heard.meaning.text
    named = {
        key
        for key, rule in talk.community.categories.items()
        if any(name and (name in said or said in name) for name in rule.names.values()) and len(said) >= 2
    }
    return named.pop() if len(named) == 1 else None


def _offer(talk: Talk) -> list[Choice]:
    return [
        Choice(label=talk.community.category_name(key, talk.locale), value=key)
        for key in talk.community.categories
    ]


CASE: Slot[Case] = Slot(name="case", read=lambda talk, heard: None, load=_load_case)
CATEGORY: Slot[str] = Slot(
    name="category",
    read=_read_category,
    load=lambda talk, value: str(value) if value in talk.community.categories else None,
    offer=_offer,
)


@intent(texts="change_category")
def change_place(talk: Talk) -> Reply:
    """The reporter corrects the place; while nobody has the case it goes to the queue of that place."""
    case = talk.actor.their_case(talk.ask(CASE))
    where = talk.ask(PLACE, number=case.number)
    if where.place is None:
        raise NotFound()
    case = cases.place_found(talk.tx, talk.actor, case.id, where.place, talk.now, where.text)
    unit = talk.community.units[case.unit_id].name
    return talk.say("placed", number=case.number, place=where.name(), unit=unit)


@intent()
def change_category(talk: Talk) -> Reply:
    """The reporter or the desk corrects the category; the deadline follows it."""
    case = talk.ask(CASE)
    category = talk.ask(CATEGORY, number=case.number)
    case = cases.correct_category(talk.tx, talk.actor, case.id, category, talk.now)
    name = talk.community.category_name(case.category, talk.locale)
    return talk.say("done", number=case.number, category=name, due=case.answer_by)
