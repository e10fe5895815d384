"""A word from the desk to whoever holds a case, and one back."""

from __future__ import annotations

from actions import desk_words
from bot.messages import Reply
from bot.talk import Redirect, Talk, intent
from domain.case import UNFINISHED
from domain.people import DESKS, Person
from handlers.claim_task import MEMBERS
from handlers.desk import CASE, IN_HAND
from handlers.slots import text_slot

_TEXTS = "desk"
WORD = text_slot("word", longest=1000)


@intent(roles=DESKS, texts=_TEXTS)
def tell_holder(talk: Talk) -> Reply:
    """让他今晚去看看, 催一下: who has the case hears it; nobody has it: then a member is offered."""
    case = talk.ask(CASE)
    if case.status not in UNFINISHED:
        raise Redirect("handle_case", case=str(case.id))  # there is nothing to hurry: how it stands
    if case.owner_id in (None, talk.actor.id):
        return talk.say(
            "nobody_holds" if case.owner_id is None else "you_hold",
            number=case.number,
            buttons=[talk.button("assign", "assign_case", case=case.id)],
        )
    owner = talk.tx.get(Person, case.owner_id)
    name = owner.name if owner else ""
    hurry = talk.text("desk.hurry") if talk.flow.told.get("hurry") else ""
    said = hurry or talk.ask(WORD, number=case.number, name=name)
    desk_words.to_holder(talk.tx, talk.actor, case.id, said, talk.now)
    return talk.say("holder_told", number=case.number, name=name)


@intent(roles=MEMBERS, texts=_TEXTS)
def tell_desk(talk: Talk) -> Reply:
    """An answer to the desk, which the resident does not hear."""
    case = talk.ask(IN_HAND)
    said = talk.ask(WORD, number=case.number, name=talk.community.units[case.unit_id].name)
    desk_words.to_desk(talk.tx, talk.actor, case.id, said, talk.now)
    return talk.say("desk_told", number=case.number)
