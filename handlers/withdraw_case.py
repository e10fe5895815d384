"""撤回: no longer needed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from actions import joining
from bot.messages import Reply
from bot.talk import Heard, Redirect, Talk, intent
from bot.whose import says_all_is_well
from domain.case import UNFINISHED
from handlers.slots import called_case, own_case, yes_no
from nlu.thresholds import SURE as SURELY
from storage import cases as rows

CASE = own_case(UNFINISHED)
_AGAIN = re.compile(r"又|还是|还在|还没|仍|没好|没修好|again|still", re.IGNORECASE)
_TAKE_IT = re.compile(
    r"(?:那|好|嗯|还是|就|都|[,， ])*(?:撤回?|算|取消|不用|不办|不要)(?:它)?(?:了|吧|掉|[。.!])*"
)
_ASKED = yes_no("sure", yes="withdraw", no="keep")


def _read_sure(talk: Talk, heard: Heard) -> Any:
    """Also 来水了,不用管了 and 还是撤回吧 are a yes, and 又没水了 a no."""
    said, text = _ASKED.read(talk, heard), heard.meaning.text
    if said is not None or heard.meaning.entities.case_number is not None:
        return said
    if _TAKE_IT.fullmatch(text):
        return "yes"
    if _AGAIN.search(text):
        return "no"
    taken_back = heard.meaning.intent == "withdraw_case" and heard.meaning.confidence >= SURELY
    return "yes" if says_all_is_well(text) or taken_back else None


SURE = replace(_ASKED, read=_read_sure)
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
    if talk.flow.asked in ("sure", "leave") and talk.heard.text:
        own = rows.of_person(talk.tx, talk.person.id, UNFINISHED)
        other = called_case(own, talk.heard.meaning.text)
        if other not in (None, case.id):  # 垃圾那件不用了, when asked about the lamp
            raise Redirect("withdraw_case", case=str(other))
    if joining.joined(talk.tx, talk.actor, case):
        sure = talk.ask(LEAVE, number=case.number)
    else:
        if talk.flow.told.pop("well", None):
            talk.notes.append(talk.text("well"))
        sure = talk.ask(SURE, number=case.number, text=case.text[:30])
    if not sure and _AGAIN.search(talk.heard.text):  # what is the matter goes to the case
        raise Redirect("add_to_case", case=str(case.id), more=talk.heard.text)
    if not sure:
        return talk.say("kept", number=case.number)
    case, how = joining.take_back(talk.tx, talk.actor, case.id, talk.now)
    talk.state.recent = {}
    households = joining.size(talk.tx, case.id)
    if how == "withdrawn":
        return talk.say("done", number=case.number)
    return talk.say("left" if how == "left" else "handed_on", number=case.number, households=households)
