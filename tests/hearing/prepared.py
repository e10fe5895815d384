"""Recordings that carry their own transcript, and a transcriber that reads it."""

from __future__ import annotations

import threading
from pathlib import Path

from bot.hearing import Broken, Interrupted, NotHeard

_HEAD = b"OggS" + b"\x00" * 60 + b"said:"
ENDLESS = "……"
"""Said in a recording that cannot be heard in time."""


def recording(words: str) -> bytes:
    """A recording in which these words are said; empty words are noise."""
    return _HEAD + words.encode()


class Prepared:
    """Hears what a prepared recording says, as slowly as it is told to; in any other it hears `otherwise`."""

    def __init__(self, *, seconds: float = 0.0, otherwise: str = "") -> None:
        self.seconds = seconds
        self.otherwise = otherwise
        self.broken = False
        self.heard: list[tuple[str, str]] = []  # words and language, in the order they were heard
        self._closed = threading.Event()

    def hear(self, recording: Path, language: str) -> str:
        self._closed.clear()
        if self.broken:
            raise Broken("the model is another one")
        content = recording.read_bytes()
        words = content[len(_HEAD) :].decode() if content.startswith(_HEAD) else self.otherwise
        if self._closed.wait(self.seconds):
            raise Interrupted
        self.heard.append((words, language))
        if words == ENDLESS:
            raise NotHeard("too slow")
        return words

    def close(self) -> None:
        self._closed.set()
