"""服务之星, 治理之星: who earned them in a quarter or a year, by the stars of people served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.access import Actor
from domain.appraisals import Earned, Span, places
from domain.ratings import CHANGEABLE
from storage import appraisals as rows
from storage.tx import Tx

PLACES = 3  # so many places are named, with everybody who shares the last of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Stars:
    """Places with who stands there and whether they share it; how many had too few stars to be counted."""

    members: list[tuple[int, Earned, bool]]
    branches: list[tuple[int, Earned, bool]]
    below: int


def last_over(now: datetime, *, whole_year: bool) -> Span:
    """The newest quarter or year whose stars can no longer be changed."""
    return Span.last_over(now, CHANGEABLE, whole_year=whole_year)


def of(tx: Tx, by: Actor, unit_id: int, span: Span) -> Stars:
    """服务之星 among the members, by the number of their stars; 治理之星 among the branches, by the average.

    Raises NotAllowed.
    """
    by.must_run(unit_id)
    units = by.community.below(unit_id)
    members = rows.earned(tx, units, span.start, span.end, by_unit=False)
    branches = rows.earned(tx, units, span.start, span.end, by_unit=True)
    return Stars(
        members=_best(members, {one.id: float(one.stars) for one in members}),
        branches=_best(branches, {one.id: round(one.average, 2) for one in branches}),
        below=sum(not one.enough for one in members),
    )


def _best(found: list[Earned], score: dict[int, float]) -> list[tuple[int, Earned, bool]]:
    enough = {one.id: one for one in found if one.enough}
    return [
        (place, enough[key], shared)
        for place, key, shared in places((key, score[key]) for key in enough)
        if place <= PLACES
    ]
