"""订场地: a room, a parking place, a wheelchair; for now a human answers whether it is free."""

from __future__ import annotations

from bot.messages import Reply
from bot.talk import Talk, intent
from handlers.slots import text_slot
from handlers.talk_to_human import passed_on

WORDS = text_slot("words", early=True)


@intent(consent=True)
def book_resource(talk: Talk) -> Reply:
    """The wish to use something goes to the branch, word for word; nothing is booked before it answers."""
    return passed_on(talk, talk.ask(WORDS))
