"""Recordings that carry their own transcript, and a transcriber that reads it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from bot.hearing import Interrupted, NotHeard

HEAD = b"OggS" + b"\x00" * 60
ENDLESS = "……"


def recording(words: str) -> bytes:
    """A recording in which these words are said; empty words are noise."""
    return HEAD + words.encode()


class Prepared:
    """Hears what a prepared recording says, as slowly as it is told to."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.heard: list[tuple[str, str]] = []  # words and language, in the order they were heard
        self._closed = threading.Event()

    def hear(self, recording: Path, language: str) -> str:
        self._closed.clear()
        words = recording.read_bytes()[len(HEAD) :].decode()
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            if self._closed.wait(0.02):
                raise Interrupted
        self.heard.append((words, language))
        if words == ENDLESS:
            raise NotHeard("too slow")
        return words

    def close(self) -> None:
        self._closed.set()
