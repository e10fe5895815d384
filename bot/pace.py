"""Too many messages at once: one notice, the words are held, and a human gets them afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messages import Reply

if TYPE_CHECKING:
    from bot.turn import Turn

BURST = (20, 10.0)  # messages, seconds
KEPT = 200  # held messages


def too_fast(turn: Turn) -> bool:
    """Counts this message; True when the last seconds brought too many."""
    count, seconds = BURST
    at = turn.now.timestamp()
    recent = [then for then in turn.state.burst if at - then < seconds]
    turn.state.burst = [*recent[-3 * count :], at]
    return len(turn.state.burst) > count


def hold(turn: Turn) -> Reply | None:
    """Keeps the words; the first one too many is told so, the others are not answered."""
    if turn.heard.text:
        turn.state.held = [*turn.state.held, turn.heard.text][-KEPT:]
    first = len(turn.state.burst) == BURST[0] + 1
    return Reply(text=turn.say("common.too_fast")) if first else None


def let_through(turn: Turn) -> None:
    """What was held goes to a human with the next message that gets through."""
    held, flow = turn.state.held, turn.state.open
    if not held or turn.actor.person.consent_at is None:
        return
    turn.state.held = []
    turn.state.open = None
    reply = turn.start("talk_to_human", {"words": "\n".join(dict.fromkeys(held))})
    turn.state.open, turn.state.recent = flow, {}
    turn.notes.append(reply.text)
