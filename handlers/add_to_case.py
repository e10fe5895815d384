"""补充: more words, a photo, the place of a case that is not finished."""

from __future__ import annotations

import re
from dataclasses import replace

from actions import cases
from actions import places as place_actions
from bot.messages import Reply
from bot.talk import Heard, Slot, Talk, intent
from domain.case import LIVE, UNFINISHED, Case
from domain.tree import Place
from handlers.slots import own_case, text_slot
from handlers.where import home
from nlu.fragments import announces_photo, only_a_place
from nlu.meaning import PlaceMention
from storage import community as place_rows

_CORRECTS = re.compile("不是|不对|错了|弄错|搞错|说错|写错|应该是|应为|改成|更正|wrong|not ")
CASE = own_case(LIVE)
_WORDS = text_slot("more")


def _said(talk: Talk, heard: Heard) -> str | None:
    """The words; those that only announce a photo are none until it comes."""
    return _WORDS.read(talk, heard) if heard.files or not announces_photo(heard.meaning.text) else None


MORE: Slot[str] = Slot(
    name="more",
    read=lambda talk, heard: _said(talk, heard) or ("-" if heard.files else None),
    load=lambda talk, value: str(value),
    early=True,
    free=True,
)


@intent(consent=True)
def add_to_case(talk: Talk) -> Reply:
    """What somebody adds goes to the case and to whoever holds it."""
    case = talk.ask(CASE)
    more = talk.ask(MORE)
    if more == "-" and talk.heard.text:
        more = talk.heard.text
    words = "" if more == "-" else more
    location = talk.heard.incoming.location if talk.heard.incoming else None
    if location is not None and not words:
        words = talk.text("words.location", lat=f"{location[0]:.3f}", lon=f"{location[1]:.3f}")
    moved = correct_place(talk, case, words)
    quiet = bool(moved) or "quiet" in talk.flow.told
    case = cases.add(talk.tx, talk.actor, case.id, words, talk.files, talk.now, quiet=quiet)
    return Reply(text=moved) if moved else talk.say("done", number=case.number)


def correct_place(talk: Talk, case: Case, words: str) -> str:
    """Moves a case whose place was unknown, assumed or wrong to the place these words name; else ""."""
    if not talk.actor.concerns(case):  # who joined moves nobody else's case
        return ""
    meaning, present = talk.understand(words), place_rows.place(talk.tx, case.place_id)
    mention, bare = meaning.entities.place, only_a_place(meaning)
    if bare:
        mention = _within(talk, mention, present)
    found = place_actions.resolve(talk.tx, mention, present or home(talk))
    named = bool(mention.building or mention.estate_id)
    if found.place is None or found.missing or not named or case.status not in UNFINISHED:
        return ""
    if case.place_id is None:
        case = cases.place_found(talk.tx, talk.actor, case.id, found.place, talk.now, found.text)
        return talk.text("add_to_case.placed", number=case.number, place=found.place.full_name)
    corrects = case.urgent or _CORRECTS.search(words) or (bare and not _lies_in(talk, present, found.place))
    if found.place.id == case.place_id or not corrects:
        return ""
    case = cases.place_found(talk.tx, talk.actor, case.id, found.place, talk.now, found.text)
    return talk.text("add_to_case.replaced", number=case.number, place=found.place.full_name)


def _within(talk: Talk, mention: PlaceMention, present: Place | None) -> PlaceMention:
    """2单元 is one of the building the case is at."""
    building = place_actions.building_of(talk.tx, present)
    unit_only = mention.unit and not (mention.building or mention.estate or mention.road)
    return replace(mention, building=building.short) if unit_only and building else mention


def _lies_in(talk: Talk, place: Place | None, other: Place) -> bool:
    """Whether the place is the other one or lies in it: less exact words move nothing."""
    while place is not None and place.id != other.id:
        place = place_rows.place(talk.tx, place.parent_id)
    return place is not None
