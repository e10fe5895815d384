"""公示栏: what everybody may see of a community's cases, so that nobody can be found in it.

Counts are rounded down to fives and a cell of fewer than five is not told; docs/decisions says why.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from domain.calendar import BEIJING
from domain.case import Case, CaseKind
from domain.figures import FEWEST

MONTHS = 12
DAYS = (1, 3, 7, 15, 30)  # what a time is rounded up to


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """As much of one public case as the board looks at. `spots` are its places, the narrowest first."""

    category: str
    home_id: int  # the unit it belongs to: the branch of its place, or whoever got it
    spots: tuple[str, ...] = ()
    reporter_id: int
    households: int = 1
    reported: datetime
    closed: datetime | None = None
    confirmed: bool = False  # the resident said: solved


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: None stands for fewer than five."""

    name: str
    open: int | None
    closed: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Cases of one category, place and state that enough people stand behind."""

    category: str
    spot: str
    closed: bool
    cases: int | None
    households: int | None
    days: int | None  # half of them took (or have been waiting) no longer; None: more than the last of DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything one unit's board shows."""

    open: int | None
    closed: int | None
    confirmed: int | None
    unconfirmed: int | None
    categories: tuple[Line, ...]
    months: tuple[Line, ...]  # `name` is the month, `open` what was reported in it, `closed` what was closed
    groups: tuple[Group, ...]


def shown(count: int) -> int | None:
    """Rounded down to fives; None for fewer than five."""
    return count - count % FEWEST or None


def since(now: datetime) -> datetime:
    """The first moment a board looks back to: a whole month, MONTHS with the present one."""
    return datetime.combine(_months(now)[0], datetime.min.time(), BEIJING)


def made(matters: Sequence[Matter], categories: Iterable[str], now: datetime) -> Board:
    """The board of these matters. `categories` are all there could be: whether one occurs is not told."""
    opened = Counter(one.category for one in matters if one.closed is None)
    ended = [one for one in matters if one.closed is not None]
    closed = Counter(one.category for one in ended)
    confirmed = sum(one.confirmed for one in ended)
    reported_in = Counter(_month(one.reported) for one in matters)
    closed_in = Counter(_month(one.closed) for one in ended if one.closed)
    names, months = sorted(set(categories)), _months(now)
    of_open = [opened[name] for name in names]
    of_closed = [closed[name] for name in names]
    of_months = [closed_in[month] for month in months]
    in_all = [reported_in[month] for month in months]
    in_all.append(len(matters) - sum(in_all))  # what is older and still open
    outcomes = [confirmed, len(ended) - confirmed]
    total_open = covered(len(matters) - len(ended), [of_open])
    total_closed = covered(len(ended), [of_closed, of_months, outcomes])
    while total_closed > 0 and tells(total_open + total_closed, in_all):
        total_closed -= FEWEST
    return Board(
        open=total_open or None,
        closed=total_closed or None,
        confirmed=shown(confirmed),
        unconfirmed=shown(len(ended) - confirmed),
        categories=_lines(names, opened, closed),
        months=_lines([f"{month:%Y-%m}" for month in months], _named(reported_in), _named(closed_in)),
        groups=tuple(_groups(matters, now)),
    )


def covered(count: int, parts: Iterable[Sequence[int]]) -> int:
    """A total, rounded down so far that with its parts it tells no more than the parts alone."""
    total = count - count % FEWEST
    while total > 0 and any(tells(total, part) for part in parts):
        total -= FEWEST
    return total


def tells(total: int, parts: Sequence[int]) -> bool:
    """Whether somebody who sees a total and its rounded parts learns more of one part than its five.

    Each part may be up to four more than what is shown. When the total is so high that all but one at
    their most do not explain it, that one is found to be higher than it looks.
    """
    unexplained = total - sum(part - part % FEWEST for part in parts)
    return unexplained > (FEWEST - 1) * (len(parts) - 1)


def _groups(matters: Sequence[Matter], now: datetime) -> list[Group]:
    """Each case stands in one group: that of its narrowest place with enough people, else a wider one."""
    left: dict[tuple[str, bool], list[tuple[Matter, int]]] = defaultdict(list)
    for one in matters:
        left[one.category, one.closed is not None].append((one, 0))
    found = []
    for (category, closed), kin in left.items():
        several = kin
        while several:
            places: dict[str, list[tuple[Matter, int]]] = defaultdict(list)
            for one, depth in several:
                places[one.spots[depth] if depth < len(one.spots) else ""].append((one, depth))
            several = []
            for spot, here in places.items():
                group = [one for one, _ in here]
                if people(group) >= FEWEST:
                    found.append(_group(category, spot, closed, group, now))
                elif spot:
                    several += [(one, depth + 1) for one, depth in here]
    return sorted(found, key=lambda one: (one.closed, -(one.households or 0), one.category, one.spot))


def people(matters: Iterable[Matter]) -> int:
    """How many different people stand behind some cases, at least: whoever reports ten is one."""
    largest: dict[int, int] = {}
    for one in matters:
        largest[one.reporter_id] = max(largest.get(one.reporter_id, 1), one.households)
    return sum(largest.values())


def _group(category: str, spot: str, closed: bool, group: Sequence[Matter], now: datetime) -> Group:
    took = [((one.closed or now) - one.reported).total_seconds() / 86_400 for one in group]
    middle = median(took)
    return Group(
        category=category,
        spot=spot,
        closed=closed,
        cases=shown(len(group)),
        households=shown(people(group)),
        days=next((days for days in DAYS if middle <= days), None),
    )


def _lines(names: Iterable[str], opened: Mapping[str, int], closed: Mapping[str, int]) -> tuple[Line, ...]:
    return tuple(
        Line(name=name, open=shown(opened.get(name, 0)), closed=shown(closed.get(name, 0))) for name in names
    )


def _named(counted: Counter[date]) -> dict[str, int]:
    return {f"{month:%Y-%m}": count for month, count in counted.items()}


def _month(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date().replace(day=1)


def _months(now: datetime) -> list[date]:
    """The present month and those before it, oldest first."""
    here = _month(now)
    last = here.year * 12 + here.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - MONTHS + 1, last + 1)]


def public(case: Case, hidden: Collection[str]) -> bool:
    """Whether everybody may know that there is such a case; `hidden` are categories nobody is to see."""
    seen = case.kind is CaseKind.ISSUE and not (case.private or case.urgent or case.anonymity)
    return seen and case.subject_unit_id is None and case.category not in hidden
