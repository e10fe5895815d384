"""Characters to n-grams: the one reading of a text that training and the running bot share."""

from __future__ import annotations

import re
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

VERSION = "5"  # raise it when grams or heads change: older models then refuse to load
CHARACTER = np.uint64(21)  # bits of a code point: three of them leave the highest bit to words
LONG = np.uint64(1 << 42)  # from here on a number is a gram of three characters, or a word
HEAD, TAIL = 360, 120

_BOUNDARY = np.uint64(ord("|"))
_OF_WORDS = 1 << 63
_WORD = re.compile(r"[a-z][a-z']+")
_NUMBER = re.compile(r"[0-9]+")
_MARKS = re.compile(r"[\s,。、;:!?~…·\"'“”‘’()\[\]{}<>《》【】「」.,，！？；：（）—_-]+")


def prepare(text: str) -> str:
    """Lower case, every number one digit, punctuation a boundary; long texts keep both ends."""
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]} {text[-TAIL:]}"
    text = _NUMBER.sub("0", text.lower())
    return _MARKS.sub("|", f"|{text}|")


def grams(text: str) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    """The 1 to 3 character grams of a normalised text, with boundaries, and its Latin words; how often each.

    A gram is a number: its code points side by side, or for a word a hash above all of these.
    """
    line = prepare(text)
    codes = np.frombuffer(line.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    pairs = codes[:-1] << CHARACTER | codes[1:]
    triples = pairs[:-1] << CHARACTER | codes[2:]
    words = np.array([_number(word) for word in _WORD.findall(line)], dtype=np.uint64)
    return np.unique(np.concatenate((codes[codes != _BOUNDARY], pairs, triples, words)), return_counts=True)


def is_long(keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which of them are of three characters, or words."""
    return keys >= LONG


def _number(word: str) -> int:
    return _OF_WORDS | int.from_bytes(blake2b(word.encode(), digest_size=8).digest()) & (_OF_WORDS - 1)
