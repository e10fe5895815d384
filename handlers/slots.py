"""The questions several flows ask: what, where, which case, how many, when."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import datetime, time
from functools import partial
from typing import Any

from actions import people as people_actions
from actions import places as place_actions
from bot.talk import Choice, Heard, Slot, Talk, whole
from domain.calendar import BEIJING
from domain.case import Case, Status
from domain.tree import Place
from nlu.meaning import PlaceMention, TimeMention
from storage import cases as case_rows
from storage import community as place_rows

_BARE = re.compile(
    r"^(你好|您好|喂)?[,, ]?我?(要|想|来|想要|需要)?"
    r"(报修|维修|反映|投诉|举报|诉求|上报|反馈|诉求反映|报问题|求助|许愿|微心愿|心愿|许个愿|许个心愿|转人工|人工|评价|打分)"
    r"(一?下|个|一个)?(问题|情况|事情|事|心愿|愿望)?[。.!吧啊呀]*$"
)
_OWN = re.compile(
    r"(我|咱|俺)(们|哋)?(家|这|呢|屋)?(个|一)?(栋|幢|座|楼|单元|门口|屋企|家)"
    r"|(my|our) (home|house|building|flat|apartment|floor|stairwell|entrance|door)"
)
_BARE_BUILDING = re.compile(
    r"^(?:第|在)?(\d{1,3}|[一二三四五六七八九十]{1,3})(?:号|栋|幢|座|号楼|号院)?[。.!]?$"
)
_UNKNOWN = frozenset("不知道 不清楚 说不清 不晓得 唔知 记不得 不记得 没有 unknown".split())


def _words(talk: Talk, heard: Heard) -> str | None:
    text = heard.text.strip()
    return text if text and not _BARE.match(heard.meaning.text) else None


def text_slot(name: str, *, early: bool = False) -> Slot[str]:
    """Any words; `early` takes those that started the flow, unless they only name it."""
    return Slot(name=name, read=_words, load=lambda talk, value: str(value), early=early, free=True)


WHAT = text_slot("what", early=True)
REASON = text_slot("reason")
ANSWER = text_slot("answer")
TEXT = text_slot("text")
TITLE = text_slot("title")


# -- where -----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The place of the problem. `place` is None when nobody could say: then a human asks."""

    place: Place | None
    text: str = ""
    room: str = ""

    def name(self) -> str:
        return (self.place.full_name if self.place else "") + self.text


def mentioned(talk: Talk) -> PlaceMention:
    """Everything said about the place in this flow; what was said last counts."""
    merged = PlaceMention()
    for words in talk.flow.words:
        place = talk.understand(words).entities.place
        said = {f.name: value for f in fields(PlaceMention) if (value := getattr(place, f.name))}
        merged = replace(merged, **said)
    return merged


def home(talk: Talk) -> Place | None:
    return people_actions.home_of(talk.tx, talk.person)


def _read_where(talk: Talk, heard: Heard, *, exact: bool) -> Any:
    asked = talk.flow.asked in ("where", "home")
    found = place_actions.resolve(talk.tx, _with_number(talk, heard, asked=asked), home(talk))
    if found.missing == "building" and _at_home(talk) and (own := home(talk)):
        found = replace(found, place=own, missing="")
    stored = {"place": found.place.id if found.place else None, "text": found.text, "room": found.room}
    location = heard.incoming.location if heard.incoming else None
    if location is not None:
        stored["text"] = talk.text("words.location", lat=f"{location[0]:.3f}", lon=f"{location[1]:.3f}")
    if not found.missing and found.place is not None:
        return stored
    if asked and not exact and (talk.flow.tries >= 1 or heard.meaning.text.strip("。.!！ ") in _UNKNOWN):
        stored["text"] = stored["text"] or heard.text
        return stored
    if asked and found.missing == "no_building" and found.place is not None:
        talk.notes.append(talk.text("common.no_building", estate=found.place.full_name, building=found.said))
    return None


def _with_number(talk: Talk, heard: Heard, *, asked: bool) -> PlaceMention:
    """What was said of the place; a bare "3" or 三号 given to the question is a building."""
    place = mentioned(talk)
    bare = _BARE_BUILDING.match(heard.meaning.text) if asked else None
    number = number_in(bare[1]) if bare and not place.building else None
    return replace(place, building=str(number)) if number else place


def _at_home(talk: Talk) -> bool:
    """Whether they spoke of their own house: 我们楼, 我家门口."""
    return any(_OWN.search(talk.understand(words).text) for words in talk.flow.words)


def _load_where(talk: Talk, value: Any) -> Where | None:
    if isinstance(value, str | int):
        value = {"place": whole(value)}
    place = place_rows.place(talk.tx, value.get("place"))
    return Where(place=place, text=value.get("text", ""), room=value.get("room", ""))


def _offer_where(talk: Talk) -> list[Choice]:
    """The home and the grounds around it; once an estate is known, its buildings."""
    found = place_actions.resolve(talk.tx, mentioned(talk), home(talk))
    if found.place is not None and found.missing in ("building", "no_building"):
        listed = place_actions.buildings(talk.tx, found.place)
        grounds = Choice(label=talk.text("words.grounds"), value={"place": found.place.id})
        return [*[Choice(label=one.name, value={"place": one.id}) for one in listed], grounds]
    own_home = home(talk)
    estate = place_actions.estate_of(talk.tx, own_home)
    choices = []
    if own_home is not None and own_home.full_name:
        choices.append(Choice(label=own_home.full_name, value={"place": own_home.id}))
    if estate is not None and own_home is not None and estate.id != own_home.id:
        label = estate.full_name + talk.text("words.grounds")
        choices.append(Choice(label=label, value={"place": estate.id}))
    return choices


WHERE: Slot[Where] = Slot(
    name="where",
    read=partial(_read_where, exact=False),
    load=_load_where,
    offer=_offer_where,
    early=True,
    ask_location=False,
)
PLACE: Slot[Where] = Slot(
    name="where", read=partial(_read_where, exact=True), load=_load_where, offer=_offer_where
)
HOME: Slot[Where] = Slot(
    name="home", read=partial(_read_where, exact=True), load=_load_where, offer=_offer_where
)


# -- which case ------------------------------------------------------------------------------------
def case_label(talk: Talk, case: Case) -> str:
    return talk.text("words.case_line", number=case.number, text=case.text[:16])


def own_case(statuses: Collection[Status]) -> Slot[Case]:
    """One of the person's own cases: the one they name, the only one there is, or a choice."""

    def candidates(talk: Talk) -> list[Case]:
        return case_rows.of_person(talk.tx, talk.person.id, statuses)

    def read(talk: Talk, heard: Heard) -> Any:
        number = heard.meaning.entities.case_number
        found = candidates(talk)
        if number is not None:
            return next((case.id for case in found if case.number == number), None)
        return found[0].id if len(found) == 1 else None

    def load(talk: Talk, value: Any) -> Case:
        return talk.actor.their_case(talk.tx.get(Case, whole(value)))

    def offer(talk: Talk) -> list[Choice]:
        return [Choice(label=case_label(talk, case), value=case.id) for case in candidates(talk)]

    return Slot(name="case", read=read, load=load, offer=offer, early=True)


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

    return Slot(name=name, read=lambda talk, heard: number_in(heard.meaning.text), load=load, offer=offer)


def moment_of(said: TimeMention) -> datetime | None:
    """The one moment a mention stands for; a part of a day is its usual hour."""
    if said.at or said.start or said.by:
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


WHEN: Slot[datetime] = Slot(
    name="when", read=_read_when, load=lambda talk, value: datetime.fromisoformat(str(value)), early=True
)

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
