"""The question where: the place of a problem or a home, as people say it."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

from actions import people as people_actions
from actions import places as place_actions
from bot.talk import Choice, Heard, Slot, Talk, whole
from domain.tree import Place
from handlers.slots import number_in
from nlu.meaning import PlaceMention
from storage import community as place_rows

_OWN = re.compile(
    r"(我|咱|俺)(们|哋)?(家|这|呢|屋)?(个|一)?(栋|幢|座|楼|单元|门口|屋企|家)"
    r"|[整全成](?:个|栋|幢|座)?(?:栋|幢|座|楼)|楼上|楼下|隔壁|对门|家里|屋里|厨房|卫生间|阳台|厕所"
    r"|(my|our) (home|house|building|flat|apartment|floor|stairwell|entrance|door)"
)
_BARE_BUILDING = re.compile(
    r"^(?:第|在)?(\d{1,3}|[一二三四五六七八九十]{1,3})(?:号|栋|幢|座|号楼|号院)?[。.!]?$"
)
_AT_HOME = frozenset(
    "是 是的 是呀 是啊 系 系呀 对 对的 对啊 对呀 嗯 嗯嗯 就是 没错 我家 我们家 在家 在我家 家里 自家 "
    "就在家 就我家 就是我家 我们楼 我们这 我们这里 这里 这 这儿 本楼 yes yeah home here".split()
)
_UNKNOWN = frozenset("不知道 不清楚 说不清 不晓得 唔知 记不得 不记得 没有 unknown".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The place of the problem. `place` is None when nobody could say: then a human asks."""

    place: Place | None
    text: str = ""
    room: str = ""

    def name(self) -> str:
        return (self.place.full_name if self.place else "") + self.text

    def stored(self) -> dict[str, Any]:
        """As the dialogue keeps it."""
        return {"place": self.place.id if self.place else None, "text": self.text, "room": self.room}


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
    at_home = asked and heard.meaning.text.strip("。.!！,， ").lower() in _AT_HOME
    if found.missing in ("estate", "building") and (known := home(talk) if at_home else _here(talk)):
        found = replace(found, place=known, missing="")
    where = Where(place=found.place, text=found.text + _handset(talk), room=found.room)
    if not found.missing and found.place is not None:
        return where.stored()
    if found.missing == "no_building" and found.place is not None:
        note = talk.text("common.no_building", estate=found.place.full_name, building=found.said)
        talk.notes = list(dict.fromkeys([*talk.notes, note]))
    if asked and not exact and (talk.flow.tries >= 1 or heard.meaning.text.strip("。.!！ ") in _UNKNOWN):
        talk.notes = []
        return where.stored()
    return None


def _here(talk: Talk) -> Place | None:
    """The place whose code was just scanned; else their own house when they speak of it: 我们楼, 我家门口."""
    scanned = talk.state.at
    if scanned and scanned["until"] >= talk.now.isoformat():
        return place_rows.place(talk.tx, scanned["place"])
    own = any(_OWN.search(talk.understand(words).text) for words in talk.flow.words)
    return home(talk) if own else None


def _handset(talk: Talk) -> str:
    """Where the handset was, when it was sent: a hint for whoever looks, never the place itself."""
    sent = talk.flow.told.get("location")
    if not isinstance(sent, list):
        return ""
    return talk.text("words.location", lat=f"{sent[0]:.3f}", lon=f"{sent[1]:.3f}")


def _with_number(talk: Talk, heard: Heard, *, asked: bool) -> PlaceMention:
    """What was said of the place; a bare "3" or 三号 given to the question is a building."""
    place = mentioned(talk)
    bare = _BARE_BUILDING.match(heard.meaning.text) if asked else None
    number = number_in(bare[1]) if bare and not place.building else None
    return replace(place, building=str(number)) if number else place


def _load_where(talk: Talk, value: Any) -> Where | None:
    if isinstance(value, str | int):
        value = {"place": whole(value)}
    place = place_rows.place(talk.tx, value.get("place"))
    return Where(place=place, text=value.get("text", ""), room=value.get("room", ""))


def _offer_where(talk: Talk) -> list[Choice]:
    """The home and the grounds around it; once an estate is known, its buildings, too."""
    own_home = home(talk)
    found = place_actions.resolve(talk.tx, mentioned(talk), own_home)
    estate = place_actions.estate_of(talk.tx, own_home)
    choices = []
    if own_home is not None and own_home.full_name and found.place in (None, estate):
        choices.append(Choice(label=own_home.full_name, value={"place": own_home.id}))
    if found.place is not None and found.missing in ("building", "no_building"):
        listed = place_actions.buildings(talk.tx, found.place)
        choices += [Choice(label=one.name, value={"place": one.id}) for one in listed]
        return [*choices, Choice(label=talk.text("words.grounds"), value={"place": found.place.id})]
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
)
PLACE: Slot[Where] = Slot(
    name="where", read=partial(_read_where, exact=True), load=_load_where, offer=_offer_where
)


def _read_home(talk: Talk, heard: Heard) -> Any:
    """我住3栋 has said it already; 我搬家了 has not."""
    if talk.flow.asked != "home" and not mentioned(talk).building:
        return None
    return _read_where(talk, heard, exact=True)


HOME: Slot[Where] = Slot(name="home", read=_read_home, load=_load_where, offer=_offer_where, early=True)
