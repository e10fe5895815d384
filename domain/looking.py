"""What a desk looks at rather than reads: how fast somebody answered, what grows, where it gathers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.calendar import BEIJING
from domain.events import Event
from domain.figures import RESPONSES

WITHIN = (timedelta(hours=1), timedelta(hours=4), timedelta(hours=8), timedelta(hours=24), timedelta(days=3))
"""Bounds of the spans in which a first response is counted; then come the later ones, then none at all."""
SPANS = len(WITHIN) + 2
SEEN = frozenset(RESPONSES | {"case_reported"})


def response_times(events: Iterable[Event], start: datetime, end: datetime) -> dict[int, tuple[int, ...]]:
    """For every unit, how many cases reported in [start, end) had their first response within each span.

    `events` are those of SEEN from `start` on, in their order. The last number is those without any.
    """
    began: dict[int, tuple[int, datetime]] = {}
    first: dict[int, datetime] = {}
    for event in events:
        case = event.subject_id if event.subject == "case" else event.data.get("case")
        if event.kind == "case_reported":
            if start <= event.at < end and event.unit_id is not None:
                began[event.subject_id] = (event.unit_id, event.at)
        elif isinstance(case, int) and case in began:
            first.setdefault(case, event.at)
    found: dict[int, Counter[int]] = defaultdict(Counter)
    for case, (unit, at) in began.items():
        found[unit][_span(first.get(case), at)] += 1
    return {unit: tuple(counted[n] for n in range(SPANS)) for unit, counted in found.items()}


def _span(answered: datetime | None, at: datetime) -> int:
    if answered is None:
        return SPANS - 1
    return next((n for n, bound in enumerate(WITHIN) if answered - at <= bound), len(WITHIN))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """How often a category was reported, month by month, oldest first."""

    category: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


def trends(reported: Iterable[tuple[str, datetime]], months: tuple[str, ...]) -> list[Trend]:
    """Of (category, moment) the counts in these months ("2026-11"), the most frequent category first."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for category, at in reported:
        counted[category][f"{at.astimezone(BEIJING):%Y-%m}"] += 1
    found = [
        Trend(category=category, counts=tuple(by_month[month] for month in months))
        for category, by_month in counted.items()
    ]
    return sorted((one for one in found if one.total), key=lambda one: (-one.total, one.category))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A building or a public spot on the plan with how many cases it had; x and y in the plan's own units."""

    id: int
    name: str
    estate: str
    x: float
    y: float
    count: int


def hottest(spots: Iterable[Spot], limit: int) -> list[Spot]:
    """The places with the most cases."""
    return sorted((one for one in spots if one.count), key=lambda one: (-one.count, one.id))[:limit]


def heat(count: int, most: int) -> int:
    """0 (nothing) to 4 (the hottest there is), for a colour."""
    if not count or not most:
        return 0
    return max(1, min(4, -(-4 * count // most)))


def summed(parts: Mapping[int, tuple[int, ...]], units: Iterable[int]) -> tuple[int, ...]:
    """The numbers of several units together."""
    found = [parts[unit] for unit in units if unit in parts]
    return tuple(sum(column) for column in zip(*found, strict=True)) if found else (0,) * SPANS
