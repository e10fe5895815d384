"""The account of a month or a year: per unit with everything below it, and what one member has done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from actions import own_ratings
from domain.access import Actor
from domain.calendar import BEIJING
from domain.events import Event
from domain.figures import FEWEST, KINDS, Figures, by_month, counted
from domain.proposals import KINDS as DECIDED
from domain.proposals import Decisions, of_units
from domain.service import KINDS as SERVICE
from domain.service import Service, served
from domain.tree import Community, Unit
from storage import cases, looking
from storage import figures as rows
from storage.tx import Tx

SETTLES = timedelta(days=45)  # what happens later to a case of the period does not change its account


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A month or a year, in Beijing time."""

    year: int
    month: int | None = None

    @property
    def start(self) -> datetime:
        return datetime.combine(date(self.year, self.month or 1, 1), time(), BEIJING)

    @property
    def end(self) -> datetime:
        if self.month is None or self.month == 12:
            return datetime.combine(date(self.year + 1, 1, 1), time(), BEIJING)
        return datetime.combine(date(self.year, self.month + 1, 1), time(), BEIJING)

    @classmethod
    def month_of(cls, now: datetime, back: int = 0) -> Period:
        """The month of a moment, or so many months before."""
        here = now.astimezone(BEIJING)
        months = here.year * 12 + here.month - 1 - back
        return cls(year=months // 12, month=months % 12 + 1)

    @classmethod
    def read(cls, text: str) -> Period:
        """From `2026` or `2026-11`. Raises ValueError."""
        year, _, month = text.partition("-")
        period = cls(year=int(year), month=int(month) if month else None)
        if not 2000 <= period.year <= 2999 or not 1 <= (period.month or 1) <= 12:
            raise ValueError(text)
        return period


def account(tx: Tx, community: Community, period: Period) -> dict[int, Figures]:
    """Every unit's figures with those of all below it, from the log of events alone."""
    log = rows.log(tx, KINDS, period.start, period.end + SETTLES)
    whole: dict[int, Figures] = {}
    for unit_id, own in counted(log, period.start, period.end).items():
        for unit in community.up(unit_id):
            whole.setdefault(unit.id, Figures()).add(own)
    return whole


def of_unit(tx: Tx, by: Actor, unit_id: int, period: Period) -> tuple[Unit, Figures]:
    """The account of a unit they run. Raises NotAllowed."""
    by.must_run(unit_id)
    return by.community.units[unit_id], account(tx, by.community, period).get(unit_id, Figures())


@dataclass(frozen=True, slots=True, kw_only=True)
class Categories:
    """How often each category was reported. Of fewer than FEWEST only the sum of all of them is told."""

    told: list[tuple[str, int]]  # the most frequent first
    others: int


def categories(tx: Tx, by: Actor, unit_id: int, period: Period) -> Categories:
    """The categories of a unit they run and of everything below it. Raises NotAllowed."""
    by.must_run(unit_id)
    reported = looking.reported(tx, by.community.below(unit_id), period.start, period.end)
    counted = Counter(category for category, _ in reported)
    told = sorted(
        ((key, count) for key, count in counted.items() if count >= FEWEST),
        key=lambda one: (-one[1], one[0]),
    )
    return Categories(told=told, others=counted.total() - sum(count for _, count in told))


def keep_picture(tx: Tx, by: Actor, sha256: str, mime: str, size: int, now: datetime) -> int:
    """Notes that a picture drawn for somebody is theirs: nobody else is shown it."""
    return cases.keep_file(tx, by.id, sha256, mime, size, now)


def ask_report(tx: Tx, by: Actor, unit_id: int, words: str, file_id: int, now: datetime) -> None:
    """A month's report goes into the chat of whoever asked for it at the desk. Raises NotAllowed."""
    by.must_run(unit_id)
    tx.add(
        Event(
            kind="report_asked",
            at=now,
            subject="file",
            subject_id=file_id,
            actor_id=by.id,
            unit_id=unit_id,
            data={"words": words},
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class YearBook:
    """量化计分: a year, by unit, by month and unit, by unit and person, and what each unit decided."""

    units: dict[int, Figures]
    months: dict[tuple[str, int], Figures]
    service: dict[tuple[int, int], Service]
    decisions: dict[int, Decisions]  # by the unit that decided
    events: int  # how many were read


def year_book(
    tx: Tx, community: Community, period: Period, read: Callable[[int], None] = lambda _count: None
) -> YearBook:
    """The year from the record alone, read once. The months are those of the year's own end: they add up.

    `read` hears how many events have been read.
    """
    log: list[Event] = []
    for event in rows.log(tx, KINDS | SERVICE | DECIDED, period.start, period.end + SETTLES):
        log.append(event)
        read(len(log))
    units: dict[int, Figures] = {}
    months: dict[tuple[str, int], Figures] = {}
    for (unit_id, month), own in by_month(log, period.start, period.end).items():
        for unit in community.up(unit_id):
            units.setdefault(unit.id, Figures()).add(own)
            months.setdefault((month, unit.id), Figures()).add(own)
    service = served(log, period.start, period.end)
    decided = of_units(log, period.start, period.end)
    return YearBook(units=units, months=months, service=service, decisions=decided, events=len(log))


def size(tx: Tx, period: Period) -> int:
    """How many events a year book reads."""
    return rows.count(tx, KINDS | SERVICE | DECIDED, period.start, period.end + SETTLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a member has done this year. Ratings come a month late and in batches, so nobody knows whose."""

    done: int
    ratings: int
    average: float | None  # None before the first batch


def of_member(tx: Tx, by: Actor, now: datetime) -> Record:
    """Their own record; nobody else's can be asked for."""
    year = Period(year=now.astimezone(BEIJING).year)
    log = rows.log(tx, ("case_answered", "post_finished"), year.start, year.end)
    done = sum(1 for event in log if event.actor_id == by.id)
    ratings, stars = own_ratings.shown(tx, by, year.start, year.end)
    return Record(done=done, ratings=ratings, average=stars / ratings if ratings else None)
