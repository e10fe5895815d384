"""找党员: name, team, on duty, and a call in which nobody's number is shown."""

from __future__ import annotations

from actions import people
from bot.messages import Reply
from bot.talk import Talk, intent
from domain.tree import Unit
from handlers.where import WHERE, home

_SHOWN = 4


@intent(menu=True)
def find_member(talk: Talk) -> Reply:
    """The members of the grid where somebody lives, those on duty first."""
    branch = branch_of(talk)
    if branch is None:
        return talk.say("nobody", unit=talk.community.duty().name, phone=talk.community.duty().phone)
    found = people.on_duty(talk.tx, branch.id, talk.now)
    asked = talk.said.entities.person
    if asked and any(person.name == asked for person, _, _ in found):
        found = [one for one in found if one[0].name == asked]
    if not found:
        return talk.say(
            "nobody", unit=branch.name, phone=branch.phone, buttons=[talk.button("human", "talk_to_human")]
        )
    lines = [
        talk.text("on_duty" if duty else "off_duty", name=person.name, skills="、".join(membership.skills))
        for person, membership, duty in found[:_SHOWN]
    ]
    buttons = [
        talk.button(talk.text("words.call", name=person.name), "call_member", member=person.id)
        for person, _, duty in found[:_SHOWN]
        if duty and person.id != talk.person.id
    ]
    buttons.append(talk.button("human", "talk_to_human"))
    if len(buttons) == 1:
        return talk.say(
            "all_off", unit=branch.name, lines="\n".join(lines), phone=branch.phone, buttons=buttons
        )
    return talk.say("done", unit=branch.name, lines="\n".join(lines), buttons=buttons)


def branch_of(talk: Talk) -> Unit | None:
    known = people.branch_of_home(talk.tx, talk.actor)
    if known is not None and not talk.understand(talk.heard.text).entities.place.estate_id:
        return known
    where = talk.ask(WHERE)
    return talk.community.branch_of(where.place or home(talk))
