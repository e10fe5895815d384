"""对谁保密: who may see a case and who may know the name; complaints about those who would handle it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from actions import private
from actions.private import Secrecy
from bot.messages import Reply
from bot.talk import Choice, Heard, Slot, Talk, intent
from domain.case import UNFINISHED
from domain.tree import Place, Unit
from handlers.slots import own_case, yes_no
from nlu.complaints import Complaint, Party, complaint, names_somebody, unnamed, without_names

_SECRET = re.compile("保密|不公开|不要公开|别公开|confidential", re.IGNORECASE)
_HOW = {
    Secrecy.PRIVATE: re.compile("不公开|保密|private"),
    Secrecy.ALL: re.compile("匿名|谁也不|anonym"),
    Secrecy.DESK: re.compile("只.*支部|支部知道|desk"),
    Secrecy.PUBLIC: re.compile("照常|公开|不用保密|public"),
}


def _read_how(talk: Talk, heard: Heard) -> Any:
    said = heard.meaning.text
    return next((str(how) for how, words in _HOW.items() if words.search(said)), None)


def _load_how(talk: Talk, value: Any) -> Secrecy | None:
    return Secrecy(value) if value in set(Secrecy) else None


HOW: Slot[Secrecy] = Slot(
    name="how",
    read=_read_how,
    load=_load_how,
    offer=lambda talk: [
        Choice(label=talk.text("keep_private.private"), value=str(Secrecy.PRIVATE)),
        Choice(label=talk.text("keep_private.all"), value=str(Secrecy.ALL)),
        Choice(label=talk.text("keep_private.desk"), value=str(Secrecy.DESK)),
        Choice(label=talk.text("keep_private.public"), value=str(Secrecy.PUBLIC)),
    ],
)
CASE = own_case(UNFINISHED)
ABOUT = yes_no("about", yes="about_staff", no="not_staff")
REDACT = yes_no("redact", yes="mask_it", no="as_it_is")


@intent()
def keep_private(talk: Talk) -> Reply:
    """The person who asked says who may see it, and whether anybody learns their name."""
    case = talk.ask(CASE)
    how = talk.ask(HOW, number=case.number)
    case = private.keep(talk.tx, talk.actor, case.id, how, talk.now)
    if how is Secrecy.PUBLIC:
        return talk.say("still_private" if case.private else "is_public", number=case.number)
    if how is Secrecy.PRIVATE:
        return talk.say("is_private", number=case.number)
    return talk.say("is_all" if how is Secrecy.ALL else "is_desk", number=case.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delicate:
    """What is delicate about a report, asked before it is filed."""

    about: Unit | None  # the unit it complains about
    private: bool
    anonymity: str
    mask: bool  # somebody else's name or number is taken out


def delicate(talk: Talk, what: str, place: Place | None) -> Delicate:
    """Asks what has to be known before anybody sees these words; most reports ask nothing."""
    about = _about(talk, what, place)
    person = talk.person
    somebody = names_somebody(what, person.name, person.phone)
    mask = somebody and talk.ask(REDACT)
    said = talk.understand(what).text
    return Delicate(
        about=about,
        private=somebody or bool(_SECRET.search(said)),
        anonymity=str(Secrecy.ALL) if unnamed(said) else "",
        mask=mask,
    )


def _about(talk: Talk, what: str, place: Place | None) -> Unit | None:
    found = complaint(what)
    if found is None and _blames_by_name(talk, what, place):
        found = Complaint(party=Party.BRANCH, sure=False)
    if found is None:
        return None
    unit = private.subject(talk.tx, talk.actor, found, place)
    if unit is None or (not found.sure and not talk.ask(ABOUT, unit=unit.name)):
        return None
    return unit


_BLAMES = re.compile("投诉|举报|意见|态度|骂|打人|收钱|不负责|推诿|敷衍")


def _blames_by_name(talk: Talk, what: str, place: Place | None) -> bool:
    if not _BLAMES.search(talk.understand(what).text):
        return False
    return private.staff_named(talk.tx, talk.actor, what, place, talk.now)


def words_of(told: Delicate, words: str) -> str:
    """The words as they are kept: masked when the person wished so."""
    return without_names(words) if told.mask else words
