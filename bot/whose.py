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
    member = turn.offered("finish_task")
    if name == "withdraw_case" and member and not _own(turn, UNFINISHED) and _holds(turn):
        return "finish_task"
    if name == "finish_task" and not member:
        if _ASKS.search(turn.heard.meaning.text):
            return "case_status"
        if _own(turn, {Status.ANSWERED}):
            return "confirm_case"
        if _own(turn, UNFINISHED):
            return "withdraw_case"
    return name


def between(turn: Turn, meaning: Meaning) -> str:
    """Done or no longer needed: where it is one of the two, who says it decides. Empty where it does not."""
    first = meaning.guesses[:2]
    if {guess.intent for guess in first} != _ENDS or sum(guess.confidence for guess in first) < SURE:
        return ""
    member, own = turn.offered("finish_task") and _holds(turn), _own(turn, UNFINISHED)
    if member == own:
        return ""
    return "finish_task" if member else "withdraw_case"


def _own(turn: Turn, statuses: frozenset[Status] | set[Status]) -> bool:
    return bool(cases.of_person(turn.tx, turn.actor.id, statuses))


def _holds(turn: Turn) -> bool:
    return any(claim.state is ClaimState.HELD for _, claim in tasks.held_by(turn.tx, turn.actor.id))
