"""The figures of a unit as its desk looks at them: drill-down, spans, trends, clusters and places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from actions.figures import SETTLES, Period, account
from domain.access import Actor
from domain.case import Case
from domain.errors import NotAllowed
from domain.figures import Figures
from domain.looking import SEEN, Spot, Trend, response_times, summed, trends
from domain.people import RUNS_A_QUEUE
from domain.tree import QUEUES, Unit
from storage import figures as log
from storage import looking as rows
from storage.tx import Tx

MONTHS = 6
HOT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything the figures page shows of one unit and one period."""

    unit: Unit
    above: list[Unit]  # those of the levels above that the reader runs, highest first
    period: Period
    whole: Figures
    below: list[tuple[Unit, Figures]]
    responses: tuple[int, ...]
    months: tuple[str, ...]
    trends: list[Trend]
    growing: list[tuple[Case, int]]
    spots: list[Spot]


def top_of(by: Actor) -> Unit:
    """The highest unit whose queue somebody runs. Raises NotAllowed for those who run none."""
    mine = [by.community.units[one] for one in by.units(RUNS_A_QUEUE)]
    if not mine:
        raise NotAllowed()
    return min(mine, key=lambda one: (one.path.count("/"), one.id))


def view(tx: Tx, by: Actor, unit_id: int, period: Period, now: datetime) -> View:
    """The figures of a unit they run and of the units below it. Raises NotAllowed."""
    top_of(by)
    if unit_id not in by.community.units:
        raise NotAllowed()
    by.must_run(unit_id)
    community = by.community
    unit, inside = community.units[unit_id], community.below(unit_id)
    counted = account(tx, community, period)
    below = [one for one in community.units.values() if one.parent_id == unit_id and one.kind in QUEUES]
    times = log.log(tx, SEEN, period.start, period.end + SETTLES)
    months = tuple(_name(Period.month_of(now, back)) for back in reversed(range(MONTHS)))
    reported = rows.reported(tx, inside, Period.month_of(now, MONTHS - 1).start, now)
    return View(
        unit=unit,
        above=[one for one in reversed(list(community.up(unit_id))) if by.runs(one.id) and one.id != unit_id],
        period=period,
        whole=counted.get(unit_id, Figures()),
        below=[(one, counted.get(one.id, Figures())) for one in sorted(below, key=lambda one: one.id)],
        responses=summed(response_times(times, period.start, period.end), inside),
        months=months,
        trends=trends(reported, months),
        growing=rows.growing(tx, by.reach(), inside),
        spots=rows.spots(tx, by.reach(), inside, now - HOT_FOR),
    )


def _name(period: Period) -> str:
    return f"{period.year}-{period.month:02d}"
