"""响应率, 解决率, 满意率: three separate figures, counted from what happened and from nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

from domain.events import Event

SOON = timedelta(hours=24)  # a first response within this counts as one
CONTENT = 4  # stars from here on
FEWEST = 5  # below so many, a rate or a person's ratings are not shown
RESPONSES = frozenset({"task_claimed", "case_assigned", "case_answered", "case_question", "case_signed"})
KINDS = RESPONSES | {
    "case_reported",
    "case_confirmed",
    "case_unconfirmed",
    "case_reopened",
    "case_withdrawn",
    "case_merged",
    "case_escalated",
    "service_rated",
    "rating_changed",
}


@dataclass(slots=True, kw_only=True)
class Figures:
    """What became of the cases of one unit and one period. Rates are shares, None below FEWEST."""

    reported: int = 0
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
    figures: Figures = field(default_factory=lambda: Figures(reported=1))
    rated: dict[int, int] = field(default_factory=dict)  # who → stars


def counted(events: Iterable[Event], start: datetime, end: datetime) -> dict[int, Figures]:
    """The figures of every unit whose cases were reported in [start, end), each case in the unit it came to.

    `events` are those of KINDS from `start` on, in their order; what happened after `end` to a case of the
    period counts, so the figures of a month settle some weeks later.
    """
    lives: dict[int, _Life] = {}
    for event in events:
        case_id = event.subject_id if event.subject == "case" else event.data.get("case")
        if event.kind == "case_reported":
            if start <= event.at < end and event.unit_id is not None:
                lives[event.subject_id] = _Life(event.unit_id, event.at)
        elif isinstance(case_id, int) and (life := lives.get(case_id)):
            _happens(life, event)
    found: dict[int, Figures] = {}
    for life in lives.values():
        for stars in life.rated.values():
            life.figures.add(Figures(ratings=1, content=int(stars >= CONTENT), stars=stars))
        found.setdefault(life.unit_id, Figures()).add(life.figures)
    return found


def _happens(life: _Life, event: Event) -> None:
    figures = life.figures
    if event.kind in RESPONSES and event.at - life.at <= SOON:
        figures.responded = 1
    if event.kind == "case_answered":
        figures.answered = 1
    elif event.kind in _ONCE:
        setattr(figures, _ONCE[event.kind], 1)
    elif event.kind in ("service_rated", "rating_changed") and event.actor_id is not None:
        life.rated[event.actor_id] = int(event.data.get("stars", 0))
    if event.kind in ("case_confirmed", "case_unconfirmed"):
        figures.unsolved = 0 if event.kind == "case_confirmed" else figures.unsolved
    elif event.kind == "case_reopened":
        figures.confirmed = figures.unconfirmed = 0


_ONCE = {
    "case_confirmed": "confirmed",
    "case_unconfirmed": "unconfirmed",
    "case_reopened": "unsolved",
    "case_withdrawn": "withdrawn",
    "case_merged": "joined",
    "case_escalated": "escalated",
}
