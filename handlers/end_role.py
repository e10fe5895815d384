"""换届、调离: a role ends at once, its tasks go back to the list, and the person hears so."""

from __future__ import annotations

from actions import roles
from bot.messages import Reply
from bot.talk import Choice, Heard, Slot, Talk, intent, whole
from domain.people import RUNS_A_QUEUE
from handlers.slots import REASON, yes_no

_OFFERED = 30


def _line(talk: Talk, held: roles.Held) -> str:
    person, role = held
    unit = talk.community.units[role.unit_id].name
    return talk.text("line", name=person.name, unit=unit, role=role.kind)


def _offered(talk: Talk) -> list[Choice]:
    found = roles.to_end(talk.tx, talk.actor, talk.now, limit=_OFFERED)
    return [Choice(label=_line(talk, one), value=one[1].id) for one in found]


def _named(talk: Talk, heard: Heard) -> int | None:
    """The one role of whoever's name was written; of several the list is the way."""
    name = heard.meaning.text.strip()
    found = [role.id for person, role in roles.to_end(talk.tx, talk.actor, talk.now) if person.name == name]
    return found[0] if len(found) == 1 else None


WHOSE: Slot[roles.Held] = Slot(
    name="role",
    read=_named,
    load=lambda talk, value: roles.ending(talk.tx, talk.actor, whole(value), talk.now),
    offer=_offered,
)
SURE = yes_no("sure", yes="end_it", no="keep_it")


@intent(roles=RUNS_A_QUEUE)
def end_role(talk: Talk) -> Reply:
    """Ends a member's role, or at the level above that of a secretary or of staff."""
    if "role" not in talk.flow.told | talk.flow.heard and not _offered(talk):
        return talk.say("nobody")
    held = talk.ask(WHOSE)
    line = _line(talk, held)
    reason = talk.ask(REASON, line=line)
    if not talk.ask(SURE, line=line):
        return talk.say("kept", line=line)
    back = roles.end(talk.tx, talk.actor, held[1].id, reason, talk.now)
    return talk.say("done_with_tasks" if back else "done", line=line, count=back)
