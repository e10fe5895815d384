"""The questions several flows ask: what, where, which case, how many, when."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from actions.concern import theirs
from bot.talk import Choice, Heard, Slot, Talk, whole
from bot.texts import commands
from domain.calendar import BEIJING
from domain.case import Case, Status
from nlu.bare import bare
from nlu.fitting import best, called, fit
from nlu.fragments import only_a_place
from nlu.meaning import Meaning, TimeMention
from storage import cases as case_rows

_NUMBER = re.compile(r"(?<![0-9.])([0-9]{1,6}) ?号(?!楼|栋|幢|院|门|线|地|窗|[0-9]|[^,。]{0,4}单元)")


def _words(talk: Talk, heard: Heard) -> str | None:
    text = heard.text.strip()
    names_only = not talk.flow.asked and heard.meaning.text.lower() in commands(talk.locale)
    return text if text and not names_only and not bare(heard.meaning.text) else None


def text_slot(name: str, *, early: bool = False, longest: int = 4096) -> Slot[str]:
    """Any words up to so many characters; `early` takes those that began the flow."""

    def read(talk: Talk, heard: Heard) -> str | None:
        text = _words(talk, heard)
        if text and len(text) > longest:
            talk.notes.append(talk.text("common.too_long", longest=longest))
            return None
        return text

    return Slot(name=name, read=read, load=lambda talk, value: str(value)[:longest], early=early, free=True)


_ANY = text_slot("what", early=True)
WHAT = replace(_ANY, read=lambda talk, heard: None if only_a_place(heard.meaning) else _ANY.read(talk, heard))
REASON = text_slot("reason")
ANSWER = text_slot("answer")
TEXT = text_slot("text")
TITLE = text_slot("title", longest=120)


# -- which case ------------------------------------------------------------------------------------
def case_label(talk: Talk, case: Case) -> str:
    return talk.text("words.case_line", number=case.number, text=case.text[:16])


def named_number(meaning: Meaning) -> int | None:
    """The number of a case in the words: 3号诉求, 撤回3号, #3; never that of a house."""
    if meaning.entities.case_number is not None:
        return meaning.entities.case_number
    found = _NUMBER.search(meaning.text)
    return int(found[1]) if found else None


def own_case(statuses: Collection[Status]) -> Slot[Case]:
    """One of the person's own cases: the one they name, the only one there is, or a choice."""

    def candidates(talk: Talk) -> list[Case]:
        return case_rows.of_person(talk.tx, talk.person.id, statuses)

    def read(talk: Talk, heard: Heard) -> Any:
        number = named_number(heard.meaning)
        found = candidates(talk)
        if number is not None:
            every = case_rows.of_person(talk.tx, talk.person.id, limit=50)
            return next((case.id for case in every if case.number == number), 0)
        return found[0].id if len(found) == 1 else called_case(found, heard.meaning.text)

    def load(talk: Talk, value: Any) -> Case:
        return theirs(talk.tx, talk.actor, talk.tx.get(Case, whole(value)))

    def offer(talk: Talk) -> list[Choice]:
        return [Choice(label=case_label(talk, case), value=case.id) for case in candidates(talk)]

    return Slot(name="case", read=read, load=load, offer=offer, early=True)


def called_case(found: list[Case], text: str) -> int | None:
    """垃圾那件: the one case that fits what it is called better than the others."""
    name = called(text)
    at = best([fit(name, case.text) for case in found]) if name else None
    return None if at is None else found[at].id


def further(talk: Talk, first: str) -> list[str]:
    """What else was said in this flow or right before it, without the words that only named it."""
    named, before = commands(talk.locale), talk.flow.told.get("before")
    said = [*(before if isinstance(before, list) else ()), *talk.flow.words]
    rest = [words for words in said if words != first and not bare(words)]
    return [words for words in rest if words.lower() not in named]


# -- numbers, times, yes and no --------------------------------------------------------------------
_NUMERALS = {char: value for value, char in enumerate("零一二三四五六七八九十")} | {"两": 2, "俩": 2}


def number_in(text: str) -> int | None:
    """The first number of a short answer: 10, 十, 三个."""
    if digits := re.search(r"\d{1,5}", text):
        return int(digits[0])
    tens = re.search(r"([一二两三四五六七八九])?(十)([一二三四五六七八九])?", text)
    if tens:
        return _NUMERALS.get(tens[1], 1) * 10 + _NUMERALS.get(tens[3], 0)
    return next((_NUMERALS[char] for char in text if char in _NUMERALS), None)


def count_slot(name: str, at_most: int, offers: Collection[int] = ()) -> Slot[int]:
    def load(talk: Talk, value: Any) -> int | None:
        return whole(value) if str(value) == "0" or 0 < whole(value) <= at_most else None

    def offer(talk: Talk) -> list[Choice]:
        return [Choice(label=str(number), value=number) for number in offers]

    def read(talk: Talk, heard: Heard) -> int | None:
        return 0 if "不限" in heard.meaning.text else number_in(heard.meaning.text)

    return Slot(name=name, read=read, load=load, offer=offer)


def moment_of(said: TimeMention) -> datetime | None:
    """The one moment a mention stands for; a part of a day is its usual hour."""
    whole_days = said.start and (said.start.time(), said.end and said.end.time()) == (time(0), time(23, 59))
    if said.at or said.by or (said.start and not whole_days):
        return said.at or said.start or said.by
    if said.date is None:
        return None
    hour = {"morning": 9, "noon": 12, "afternoon": 15, "evening": 19}.get(said.part)
    return None if hour is None else datetime.combine(said.date, time(hour), BEIJING)


def _read_when(talk: Talk, heard: Heard) -> Any:
    moments = [moment for said in heard.meaning.entities.times if (moment := moment_of(said))]
    if moments and moments[0] <= talk.now:
        talk.notes.append(talk.text("common.time_past", when=moments[0]))
        return None
    return moments[0].isoformat() if moments else None


def _load_when(_talk: Talk, value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


WHEN: Slot[datetime] = Slot(name="when", read=_read_when, load=_load_when, early=True)

_YES = frozenset("好 好的 是 是的 对 对的 确认 发 发送 可以 行 嗯 同意 没错 就这样 ok yes 系 啱 得".split())
_NO = frozenset("不 不是 不对 不行 否 不发 没有 唔系 唔得 no".split())


def yes_no(name: str, yes: str = "yes", no: str = "no") -> Slot[bool]:
    """A yes or a no; `yes` and `no` are labels of buttons."""

    def read(talk: Talk, heard: Heard) -> Any:
        said = heard.meaning.text.strip("。.!！,， ").lower()
        return "yes" if said in _YES else "no" if said in _NO else None

    def offer(talk: Talk) -> list[Choice]:
        return [
            Choice(label=talk.text(f"buttons.{yes}"), value="yes"),
            Choice(label=talk.text(f"buttons.{no}"), value="no"),
        ]

    return Slot(name=name, read=read, load=lambda talk, value: value == "yes", offer=offer)


def stars_slot() -> Slot[int]:
    def read(talk: Talk, heard: Heard) -> Any:
        stars = heard.meaning.entities.stars
        if stars is None and talk.flow.asked == "stars":
            stars = number_in(heard.meaning.text)
        return stars

    def load(talk: Talk, value: Any) -> int | None:
        return whole(value) if 1 <= whole(value) <= 5 else None

    def offer(talk: Talk) -> list[Choice]:
        return [Choice(label="★" * n, value=n) for n in (5, 4, 3, 2, 1)]

    return Slot(name="stars", read=read, load=load, offer=offer, early=True)
