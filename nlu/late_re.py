"""`re` for rules that are written in large numbers: each is compiled when a text is first held against it.

Most messages need few of the rules, and a process that starts should not wait for all of them. A module says
`from nlu import late_re as re` and is written as ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from re import IGNORECASE, Match, Pattern, findall, fullmatch, match, search, split, sub
from typing import Any, cast

__all__ = [
    "IGNORECASE", "Match", "Pattern", "compile", "findall", "fullmatch", "match", "search", "split", "sub",
]  # fmt: skip

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub")


class Late:
    """Has the methods of a compiled pattern; the first call of any compiles it and puts them all in place."""

    __slots__ = ("flags", "source", *_METHODS)

    def __init__(self, source: str, flags: int) -> None:
        self.source, self.flags = source, flags

    def __getattr__(self, name: str) -> Any:  # reached only while the slots of the methods are empty
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self.source, self.flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


class Where:
    """A pattern that looks first whether the text holds any of the words without which it cannot match.

    It has the methods that such rules use, and no others.
    """

    __slots__ = ("_chars", "_pattern", "_words", "needs", "source")

    def __init__(self, source: str, needs: str) -> None:
        self.source, self.needs = source, needs
        self._pattern = cast(Pattern[str], Late(source, 0))
        self._chars = frozenset(word for word in needs.split() if len(word) == 1)
        self._words = tuple(word for word in needs.split() if len(word) > 1)

    def _may(self, text: str) -> bool:
        if not self._chars.isdisjoint(text):
            return True
        for word in self._words:  # noqa: SIM110 (any() costs more than the search it is to spare)
            if word in text:
                return True
        return False

    def search(self, text: str, *within: int) -> Match[str] | None:
        return self._pattern.search(text, *within) if self._may(text) else None

    def match(self, text: str, *within: int) -> Match[str] | None:
        return self._pattern.match(text, *within) if self._may(text) else None

    def finditer(self, text: str, *within: int) -> Iterator[Match[str]]:
        return self._pattern.finditer(text, *within) if self._may(text) else iter(())

    def sub(self, put: str | Callable[[Match[str]], str], text: str) -> str:
        return self._pattern.sub(put, text) if self._may(text) else text


def compile(source: str, flags: int = 0, needs: str = "") -> Pattern[str]:
    """A pattern that costs nothing until it is used. What is wrong with it is raised then (re.error).

    `needs` are words, spaces between them, of which every text that matches holds one: worth saying where a
    pattern is large or is searched slowly. A test proves them (tests/nlu/test_late_re.py).
    """
    if needs and flags:
        raise ValueError("words that are needed are looked for as they are written")
    return cast(Pattern[str], Where(source, needs) if needs else Late(source, flags))
