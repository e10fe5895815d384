"""What happened. One row is outbox, audit and history at once; it holds ids, never what people wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. `kind` is a past tense: case_reported, task_claimed."""

    id: int = 0
    kind: str
    at: datetime
    subject: str  # case | task | notice | activity | call | member | alarm …
    subject_id: int
    actor_id: int | None = None
    unit_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """Something due at a moment, once: its key is unique and its row is the truth."""

    id: int = 0
    key: str
    kind: str
    subject_id: int
    due_at: datetime
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one person about one thing: `key` is unique, so it is sent once."""

    id: int = 0
    key: str
    kind: str  # the text key, or "reply"
    lane: str = "personal"  # reply | alert | personal | bulk
    event_id: int | None = None
    notice_id: int | None = None
    person_id: int | None = None
    address_id: int | None = None  # fixed for a reply; else chosen when sent
    payload: dict[str, Any] = field(default_factory=dict)
    state: str = "queued"  # queued | sending | sent | refused | unknown | unreached | cancelled
    reason: str = ""
    attempts: int = 0
    due_at: datetime
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    read_at: datetime | None = None
    ref: str = ""  # the channel's id of the message sent
