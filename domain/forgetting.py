"""Forgetting somebody: what stands in place of their words, and how those are found in what others read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

GONE = "—"
BEGINNING = 8  # characters by which a sentence is known that others were shown a piece of
SHORTEST = 6  # a sentence shorter than this is anybody's


@dataclass(frozen=True, slots=True, kw_only=True)
class Markers:
    """What tells that a text speaks of somebody: names, numbers and rooms, and what they wrote."""

    exact: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()

    @classmethod
    def of(cls, exact: Iterable[str], sentences: Iterable[str]) -> Markers:
        longest_first = sorted({one for one in sentences if len(one) >= SHORTEST}, key=len, reverse=True)
        names = sorted({one for one in exact if len(one) > 1}, key=len, reverse=True)
        return cls(exact=tuple(names), sentences=tuple(longest_first))

    def out_of(self, value: Any) -> Any:
        """The same value, with a dash wherever a text speaks of them."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self.out_of(one) for one in value]
        if isinstance(value, dict):
            return {name: self.out_of(one) for name, one in value.items()}
        return value

    def _text(self, text: str) -> str:
        for sentence in self.sentences:
            text = _without(text, sentence)
        for word in self.exact:
            text = text.replace(word, GONE)
        return text


def _without(text: str, sentence: str) -> str:
    """A sentence out of a text, also where only its beginning was shown."""
    first = sentence[:BEGINNING]
    at = text.find(first)
    while at >= 0:
        end = at + len(first)
        while end < len(text) and end - at < len(sentence) and text[end] == sentence[end - at]:
            end += 1
        text = text[:at] + GONE + text[end:]
        at = text.find(first, at + len(GONE))
    return text
