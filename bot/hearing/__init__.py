"""Voice messages become words: what hears them, and what of it is believed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

LEAST_LOGPROB = -1.0  # mean over the words; below it is guessing
MOST_REPEATED = 2.4  # how well the words compress; above it they go round in circles
MOST_SILENT = 0.6  # chance that nobody spoke, believed when the words are not sure either
_NOBODY = re.compile(
    r"字幕|订阅|訂閱|点赞|點贊|打赏|打賞|明镜与?点点|謝謝(?:觀看|收看)|谢谢(?:观看|收看|大家收看)|"
    r"thanks? for watching|subtitles by|subscribe",
    re.IGNORECASE,
)
"""What the model says of noise: ends of the films it learned from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of speech as the engine gives it."""

    text: str
    logprob: float
    no_speech: float
    repeated: float


class Transcriber(Protocol):
    """Something that hears recordings. Called from one thread at a time."""

    def hear(self, recording: Path, language: str) -> str:
        """The words of a recording; empty when nothing was understood for sure. `language` is zh or en.

        Raises NotHeard for this recording, Broken when no recording can be heard.
        """
        ...

    def close(self) -> None:
        """Gives back what it holds; a `hear` under way ends with Interrupted. It may be used again."""
        ...


class NotHeard(Exception):
    """This recording cannot be heard: too long, too slow, no sound. The message says why, for the log."""


class Broken(Exception):
    """Nothing can be heard on this machine; the message says why."""


class Interrupted(Exception):
    """It was told to stop meanwhile."""


def believed(segments: Sequence[Segment]) -> str:
    """The words, when they are sure enough to be shown; else nothing."""
    heard = [one for one in segments if one.text.strip()]
    weight = sum(len(one.text) for one in heard)
    if not weight:
        return ""
    words = "".join(one.text for one in heard).strip()
    logprob = sum(one.logprob * len(one.text) for one in heard) / weight
    silent = min(one.no_speech for one in heard)
    repeated = max(one.repeated for one in heard)
    unsure = logprob < LEAST_LOGPROB or repeated > MOST_REPEATED
    nobody = silent > MOST_SILENT and logprob < LEAST_LOGPROB / 2
    if not any(char.isalnum() for char in words):
        return ""
    if unsure or nobody or _NOBODY.search(words) or "\ufffd" in words:
        return ""
    return words
