"""What people teach by choosing and correcting: masked sentences that somebody reviews before they count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Question(StrEnum):
    """What a sentence is an answer to."""

    INTENT = "intent"
    CATEGORY = "category"


class LessonState(StrEnum):
    NEW = "new"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A sentence, what it was taken for, and what somebody said it is. Nobody's name is kept with it."""

    id: int = 0
    key: str  # the same sentence for the same label is one lesson
    question: Question
    text: str  # masked
    label: str
    guess: str  # what it had been taken for
    source: str  # button | correction
    state: LessonState = LessonState.NEW
    at: datetime
    decided_at: datetime | None = None
    version: int = 0
