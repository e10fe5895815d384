"""Danger to life now, looked for in the whole text and preferring a false card to a missed one."""

from __future__ import annotations

from dataclasses import dataclass

from domain.labels import Emergency
from nlu import danger_words as words
from nlu import late_re as re
from nlu import lookalikes

REACH = 24  # characters of the same sentence that may calm a word of alarm
LETTER = 120  # a text longer than this is a letter, whose alarms are often figures of speech
EDGE = 40  # characters at both ends of a letter that are believed as any message is
_END = re.compile(r"[。!?;！？；…\n]")
_PAUSE = re.compile(r"[,，、。!?;:！？；：… ]")


@dataclass(frozen=True, slots=True)
class _Rule:
    kind: Emergency
    pattern: re.Pattern[str]


_RULES = tuple(_Rule(kind, re.compile(pattern)) for kind, pattern in words.PATTERNS)
_LOOKALIKES = re.compile(lookalikes.LOOKALIKES)
_DRILL = re.compile(words.DRILL)
_PAPERS = re.compile(words.PAPERS)
_PAST = re.compile(words.PAST)
_NOW = re.compile(words.NOW)
_PRESENT = re.compile(words.PRESENT)
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
            if _told(lowered, match, rule.kind) or _calm(lowered, match.start(), match.end(), rule.kind):
                continue
            return rule.kind
    return None


def _told(text: str, match: re.Match[str], kind: Emergency) -> bool:
    """Whether an alarm in the middle of a letter is told of, not cried: nothing says that it is now."""
    start, end = match.span()
    if len(text) <= LETTER or kind in _ALWAYS or start < EDGE or end > len(text) - EDGE:
        return False
    if text[end - 1] in "了啦咯" or text[end : end + 1] in ("了", "啦", "咯"):
        return False
    around = (
        _last(_END, text[max(0, start - REACH) : start]) + _END.split(text[end : end + REACH], maxsplit=1)[0]
    )
    return not _PRESENT.search(around)


def _calm(text: str, start: int, end: int, kind: Emergency) -> bool:
    """Whether the words around an alarm say that it is a drill, a fear, papers, a habit or long over."""
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
    if _PAPERS.search(around):
        return True
    if kind not in _LASTING and _PAST.search(before):
        return True
    return kind not in _LASTING and bool(_HABIT.search(around))


def _last(split: re.Pattern[str], text: str) -> str:
    return split.split(text)[-1]
