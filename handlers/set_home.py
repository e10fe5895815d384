"""Where somebody lives: asked once, changed any time."""

from __future__ import annotations

from actions import people
from actions.places import building_of
from bot.messages import Reply
from bot.talk import Talk, intent
from handlers.where import HOME


@intent(consent=True)
def set_home(talk: Talk) -> Reply:
    """Keeps a resident's building, so that nobody has to ask again."""
    if "place" in talk.flow.told:
        talk.flow.told["home"] = talk.flow.told.pop("place")
    where = talk.ask(HOME)
    if where.place is None:
        return talk.say("unknown")
    people.settle(talk.tx, talk.actor, where.place, talk.now, where.room)
    building = building_of(talk.tx, where.place)
    return talk.say("done", place=(building or where.place).full_name)
