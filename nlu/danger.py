"""Danger to life now, looked for in the whole text and preferring a false card to a missed one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.labels import Emergency
from nlu import danger_words as words

REACH = 24  # characters of the same sentence that may calm a word of alarm
_END = re.compile(r"[。!?;！？；…\n]")
_PAUSE = re.compile(r"[,，、。!?;:！？；：… ]")


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: Emergency
    pattern: re.Pattern[str]


_RULES = tuple(_Rule(kind, re.compile(pattern)) for kind, pattern in words.PATTERNS)
_LOOKALIKES = re.compile(words.LOOKALIKES)
_DRILL = re.compile(words.DRILL)
_PAST = re.compile(words.PAST)
_NOW = re.compile(words.NOW)
_MAYBE = re.compile(words.MAYBE)
_NEARLY = re.compile(words.NEARLY)
_NOT = re.compile(words.NOT)
_HABIT = re.compile(words.HABIT)
_OVER = {kind: re.compile(pattern) for kind, pattern in words.OVER.items()}

# Announced suicide and people who are missing stay dangerous however the sentence is put.
_ALWAYS = frozenset({Emergency.SUICIDE})
_LASTING = frozenset({Emergency.SUICIDE, Emergency.MISSING})


def danger(text: str) -> Emergency | None:
    """The kind of danger a normalised text speaks of as present, or None."""
    lowered = _LOOKALIKES.sub("〇", text.lower())
    for rule in _RULES:
        for match in rule.pattern.finditer(lowered):
            if not _calm(lowered, match.start(), match.end(), rule.kind):
                return rule.kind
    return None


def _calm(text: str, start: int, end: int, kind: Emergency) -> bool:
    """Whether the words around an alarm say that it is a drill, a fear, a habit or long over."""
    before = _last(_END, text[max(0, start - REACH) : start])
    after = _END.split(text[end : end + REACH], maxsplit=1)[0]
    around = before + text[start:end] + after
    if _DRILL.search(around):
        return True
    if kind in _ALWAYS:
        return False
    clause = _last(_PAUSE, before)
    if _MAYBE.search(clause[-12:]) or _NOT.search(clause) or _NEARLY.search(text, start, end):
        return True
    over = _OVER.get(kind)
    if over is not None and over.search(text[end : end + 2 * REACH]):
        return True
    if _NOW.search(around):
        return False
    if kind not in _LASTING and _PAST.search(before):
        return True
    return kind not in _LASTING and bool(_HABIT.search(around))


def _last(split: re.Pattern[str], text: str) -> str:
    return split.split(text)[-1]
