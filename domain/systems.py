"""Other systems that Linli talks to: who may ask and file, and who is told what happened."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.case import Case, Status

EXTERNAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/#-]{0,59}")
"""What a number of another system may look like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """Another system's right to file and follow cases in a unit and below; only the key's hash is kept."""

    id: int = 0
    name: str
    token_hash: str
    unit_id: int
    person_id: int  # in whose name its cases stand: the system's own, nobody's
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One case that another system filed: the same `token` from it is the same case."""

    id: int = 0
    api_key_id: int
    token: str
    case_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that is told what happens to public cases of a unit and below."""

    id: int = 0
    url: str
    secret: str  # whsec_…: encrypted at rest
    unit_id: int
    state: str = "active"  # active | stopped (the other side said 410, or the operator)
    reason: str = ""
    created_at: datetime


class Sending(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"  # given up after the last of WAITS, or the webhook was stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSend:
    """One message to one webhook about one event: it has the same id however often it is sent."""

    id: int = 0
    webhook_id: int
    event_id: int
    message_id: str
    kind: str  # case.opened …
    body: str  # frozen when it happened
    state: Sending = Sending.QUEUED
    attempts: int = 0
    due_at: datetime
    lease_until: datetime | None = None
    answer: str = ""  # what came back last: a status or why there was none
    sent_at: datetime | None = None


WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
"""After each attempt that failed; after the one that follows the last it is given up."""

KINDS = {
    "case_reported": "case.opened",
    "task_claimed": "case.claimed",
    "case_assigned": "case.claimed",
    "case_escalated": "case.moved",
    "case_transferred": "case.moved",
    "case_placed": "case.moved",
    "case_passed_on": "case.passed_on",
    "case_answered": "case.answered",
    "case_reopened": "case.reopened",
    "case_confirmed": "case.closed",
    "case_expired": "case.closed",
    "case_withdrawn": "case.closed",
    "case_merged": "case.merged",
    "case_unmerged": "case.reopened",
}
"""What other systems are told of, and under which name."""


def after(one: WebhookSend, now: datetime, answer: str) -> WebhookSend:
    """The message after an attempt that failed: later again, or given up."""
    last = one.attempts > len(WAITS)
    return replace(
        one,
        state=Sending.DEAD if last else Sending.QUEUED,
        due_at=now if last else now + WAITS[one.attempts - 1],
        lease_until=None,
        answer=answer[:200],
    )


def updated(case: Case) -> datetime:
    """When something last happened that others may see."""
    moments = (
        case.created_at, case.signed_at, case.level_since, case.passed_on_at, case.answered_at,
        case.delivered_at, case.closed_at,
    )  # fmt: skip
    return max(moment for moment in moments if moment is not None)


def is_open(case: Case) -> bool:
    """Open in the sense of GeoReport: not closed, taken back, or part of another."""
    return case.status in (Status.UNVERIFIED, Status.OPEN, Status.CLAIMED, Status.ANSWERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants to see of the public cases."""

    ids: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    start: datetime
    end: datetime
    statuses: frozenset[str] = frozenset({"open", "closed"})
    unit_ids: tuple[int, ...] = ()
    limit: int = 1000
    offset: int = 0
