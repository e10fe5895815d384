"""Characters to n-grams: the one reading of a text that training and the running bot share."""

from __future__ import annotations

import re

VERSION = "3"  # raise it when the grams change: older models then refuse to load
LONGEST = 3
HEAD, TAIL = 360, 120

_WORD = re.compile(r"[a-z][a-z']+")
_NUMBER = re.compile(r"[0-9]+")
_MARKS = re.compile(r"[\s,。、;:!?~…·\"'“”‘’()\[\]{}<>《》【】「」.,，！？；：（）—_-]+")


def prepare(text: str) -> str:
    """Lower case, every number one digit, punctuation a boundary; long texts keep both ends."""
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]} {text[-TAIL:]}"
    text = _NUMBER.sub("0", text.lower())
    return _MARKS.sub("|", f"|{text}|")


def grams(text: str) -> dict[str, int]:
    """Counts of the 1 to 3 character grams of a normalised text, boundaries included, and of Latin words."""
    line = prepare(text)
    counts: dict[str, int] = {}
    for size in range(1, LONGEST + 1):
        for start in range(len(line) - size + 1):
            gram = line[start : start + size]
            if gram != "|":
                counts[gram] = counts.get(gram, 0) + 1
    for word in _WORD.findall(line):
        counts[f"~{word}"] = counts.get(f"~{word}", 0) + 1
    return counts
