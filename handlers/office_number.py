"""办公电话: the telephone and the address of 物业, the branch, the community, the departments."""

from __future__ import annotations

from bot.messages import Reply
from bot.talk import Talk, intent, rows_of
from domain.community import UnitKind
from domain.tree import Unit
from handlers.find_member import branch_of
from nlu.offices import named, near

_SHOWN = 4


@intent(keeps_words=True)
def office_number(talk: Talk) -> Reply:
    """Of the offices that were asked for, those near the person's home first; else a human."""
    human = [talk.button("human", "talk_to_human")]
    found = [unit for unit in _asked_for(talk) if unit.phone or unit.address][:_SHOWN]
    if not found:
        if talk.heard.text:
            talk.state.lose(talk.heard.text)
        return talk.say("none", buttons=human)
    return Reply(text="\n".join(_line(talk, unit) for unit in found), buttons=rows_of(human))


def _line(talk: Talk, unit: Unit) -> str:
    """The name with what is known of it."""
    key = "both" if unit.phone and unit.address else "one"
    return talk.text(key, name=unit.name, one=unit.phone or unit.address, address=unit.address)


def _asked_for(talk: Talk) -> list[Unit]:
    asked = talk.understand(talk.flow.words[0]) if talk.flow.words else talk.heard.meaning
    said, units = asked.text, talk.community.units.values()  # a place may have been told since
    name = named(said)
    if name:
        return [unit for unit in units if name in unit.name and unit.kind in _OF_ALL]
    kind = UnitKind(near(said) or UnitKind.COMMUNITY)
    branch = branch_of(talk)
    if branch is None:
        return [talk.community.duty()]
    if kind is UnitKind.PROPERTY:
        return [unit for unit in units if unit.kind is kind and unit.parent_id == branch.id]
    unit = talk.community.nearest(branch.id, kind)
    return [unit] if unit else []


_OF_ALL = frozenset({UnitKind.DEPARTMENT, UnitKind.PARTNER})
