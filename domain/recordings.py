"""A voice message on its way to words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST = 180  # seconds of a recording that is heard; a longer one is for a human's ears
PATIENCE = timedelta(minutes=5)  # how long a recording waits for somebody to hear it
ANSWER = timedelta(minutes=10)  # how long the person may think about what was heard
TRIES = 3  # of one whose listener died


class RecordingState(StrEnum):
    """Where a recording stands. Only a DONE one is nobody's business any more."""

    WAITING = "waiting"
    HEARING = "hearing"  # leased by one listener
    HEARD = "heard"  # the words, if there are any, are to be handed back
    ASKED = "asked"  # the person was asked whether they are right
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One voice message; a message has one, however often it arrives. `words` go when it is done."""

    id: int = 0
    address_id: int
    message_id: str
    file_id: int
    state: RecordingState = RecordingState.WAITING
    words: str = ""
    attempts: int = 0
    at: datetime
    due_at: datetime
    lease_until: datetime | None = None
