"""What somebody may not do: how they hear it, and the audit's note of a button they never had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messages import Button, Reply
from bot.state import FlowState
from bot.talk import IntentDef, whole
from domain.errors import NotAllowed, NotAVoter, NotFound, Refusal
from domain.events import Event
from domain.people import RoleKind

if TYPE_CHECKING:
    from bot.turn import Turn


def told(turn: Turn, flow: FlowState, refusal: Refusal) -> Reply:
    """The sentence of a refusal."""
    if isinstance(refusal, NotFound | NotAllowed | NotAVoter):
        _note(turn, flow)
    return Reply(text=turn.say(refusal.key, **refusal.facts), refused=True)


def not_open(turn: Turn, flow: FlowState, definition: IntentDef | None) -> Reply:
    """What somebody's roles do not reach, and the way to get there."""
    _note(turn, flow)
    if definition is None or RoleKind.MEMBER not in definition.roles:
        return Reply(text=turn.say("refusals.NotAllowed"), refused=True)
    button = Button(label=turn.say("words.intent.register_member"), payload="register_member")
    return Reply(text=turn.say("refusals.MembersOnly"), buttons=((button,),), refused=True)


def _note(turn: Turn, flow: FlowState) -> None:
    """A button that reached for what is not theirs was forged, or is older than a change of roles."""
    if not turn.incoming.pressed:
        return
    about = Event(
        kind="press_refused",
        at=turn.now,
        subject="person",
        subject_id=turn.actor.id,
        actor_id=turn.actor.id,
        data={"intent": flow.intent} | _ids(turn.incoming.pressed),
    )
    turn.tx.add(about)


def _ids(payload: str) -> dict[str, int]:
    """The numbers a payload names: the record holds ids and never words."""
    pairs = (pair.partition("=") for pair in payload.split(" ")[1:6])
    return {name[:20]: whole(value) for name, _, value in pairs if whole(value)}
