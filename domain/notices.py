"""Notices, monthly themes and activities."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.errors import TooLate


class NoticeState(StrEnum):
    WAITING = "waiting"  # for a second person
    SENDING = "sending"  # recipients are frozen; goes out after the undo window
    SENT = "sent"
    CANCELLED = "cancelled"


UNDO_SECONDS = 60
SECOND_PERSON_ABOVE = 500  # recipients


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to many. Its recipients are rows from the moment it is approved."""

    id: int = 0
    unit_id: int
    author_id: int
    text: str
    audience: str  # all | members | grid:<id> | place:<id>
    receipt: bool = True
    safety: bool = False
    state: NoticeState = NoticeState.SENDING
    recipients: int = 0
    created_at: datetime
    goes_at: datetime | None = None
    approved_by: int | None = None
    version: int = 0

    def cancel(self, now: datetime) -> Notice:
        """Takes it back within the undo window. Raises TooLate."""
        if self.state is NoticeState.WAITING:
            return replace(self, state=NoticeState.CANCELLED)
        if self.state is not NoticeState.SENDING or (self.goes_at and now >= self.goes_at):
            raise TooLate()
        return replace(self, state=NoticeState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """What a month is about (月度主题)."""

    id: int = 0
    unit_id: int
    month: str  # "2026-11"
    title: str
    author_id: int
    created_at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One occasion people can join."""

    id: int = 0
    unit_id: int
    theme_id: int | None = None
    title: str
    where: str = ""
    starts_at: datetime
    places: int = 0  # 0: no limit
    taken: int = 0
    state: str = "open"  # open | cancelled
    created_at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    id: int = 0
    activity_id: int
    person_id: int
    state: str = "joined"  # joined | waiting | left
    created_at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A relayed conversation: neither side sees the other's number or account."""

    id: int = 0
    caller_id: int
    callee_id: int | None
    tried: tuple[int, ...] = ()
    unit_id: int
    state: str = "ringing"  # ringing | open | ended | unanswered
    ring_until: datetime
    ends_at: datetime  # two hours at most
    created_at: datetime
    version: int = 0
