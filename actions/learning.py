"""Learning from what people choose and correct: proposed here, decided by somebody who reviews."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from domain.case import Case
from domain.errors import AlreadyDone, NotFound
from domain.events import Event
from domain.labels import Category, Intent
from domain.learning import Lesson, LessonState, Question
from nlu.masking import masked
from storage import lessons as rows
from storage.tx import Tx

SHORTEST, LONGEST = 2, 400  # characters of a sentence worth learning
_LABELS = {Question.INTENT: frozenset(Intent), Question.CATEGORY: frozenset(Category)}


def chosen(tx: Tx, text: str, *, taken_for: str, meant: str, now: datetime) -> bool:
    """Somebody pressed what they had meant. True when it is something new to look at."""
    return _propose(tx, Question.INTENT, text, taken_for, meant, "button", now)


def corrected(tx: Tx, case: Case, category: str, now: datetime) -> bool:
    """A case was about something else. What is private is nobody's example."""
    if case.private or case.category == category:
        return False
    return _propose(tx, Question.CATEGORY, case.text, case.category, category, "correction", now)


def _propose(
    tx: Tx, question: Question, text: str, guess: str, label: str, source: str, now: datetime
) -> bool:
    words = masked(text)
    if not SHORTEST <= len(words) <= LONGEST or label not in _LABELS[question]:
        return False
    lesson = Lesson(
        key=rows.key(tx, question, label, words),
        question=question,
        text=words,
        label=label,
        guess=guess,
        source=source,
        at=now,
    )
    return rows.add(tx, lesson)


def decide(tx: Tx, lesson_id: int, *, accept: bool, now: datetime, label: str = "") -> Lesson:
    """Accepts a lesson, perhaps with another label, or refuses it. Raises NotFound, AlreadyDone."""
    lesson = tx.get(Lesson, lesson_id)
    if lesson is None:
        raise NotFound()
    if lesson.state is not LessonState.NEW:
        raise AlreadyDone(number=lesson.id)
    if label and label not in _LABELS[lesson.question]:
        raise ValueError(f"{label} is no label of {lesson.question}")
    state = LessonState.ACCEPTED if accept else LessonState.REFUSED
    decided = tx.save(replace(lesson, state=state, label=label or lesson.label, decided_at=now))
    tx.add(Event(kind=f"lesson_{state}", at=now, subject="lesson", subject_id=lesson.id))
    return decided
