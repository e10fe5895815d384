"""Sentences people taught, until somebody has looked at them."""

from __future__ import annotations

from domain.learning import Lesson, LessonState
from storage.tables import lessons
from storage.tx import Tx


def add(tx: Tx, lesson: Lesson) -> bool:
    """Keeps a lesson; False when the same one stands there."""
    row = tx.row(lesson)
    del row["id"]
    return tx.add_once(lessons, row, "key")


def key(tx: Tx, question: str, label: str, text: str) -> str:
    """One key for one sentence under one label, which says nothing about the sentence."""
    return tx.cipher.index(f"{question}|{label}|{text}")


def waiting(tx: Tx, limit: int = 200) -> list[Lesson]:
    """What nobody has looked at, oldest first."""
    return tx.all(Lesson, lessons.c.state == LessonState.NEW, limit=limit)


def accepted(tx: Tx, limit: int = 100_000) -> list[Lesson]:
    return tx.all(Lesson, lessons.c.state == LessonState.ACCEPTED, limit=limit)
