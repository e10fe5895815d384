"""Where a danger is near but not clear: the numbers above the answer, and one tap that makes it an alarm."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.courtesy import courtesy
from bot.messages import Button, Reply

if TYPE_CHECKING:
    from bot.state import State
    from bot.turn import Turn

LASTS = timedelta(minutes=10)  # how long the tap belongs to the words before it
_FAREWELL = re.compile("再见了|再会了|拜拜了|大家|各位|你们")  # a goodbye to everybody may be more than one
_TO_ALL = re.compile(
    r"(?:大家|各位|你们|邻居们).{0,4}(?:再见|再会|拜拜)了.{0,6}"
    r"|(?:再见|再会|拜拜)了.{0,6}(?:大家|各位|你们|邻居们).{0,3}"
)
ALARM = "call_emergency alarm=yes"


def heard(turn: Turn) -> bool:
    """Whether the words may tell of a danger and no question is open that they could answer."""
    meaning = turn.heard.meaning
    if courtesy(meaning.text) and not _FAREWELL.search(meaning.text):
        return False
    unclear = meaning.perhaps_danger or bool(_TO_ALL.fullmatch(meaning.text))
    return unclear and not turn.incoming.pressed and turn.state.open is None


def numbers(turn: Turn) -> str:
    return turn.say("common.perhaps_danger", **turn.actor.community.emergency_numbers())


def with_alarm(turn: Turn, words: str, reply: Reply) -> Reply:
    """The reply with the button below it; the words are kept for it."""
    turn.state.alarm = {"words": words, "until": (turn.now + LASTS).isoformat()}
    button = Button(label=turn.say("buttons.in_danger"), payload=ALARM, style="danger")
    return replace(reply, buttons=(*reply.buttons, (button,)))


def words(state: State, now: datetime) -> str:
    """What was written before the button was pressed; empty when that is too long ago."""
    return state.alarm["words"] if state.alarm.get("until", "") >= now.isoformat() else ""
