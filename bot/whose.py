"""The same words from another person: 灯换好了 of a member is a task done, of a resident a report settled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from domain.case import UNFINISHED, Status
from domain.tasks import ClaimState
from nlu.meaning import Meaning
from nlu.thresholds import SURE
from storage import cases, tasks

if TYPE_CHECKING:
    from bot.turn import Turn

_ENDS = {"finish_task", "withdraw_case"}
_ASKS = re.compile(r"(?:吧|吗|么|没有?|[?？])[。.!！?？ ]*$")


def meant(turn: Turn, name: str) -> str:
    """The intent that fits what this person has in hand; the one that was understood where both would."""
    if name not in _ENDS:
        return name
    holds, answered, going_on = _holds(turn), _own(turn, {Status.ANSWERED}), _own(turn, UNFINISHED)
    if name == "withdraw_case":
        return "finish_task" if holds and not going_on else name
    if holds or not (answered or going_on):
        return name
    if _ASKS.search(turn.heard.meaning.text):
        return "case_status"
    return "confirm_case" if answered else "withdraw_case"


def between(turn: Turn, meaning: Meaning) -> str:
    """Done or no longer needed: where it is one of the two, who says it decides. Empty where it does not."""
    first = meaning.guesses[:2]
    if {guess.intent for guess in first} != _ENDS or sum(guess.confidence for guess in first) < SURE:
        return ""
    holds, own = _holds(turn), _own(turn, UNFINISHED)
    if holds == own:
        return ""
    return "finish_task" if holds else "withdraw_case"


def _own(turn: Turn, statuses: frozenset[Status] | set[Status]) -> bool:
    return bool(cases.of_person(turn.tx, turn.actor.id, statuses))


def _holds(turn: Turn) -> bool:
    return turn.offered("finish_task") and any(
        claim.state is ClaimState.HELD for _, claim in tasks.held_by(turn.tx, turn.actor.id)
    )
