"""One way of writing for every message, so that the rest of the package sees only that."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Protocol

_PLAIN = re.compile(r"[ -~　-〿一-鿿＀-～‘’“”…—·]*")
_SPACES = re.compile(r"\s+")
_DROPPED = {"Cf", "Cs", "Co", "Cn", "Cc"}
_MARKS = {"Mn", "Me"}
# 著 is left alone by the usual tables; as a particle and in 著火 it is written 着.
_ZHE = re.compile(r"(?<![名显卓编原专土遗巨论])著(?![名作书称])")


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _simplifier() -> _Converter:
    from opencc import OpenCC

    converter: _Converter = OpenCC("t2s")
    return converter


def clean(text: str) -> str:
    """Drop what cannot be seen or stored: controls, format characters, lone surrogates, stacked marks."""
    if _PLAIN.fullmatch(text):
        return text
    kept: list[str] = []
    marked = False
    for char in text:
        if char.isspace():
            kept.append(" ")
            continue
        kind = unicodedata.category(char)
        if kind in _DROPPED or "\ufe00" <= char <= "\ufe0f":
            continue
        if kind in _MARKS and (marked or not kept or kept[-1] == " "):
            continue
        marked = kind in _MARKS
        kept.append(char)
    return "".join(kept)


def normalize(text: str) -> str:
    """NFKC, visible characters only, Simplified Chinese, single spaces; never raises, linear time."""
    text = clean(unicodedata.normalize("NFKC", clean(text)))
    text = _SPACES.sub(" ", text).strip()
    if not text or text.isascii():
        return text
    text = _simplifier().convert(text)
    return _ZHE.sub("着", text) if "著" in text else text
