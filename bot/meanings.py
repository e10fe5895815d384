"""Meanings at hand: a flow reads its words again at every answer, and in a storm many write the same."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from datetime import date, datetime

from nlu.meaning import Meaning
from nlu.understand import Understanding

KEPT = 256  # messages; in memory alone, the oldest goes first


class Meanings:
    """One understanding and what it last said. Safe to ask from several threads."""

    def __init__(self, understanding: Understanding) -> None:
        self.understanding = understanding
        self._kept: OrderedDict[tuple[str, date], Meaning] = OrderedDict()

    def of(self, text: str, now: datetime) -> Meaning:
        """What a message may mean; `now` is aware. Where no time stands in it, it is the same all day."""
        key = (text, now.date())
        if (known := self._kept.get(key)) is not None:
            return known
        meaning = self.understanding.understand(text, now)
        if not meaning.entities.times and self.understanding.steady:
            self._kept[key] = meaning
            with suppress(KeyError):  # another thread may have made room, too
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        return meaning
