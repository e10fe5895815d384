"""民主评议: who is voted on, by whom, and what a count may say; and who earned the stars of a period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from domain.calendar import BEIJING

FEWEST_VOTES = 5
"""Below so many people who voted nothing is counted out; below so many opinions on one person, not theirs."""

FEWEST_RATINGS = 5  # to earn a star of a period
LEAST_AVERAGE = 4.0  # stars, on average


class AppraisalKind(StrEnum):
    WORKERS = "workers"  # 社区工作者, each quarter, by the residents
    COMMITTEE = "committee"  # 两委, each year, by the members of its branches


class Mark(StrEnum):
    """The four boxes of the ballot."""

    GOOD = "good"  # 满意
    FAIR = "fair"  # 基本满意
    POOR = "poor"  # 不满意
    UNKNOWN = "unknown"  # 不了解


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A quarter or a year, in Beijing time."""

    year: int
    quarter: int | None = None

    @property
    def start(self) -> datetime:
        return datetime.combine(date(self.year, 3 * (self.quarter or 1) - 2, 1), time(), BEIJING)

    @property
    def end(self) -> datetime:
        last = self.quarter is None or self.quarter == 4
        begins = date(self.year + 1, 1, 1) if last else date(self.year, 3 * (self.quarter or 1) + 1, 1)
        return datetime.combine(begins, time(), BEIJING)

    @property
    def key(self) -> str:
        return f"{self.year}-Q{self.quarter}" if self.quarter else str(self.year)

    @classmethod
    def read(cls, key: str) -> Span | None:
        """From "2026-Q4" or "2026"; None for anything else."""
        year, _, quarter = key.partition("-Q")
        whole = len(year) == 4 and year.isascii() and year.isdecimal() and year >= "2000"
        if not whole or (quarter and quarter not in "1234") or len(quarter) > 1 or key.endswith("-Q"):
            return None
        return cls(year=int(year), quarter=int(quarter) if quarter else None)

    @classmethod
    def around(cls, moment: datetime, *, whole_year: bool) -> Span:
        """The quarter or the year of a moment."""
        here = moment.astimezone(BEIJING)
        return cls(year=here.year, quarter=None if whole_year else (here.month + 2) // 3)

    @classmethod
    def last_over(cls, now: datetime, settles: timedelta, *, whole_year: bool) -> Span:
        """The newest one that had ended so long before."""
        this = cls.around(now - settles, whole_year=whole_year)
        return cls.around(this.start - timedelta(days=1), whole_year=whole_year)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """One vote on named people. Their names and the voters' roll are frozen when it opens."""

    id: int = 0
    unit_id: int
    kind: AppraisalKind
    period: str  # the key of a span
    opened_by: int
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None = None
    eligible: int
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was said of one person. `share` is that of 满意 among the opinions; None when too few gave one."""

    person_id: int
    marks: Mapping[Mark, int] = field(default_factory=dict)

    @property
    def opinions(self) -> int:
        return sum(self.marks.get(mark, 0) for mark in (Mark.GOOD, Mark.FAIR, Mark.POOR))

    @property
    def share(self) -> float | None:
        enough = self.opinions >= FEWEST_VOTES
        return self.marks.get(Mark.GOOD, 0) / self.opinions if enough else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """The stars one member or one branch got in a period."""

    id: int
    ratings: int
    stars: int

    @property
    def average(self) -> float:
        return self.stars / self.ratings

    @property
    def enough(self) -> bool:
        return self.ratings >= FEWEST_RATINGS and self.average >= LEAST_AVERAGE


def places(scores: Iterable[tuple[int, float]]) -> list[tuple[int, int, bool]]:
    """Who stands where, best first: (place, id, whether the place is shared). Equal scores, equal places."""
    ordered = sorted(scores, key=lambda one: (-one[1], one[0]))
    values = [score for _, score in ordered]
    return [(values.index(score) + 1, key, values.count(score) > 1) for key, score in ordered]
