"""A voice message in the dialogue: kept to be heard, echoed, and then read as if it had been written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.messages import Media, Reply
from bot.state import FlowState
from bot.talk import Heard
from domain.recordings import ANSWER, LONGEST, Recording, RecordingState
from storage import recordings

if TYPE_CHECKING:
    from bot.turn import Turn

ECHO = "hear_voice"  # the flow that asks whether it was heard right
_KEPT = Media(kind="voice", sha256="kept")


def to_be_heard(turn: Turn) -> bool:
    """Whether this message is a recording without words, and somebody here can hear it."""
    spoken = [one for one in turn.incoming.media if one.sha256]
    if not turn.hears or turn.heard.text or {one.kind for one in spoken} != {"voice"}:
        return False
    if max(one.seconds for one in spoken) > LONGEST:
        turn.notes.append(turn.say("hear_voice.too_long"))
        return False
    return True


def keep(turn: Turn) -> Reply:
    """The recording waits to be heard; whatever was being asked stays open."""
    recordings.keep(
        turn.tx,
        Recording(
            address_id=turn.address.id,
            message_id=turn.incoming.message_id,
            file_id=turn.heard.files[0],
            at=turn.now,
            due_at=turn.now,
        ),
    )
    return Reply(text=turn.say("hear_voice.hearing"))


def comes_back(turn: Turn) -> Reply | None:
    """What became of a recording: words to confirm, danger, nothing that was understood, or no answer."""
    one = turn.tx.get(Recording, turn.incoming.recording)
    if one is None or one.address_id != turn.address.id:
        return None
    if one.state is RecordingState.ASKED and turn.now >= one.due_at:
        return _unanswered(turn, one)
    if one.state is not RecordingState.HEARD:
        return None
    before = turn.state.open if turn.state.open and turn.state.open.intent == ECHO else None
    words, files = one.words, (*(before.files if before else ()), one.file_id)
    if words and before is not None and before.asked == "right":  # said in one breath
        words = turn.say("words.and_then", first=before.told["said"], then=words)
    meaning = turn.understand(words)
    turn.heard = replace(turn.heard, text=words, meaning=meaning, files=files)
    if meaning.emergency is not None:
        return _danger(turn, one, before)
    return _echo(turn, one, before) if words else _not_understood(turn, one, before)


def _danger(turn: Turn, one: Recording, before: FlowState | None) -> Reply:
    """Danger is not asked about."""
    recordings.settle(turn.tx, [one.id], turn.address.id)
    if before is not None:
        settle(turn, before)
        turn.state.open = None
    return turn.start("call_emergency", {"emergency": str(turn.heard.meaning.emergency)})


def _echo(turn: Turn, one: Recording, before: FlowState | None) -> Reply:
    """Asks whether it was heard right; what was said right before, and is not confirmed yet, with it."""
    told: dict[str, Any] = {"recordings": [one.id], "said": turn.heard.text}
    words = [turn.say("words.voice_heard", text=one.words)]
    if before is not None:
        told = before.told | told | {"wrong": int(before.asked != "right")}
        told["recordings"] = [*before.told["recordings"], one.id]
        words = [*before.words, *words]
        turn.state.open = None
    elif turn.state.open is not None:
        told |= {"back": turn.state.open.id, "menu": turn.state.menu}
    for key in told["recordings"]:
        recordings.mark(turn.tx, key, state=RecordingState.ASKED, due_at=turn.now + ANSWER)
    turn.heard = replace(turn.heard, text="")  # nobody has said it yet
    return turn.start(ECHO, told, words=words)


def _not_understood(turn: Turn, one: Recording, before: FlowState | None) -> Reply | None:
    """Nothing that could be believed: the recording goes the way it goes where nobody hears any."""
    recordings.settle(turn.tx, [one.id], turn.address.id)
    turn.notes.append(turn.say("hear_voice.not_understood"))
    if before is not None:
        before.words.append(turn.say("words.voice"))
        before.files.append(one.file_id)
        return turn.to_human(before)
    turn.hears = False
    turn.incoming = replace(turn.incoming, media=(_KEPT,))
    return turn.words()


def _unanswered(turn: Turn, one: Recording) -> Reply:
    """Nobody said whether it was right: a human gets the recording and what was heard."""
    state = turn.state
    waiting = [flow for flow in (state.open, *state.parked) if flow is not None and flow.intent == ECHO]
    flow = next((flow for flow in waiting if one.id in flow.told["recordings"]), None)
    turn.notes.append(turn.say("hear_voice.unanswered"))
    turn.heard = replace(turn.heard, text="", meaning=turn.understand(""))
    if flow is None:  # the dialogue has lost it
        recordings.settle(turn.tx, [one.id], turn.address.id)
        words = turn.say("words.voice_heard", text=one.words)
        return turn.start("talk_to_human", {"words": words}, files=[one.file_id])
    if flow is not state.open:
        state.parked.remove(flow)
        state.park()
    return turn.to_human(flow)


def said(turn: Turn, flow: FlowState, words: str) -> Reply:
    """Words that were confirmed or corrected are read as if they had been written now."""
    settle(turn, flow)
    state = turn.state
    back = next((one for one in state.parked if one.id == flow.told.get("back")), None)
    if back is not None:
        state.parked.remove(back)
        state.open, state.menu = back, flow.told.get("menu", [])
    turn.heard = Heard(
        text=words,
        meaning=turn.understand(words),
        files=tuple(flow.files),
        incoming=turn.heard.incoming,
    )
    turn.incoming = replace(turn.incoming, text=words, pressed="", media=(), album="", location=None)
    danger = turn.heard.meaning.emergency  # in what was said in several breaths
    if danger is not None:
        return turn.start("call_emergency", {"emergency": str(danger)})
    return turn.words() or Reply(text="")


def join(turn: Turn) -> None:
    """Danger was written under the question whether a recording was heard right: it is told of both."""
    flow = turn.state.open
    if flow is None or flow.intent != ECHO or flow.asked != "right":
        return
    text = turn.say("words.and_then", first=flow.told["said"], then=turn.heard.text)
    files = (*flow.files, *turn.heard.files)
    turn.heard = replace(turn.heard, text=text, meaning=turn.understand(text), files=files)
    settle(turn, flow)
    turn.state.open = None


def settle(turn: Turn, flow: FlowState) -> None:
    """The recordings of this flow are nobody's business any more."""
    if flow.intent == ECHO and isinstance(flow.told.get("recordings"), list):
        recordings.settle(turn.tx, flow.told["recordings"], turn.address.id)
