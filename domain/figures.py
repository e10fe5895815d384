"""响应率, 解决率, 满意率: three separate figures, counted from what happened and from nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

from domain.calendar import BEIJING
from domain.case import CaseKind
from domain.events import Event

SOON = timedelta(hours=24)  # a first response within this counts as one
CONTENT = 4  # stars from here on
FEWEST = 5  # below so many, a rate or a person's ratings are not shown
RESPONSES = frozenset({"task_claimed", "case_assigned", "case_answered", "case_question", "case_signed"})
KINDS = RESPONSES | {
    "case_reported",
    "case_confirmed",
    "case_expired",
    "case_reopened",
    "case_withdrawn",
    "case_merged",
    "case_unmerged",
    "case_escalated",
    "service_rated",
    "rating_changed",
}


@dataclass(slots=True, kw_only=True)
class Figures:
    """What became of the cases of one unit and one period. Rates are shares, None below FEWEST."""

    reported: int = 0
    wishes: int = 0  # of these: 微心愿
    inquiries: int = 0  # of these: questions for a human
    withdrawn: int = 0
    joined: int = 0  # merged into another report
    responded: int = 0  # somebody took it up within 24 hours
    answered: int = 0
    confirmed: int = 0  # the resident said: solved
    unconfirmed: int = 0  # answered, and the resident said nothing for seven days
    unsolved: int = 0  # the resident said: not solved
    escalated: int = 0
    ratings: int = 0
    content: int = 0  # ratings of four and five stars
    stars: int = 0  # their sum

    def add(self, other: Figures) -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    @property
    def standing(self) -> int:
        """Reports that count: not taken back, not part of another."""
        return self.reported - self.withdrawn - self.joined

    @property
    def response_rate(self) -> float | None:
        """响应率: of the reports that stand, those somebody took up within 24 hours."""
        return _share(self.responded, self.standing)

    @property
    def solution_rate(self) -> float | None:
        """解决率: of the residents who answered 解决了吗, those who said yes."""
        return _share(self.confirmed, self.confirmed + self.unsolved)

    @property
    def content_rate(self) -> float | None:
        """满意率: of the ratings, those of four and five stars."""
        return _share(self.content, self.ratings)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole >= FEWEST else None


@dataclass(slots=True)
class _Life:
    """One case, as far as its events have told."""

    unit_id: int
    at: datetime
    figures: Figures
    rated: dict[int, int] = field(default_factory=dict)  # who → stars


def counted(events: Iterable[Event], start: datetime, end: datetime) -> dict[int, Figures]:
    """The figures of every unit whose cases were reported in [start, end), each case in the unit it came to.

    `events` are those of KINDS from `start` on, in their order; what happened after `end` to a case of the
    period counts, so the figures of a month settle some weeks later.
    """
    found: dict[int, Figures] = {}
    for (unit_id, _), figures in by_month(events, start, end).items():
        found.setdefault(unit_id, Figures()).add(figures)
    return found


def by_month(events: Iterable[Event], start: datetime, end: datetime) -> dict[tuple[int, str], Figures]:
    """As `counted`, apart for each month of Beijing time in which the cases were reported: "2026-11"."""
    lives: dict[int, _Life] = {}
    for event in events:
        case_id = event.subject_id if event.subject == "case" else event.data.get("case")
        if event.kind == "case_reported":
            if start <= event.at < end and event.unit_id is not None:
                lives[event.subject_id] = _begun(event, event.unit_id)
        elif isinstance(case_id, int) and (life := lives.get(case_id)):
            _happens(life, event)
    found: dict[tuple[int, str], Figures] = {}
    for life in lives.values():
        for stars in life.rated.values():
            life.figures.add(Figures(ratings=1, content=int(stars >= CONTENT), stars=stars))
        month = f"{life.at.astimezone(BEIJING):%Y-%m}"
        found.setdefault((life.unit_id, month), Figures()).add(life.figures)
    return found


def _begun(event: Event, unit_id: int) -> _Life:
    kind = event.data.get("case_kind")
    figures = Figures(reported=1, wishes=int(kind == CaseKind.WISH), inquiries=int(kind == CaseKind.INQUIRY))
    return _Life(unit_id, event.at, figures)


def _happens(life: _Life, event: Event) -> None:
    figures = life.figures
    if event.kind in RESPONSES and event.at - life.at <= SOON:
        figures.responded = 1
    if event.kind in ("service_rated", "rating_changed") and event.actor_id is not None:
        life.rated[event.actor_id] = int(event.data.get("stars", 0))
    for name, value in _BECOMES.get(event.kind, {}).items():
        setattr(figures, name, value)


_BECOMES: dict[str, dict[str, int]] = {
    "case_answered": {"answered": 1},
    "case_confirmed": {"confirmed": 1, "unconfirmed": 0, "unsolved": 0},
    "case_expired": {"unconfirmed": 1},
    "case_reopened": {"unsolved": 1, "confirmed": 0, "unconfirmed": 0},
    "case_withdrawn": {"withdrawn": 1, "joined": 0},
    "case_merged": {"joined": 1},
    "case_unmerged": {"joined": 0},
    "case_escalated": {"escalated": 1},
}
"""What an event makes of one case's figures, whatever they were."""
