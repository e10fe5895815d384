"""一事一评: stars by who was served, the visit that low ones ask for, and how handlers come to see theirs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import AlreadyDone

LOW = 2
"""Stars up to here ask for a word and for somebody else to call on the resident."""

CHANGEABLE = timedelta(days=7)
"""So long who gave a rating may change it; only then it counts for its handler's month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One service, one person served, one to five stars."""

    id: int = 0
    task_id: int
    person_id: int
    handler_id: int | None
    unit_id: int
    stars: int
    words: str = ""
    created_at: datetime
    batch_id: int | None = None  # the month's batch in which its handler saw it
    version: int = 0

    def stands(self, now: datetime) -> bool:
        """Whether it can no longer be changed."""
        return now - self.created_at >= CHANGEABLE


class Outcome(StrEnum):
    """How a return visit ended."""

    OPEN = "open"
    SETTLED = "settled"  # talked over
    REOPENED = "reopened"  # not solved: the case came back
    DROPPED = "dropped"  # the stars were changed for better ones before anybody went


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnVisit:
    """回访: somebody who had no hand in the service asks what was wrong."""

    id: int = 0
    rating_id: int
    task_id: int
    outcome: Outcome = Outcome.OPEN
    words: str = ""  # what was said there
    by_id: int | None = None
    created_at: datetime
    ended_at: datetime | None = None
    version: int = 0

    def ended(self, outcome: Outcome, words: str, by_id: int | None, now: datetime) -> ReturnVisit:
        """Raises AlreadyDone."""
        if self.outcome is not Outcome.OPEN:
            raise AlreadyDone()
        return replace(self, outcome=outcome, words=words, by_id=by_id, ended_at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a handler sees of one month: never fewer than five ratings together, no names, no words."""

    id: int = 0
    person_id: int
    month: str  # "2026-12": when it was shown
    ratings: int
    stars: int  # their sum
    created_at: datetime
