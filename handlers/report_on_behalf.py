"""代报: for a mother, a neighbour, somebody at the desk or on the telephone."""

from __future__ import annotations

import re
from typing import Any

from actions import cases
from actions import on_behalf as actions
from actions.people import INVITE_DAYS
from bot.messages import Reply
from bot.talk import Choice, Heard, Slot, Talk, intent
from bot.texts import commands
from domain.people import DESKS
from handlers.cards import case_card
from handlers.slots import text_slot
from handlers.where import WHERE, Where, mentioned
from nlu.on_behalf import asks_for_another, matter, told_about, whose

_DANGLING = re.compile(r"[,，。;； ]*(?:的?电话|手机|号码)?[是:： ]*$")  # what is left of a number
LONG_NAME = 10  # characters; what is longer in Chinese is a sentence
_NAME = text_slot("name", longest=20)
_WHAT = text_slot("what")


def _read_name(talk: Talk, heard: Heard) -> Any:
    if talk.flow.asked == "name":
        sentence = len(heard.text.strip()) > LONG_NAME and not heard.text.isascii()
        return told_about(heard.text) or (None if sentence else _NAME.read(talk, heard))
    return whose(heard.meaning.text)


def _read_what(talk: Talk, heard: Heard) -> Any:
    if talk.flow.asked == "what":
        return _WHAT.read(talk, heard)
    said = heard.text.strip()
    if told_about(said):
        return said
    return said if asks_for_another(said) and matter(said) and said not in commands(talk.locale) else None


NAME: Slot[str] = Slot(name="name", read=_read_name, load=_NAME.load, early=True, free=True)
WHAT: Slot[str] = Slot(name="what", read=_read_what, load=_WHAT.load, early=True, free=True)
PHONE: Slot[str] = Slot(
    name="phone",
    read=lambda talk, heard: next(iter(heard.meaning.entities.phones), None),
    load=lambda talk, value: str(value)[:20],
    offer=lambda talk: [Choice(label=talk.text("buttons.no_phone"), value="-")],
    early=True,
)


def _read_where(talk: Talk, heard: Heard) -> Any:
    """The home of whoever writes is not where it is: only a place that was said counts."""
    said = mentioned(talk)
    if talk.flow.asked != "where" and not (said.building or said.estate_id):
        return None
    return WHERE.read(talk, heard)


THERE: Slot[Where] = Slot(name="where", read=_read_where, load=WHERE.load, early=True)


@intent(consent=True)
def report_on_behalf(talk: Talk) -> Reply:
    """Who, perhaps a number, where and what: one case, for somebody else."""
    name = talk.ask(NAME)
    phone = talk.ask(PHONE, name=name)
    where = talk.ask(THERE)
    what = talk.ask(WHAT, name=name)
    phone = "" if phone == "-" else phone
    what = matter(what.replace(phone, "") if phone else what) or what
    what = _DANGLING.sub("", what)
    person = actions.whom(talk.tx, talk.actor, name, phone, where.place, where.room, talk.now)
    meaning = talk.understand(what)
    case = cases.report(
        talk.tx,
        talk.actor,
        text=what,
        category=str(meaning.category),
        place=where.place,
        place_text=where.text,
        room=where.room,
        files=talk.files,
        private=meaning.private and not talk.community.category(str(meaning.category)).merge_hours,
        beneficiary=person,
        place_asked=where.place is None,
        now=talk.now,
    )
    unit = talk.community.units[case.unit_id].name
    card = case_card(talk, case)
    if actions.without_account(talk.tx, case):
        return talk.say(
            "done_unreached", card=card, number=case.number, name=name, unit=unit, due=case.answer_by
        )
    return talk.say("done", card=card, number=case.number, name=name, unit=unit, due=case.answer_by)


@intent(texts="report_on_behalf")
def take_over(talk: Talk) -> Reply:
    """Whom it is for sees to it from now on."""
    case = actions.take_over(talk.tx, talk.actor, talk.told_id("case"), talk.now)
    button = talk.button("withdraw", "withdraw_case", case=case.id)
    return talk.say("taken_over", number=case.number, buttons=[button])


@intent(texts="report_on_behalf")
def not_mine(talk: Talk) -> Reply:
    """Whom it is for says that it is not theirs; who reported it has it again."""
    case = actions.not_mine(talk.tx, talk.actor, talk.told_id("case"), talk.now)
    return talk.say("not_mine", number=case.number)


@intent(roles=DESKS, texts="report_on_behalf")
def case_code(talk: Talk) -> Reply:
    """A code for somebody without an account: they write it, and the case is theirs."""
    person, code = actions.code(talk.tx, talk.actor, talk.told_id("case"), talk.now)
    return talk.say("code", name=person.name, code=code, days=INVITE_DAYS)


@intent(roles=DESKS, texts="report_on_behalf")
def see_phone(talk: Talk) -> Reply:
    """The number of somebody without an account; that it was read is kept."""
    person = actions.read_phone(talk.tx, talk.actor, talk.told_id("case"), talk.now)
    return talk.say("phone", name=person.name, phone=person.phone)
