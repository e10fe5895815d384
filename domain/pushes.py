"""Web Push: who is knocked for in which browser, and each knock with what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

MOST = 10  # browsers of one person that may be knocked for
GRACE = timedelta(seconds=8)  # a page that is open has shown a message by then
LASTS = timedelta(hours=24)  # a knock later than this is worth nothing
LASTS_URGENT = timedelta(hours=4)
GIVEN_UP = 20  # failures in a row after which a browser is not knocked for any more
_FIRST, _SLOWEST = timedelta(seconds=15), timedelta(hours=1)


class KnockState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"  # the push service has taken it
    SEEN = "seen"  # an open page had shown the message before
    DEAD = "dead"  # refused, or too late
    UNKNOWN = "unknown"  # its sender died twice


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A browser that asked to be knocked for; the endpoint and the keys are the push service's."""

    id: int = 0
    address_id: int
    endpoint_hash: str
    endpoint: str
    p256dh: str  # base64url, 65 bytes: the browser's public key
    auth: str  # base64url, 16 bytes
    created_at: datetime
    ok_at: datetime | None = None
    failures: int = 0  # in a row
    fetched: int = 0  # the page had its mailbox up to this message


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """One message knocks once in one browser; whether it was read is no business of the knock."""

    id: int = 0
    subscription_id: int
    letter: int  # the message's id in the mailbox
    kind: str  # of the delivery: "notice", "notify.case_answered" …
    notice_id: int | None = None
    urgent: bool = False  # quiet hours do not hold it
    state: KnockState = KnockState.QUEUED
    attempts: int = 0
    due_at: datetime
    expires_at: datetime
    lease_until: datetime | None = None
    answer: str = ""

    def again(self, now: datetime, asked: timedelta | None, why: str) -> Knock:
        """Later, as the push service asked or ever slower; not at all when it would be too late."""
        wait = asked if asked is not None else min(_FIRST * 2 ** (self.attempts - 1), _SLOWEST)
        due = now + min(max(wait, timedelta(seconds=1)), LASTS)
        if due >= self.expires_at:
            return self.over(KnockState.DEAD, why)
        return replace(self, state=KnockState.QUEUED, due_at=due, lease_until=None, answer=why)

    def over(self, state: KnockState, why: str) -> Knock:
        return replace(self, state=state, lease_until=None, answer=why)
