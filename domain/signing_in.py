"""Getting to the desk: a pass from the chat, a number sent to the chat, and a session that ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

PASS_FOR = timedelta(minutes=10)
NUMBER_FOR = timedelta(minutes=5)
TRIES = 5  # of the six digits
PASSES_AN_HOUR = 6
IDLE = timedelta(hours=2)
DAY = timedelta(hours=12)  # a session's longest life
TOUCH = timedelta(minutes=2)  # how exactly it is known when somebody was there


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPass:
    """A link and a code for typing, either of which opens the door once. Only their hashes are kept."""

    id: int = 0
    person_id: int
    link_hash: str
    code_hash: str
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSession:
    """One browser at the desk; before the six digits were typed it opens nothing."""

    id: int = 0
    person_id: int
    token_hash: str
    number_hash: str = ""
    number_until: datetime | None = None
    tries: int = 0
    began_at: datetime
    seen_at: datetime
    verified_at: datetime | None = None
    ended_at: datetime | None = None
    version: int = 0

    def alive(self, now: datetime) -> bool:
        """Whether the browser may go on: not signed out, not idle too long, not older than a day's work."""
        return self.ended_at is None and now - self.seen_at < IDLE and now - self.began_at < DAY

    def may_try(self, now: datetime) -> bool:
        """Whether six digits may still be typed."""
        waits = self.verified_at is None and self.ended_at is None
        return waits and self.tries < TRIES and self.number_until is not None and now < self.number_until

    def verified(self, token_hash: str, now: datetime) -> DeskSession:
        """The digits were right; the browser gets a new token."""
        return replace(
            self, token_hash=token_hash, number_hash="", number_until=None, verified_at=now, seen_at=now
        )

    def ended(self, now: datetime) -> DeskSession:
        return self if self.ended_at else replace(self, ended_at=now)
