"""撤回: no longer needed."""

from __future__ import annotations

from actions import joining
from bot.messages import Reply
from bot.talk import Talk, intent
from domain.case import UNFINISHED
from handlers.slots import own_case, yes_no
from storage import cases as rows

CASE = own_case(UNFINISHED)
SURE = yes_no("sure", yes="withdraw", no="keep")
LEAVE = yes_no("leave", yes="leave_case", no="keep")


@intent()
def withdraw_case(talk: Talk) -> Reply:
    """A resident takes a case back; whoever was on it is told."""
    if "case" not in talk.flow.told | talk.flow.heard and not rows.of_person(
        talk.tx, talk.person.id, UNFINISHED
    ):
        return talk.say("none")
    case = talk.ask(CASE)
    case.move("withdraw")
    if joining.joined(talk.tx, talk.actor, case):
        sure = talk.ask(LEAVE, number=case.number)
    else:
        sure = talk.ask(SURE, number=case.number, text=case.text[:30])
    if not sure:
        return talk.say("kept", number=case.number)
    case, how = joining.take_back(talk.tx, talk.actor, case.id, talk.now)
    talk.state.recent = {}
    households = joining.size(talk.tx, case.id)
    if how == "withdrawn":
        return talk.say("done", number=case.number)
    return talk.say("left" if how == "left" else "handed_on", number=case.number, households=households)
