"""双报到: a member reports where they live and where they work; the branch's secretary confirms."""

from __future__ import annotations

import re

from actions import people
from bot.messages import Reply
from bot.talk import Choice, Slot, Talk, intent
from domain.names import a_name, claims_a_rank
from domain.people import RoleKind
from handlers.slots import text_slot
from handlers.where import HOME, home
from storage import people as rows

_ASKS = re.compile(
    r"怎么|怎樣|如何|什么|什麼|哪|吗|嗎|为什么|要不要|需要|报到|報到|可以|[?？]"
)  # and is no name
NAME: Slot[str] = Slot(
    name="name",
    read=lambda talk, heard: None if _ASKS.search(heard.text) else a_name(heard.text),
    load=lambda talk, value: a_name(str(value)),
    offer=lambda talk: [Choice(label=talk.person.name, value=talk.person.name)] if talk.person.name else [],
)
WORK_UNIT = text_slot("work_unit", longest=120)
SKILLS: Slot[tuple[str, ...]] = Slot(
    name="skills",
    read=lambda talk, heard: [word for word in re.split(r"[,,、;;\s]+", heard.meaning.text) if word][:8],
    load=lambda talk, value: tuple(value),
    offer=lambda talk: [Choice(label=talk.text("buttons.no_words"), value=[])],
    free=True,
)


@intent(consent=True)
def register_member(talk: Talk) -> Reply:
    """Home community and unit; what somebody says of themselves gives no role."""
    if not talk.flow.asked and claims_a_rank(" ".join(talk.flow.words)):
        return talk.say("refusals.NotAllowed", buttons=[talk.button("help", "help")])
    known = rows.membership(talk.tx, talk.person.id)
    if known is not None and known.state == "pending":
        return talk.say("waiting", unit=talk.community.units[known.unit_id].name)
    if talk.actor.has({RoleKind.MEMBER}):
        unit = talk.community.units[talk.actor.units({RoleKind.MEMBER})[0]]
        return talk.say("already", unit=unit.name)
    name = talk.ask(NAME)
    place = home(talk) or talk.ask(HOME).place
    if place is None:
        return talk.say("no_place")
    work_unit = talk.ask(WORK_UNIT)
    skills = talk.ask(SKILLS)
    asked = people.register_member(
        talk.tx, talk.actor, name=name, home=place, work_unit=work_unit, skills=skills, now=talk.now
    )
    return talk.say("done", unit=talk.community.units[asked.unit_id].name)
