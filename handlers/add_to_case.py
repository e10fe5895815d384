"""补充: more words, a photo, the place of a case that is not finished."""

from __future__ import annotations

from actions import cases
from actions import places as place_actions
from bot.messages import Reply
from bot.talk import Slot, Talk, intent
from domain.case import LIVE
from handlers.slots import home, own_case, text_slot

CASE = own_case(LIVE)
_WORDS = text_slot("more")
MORE: Slot[str] = Slot(
    name="more",
    read=lambda talk, heard: _WORDS.read(talk, heard) or ("-" if heard.files else None),
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
    case = cases.add(talk.tx, talk.actor, case.id, words, talk.files, talk.now)
    if words and case.place_id is None:
        found = place_actions.resolve(talk.tx, talk.understand(words).entities.place, home(talk))
        if found.place is not None:
            case = cases.place_found(talk.tx, talk.actor, case.id, found.place, talk.now)
            return talk.say("placed", number=case.number, place=found.place.full_name)
    return talk.say("done", number=case.number)
