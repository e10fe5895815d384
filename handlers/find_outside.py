"""查对方编号: a case by the number that another system or a department has for it."""

from __future__ import annotations

from actions import systems
from bot.messages import Reply
from bot.talk import Talk, intent
from domain.errors import NotFound
from domain.people import DESKS
from handlers.branch_queue import show_case
from handlers.slots import text_slot

OUTSIDE = text_slot("theirs", longest=60)
_LISTED = 5


@intent(roles=DESKS, texts="branch_queue")
def find_outside(talk: Talk) -> Reply:
    """The desk asks with the number that stands in somebody else's letter; only their own cases are found."""
    number = talk.ask(OUTSIDE).strip("。. ")
    try:
        found = systems.find(talk.tx, talk.actor, number)
    except NotFound:
        return talk.say("theirs_none", theirs=number)
    if len(found) == 1:
        return show_case(talk, found[0])
    buttons = [
        talk.button(talk.text("words.number", number=case.number), "handle_case", case=case.id)
        for case in found[:_LISTED]
    ]
    return talk.say("theirs_several", theirs=number, count=len(found), buttons=buttons)
