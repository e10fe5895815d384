"""月历: a month of themes and activities on one sheet."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from starlette.responses import Response

from actions import activities
from actions.figures import Period
from domain.calendar import BEIJING
from domain.errors import NothingSaid
from domain.notices import Activity
from storage import desk_notices as rows
from web.desk.notices import own_unit, own_units
from web.desk.visit import Visit, whole

_TITLE, _WHERE, _PLACES = 60, 120, 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One square of the sheet."""

    day: date
    inside: bool  # of this month
    today: bool
    free: bool  # nobody works
    activities: list[Activity]


def _month(visit: Visit) -> Period:
    try:
        asked = Period.read(visit.told("month"))
    except ValueError:
        return Period.month_of(visit.now)
    return asked if asked.month else Period(year=asked.year, month=1)


def _named(visit: Visit, month: str) -> str:
    year, _, number = month.partition("-")
    return visit.word("month", year=year, month=int(number))


def _beside(period: Period, by: int) -> str:
    number = period.year * 12 + (period.month or 1) - 1 + by
    return f"{number // 12}-{number % 12 + 1:02d}"


def page(visit: Visit) -> Response:
    """The sheet, and the forms that write on it."""
    units, month = own_units(visit), _month(visit)
    seen = sorted({*visit.actor.queues(), *(up.id for one in units for up in visit.community.up(one.id))})
    name = f"{month.year}-{month.month:02d}"
    found = rows.in_span(visit.tx, seen, month.start - timedelta(days=7), month.end + timedelta(days=7))
    mine = {one.id for one in units}
    return visit.page(
        "calendar.html",
        mine=units,
        beijing=BEIJING,
        month=name,
        month_name=visit.word("month", year=month.year, month=month.month),
        before=_beside(month, -1),
        after=_beside(month, 1),
        weeks=_weeks(visit, month, found),
        themes=[
            (one, visit.community.units[one.unit_id].name) for one in rows.themes_of(visit.tx, seen, name)
        ],
        activities=[
            (one, visit.community.units[one.unit_id].name, one.unit_id in mine and one.starts_at > visit.now)
            for one in found
            if month.start <= one.starts_at < month.end
        ],
        given={key: visit.told(key) for key in ("title", "day", "time", "where", "places", "theme")},
        months=[(key, _named(visit, key)) for key in (name, _beside(month, 1))],
    )


def _weeks(visit: Visit, month: Period, found: list[Activity]) -> list[list[Day]]:
    today, calendar = visit.now.astimezone(BEIJING).date(), visit.community.calendar
    by_day: dict[date, list[Activity]] = {}
    for one in found:
        by_day.setdefault(one.starts_at.astimezone(BEIJING).date(), []).append(one)
    return [
        [
            Day(
                day=day,
                inside=day.month == month.month,
                today=day == today,
                free=not calendar.works_on(day),
                activities=by_day.get(day, []),
            )
            for day in week
        ]
        for week in months.Calendar().monthdatescalendar(month.year, month.month or 1)
    ]


def plan(visit: Visit) -> str:
    """An activity people can join. Raises NothingSaid, NoSuchTime."""
    unit, title, where = own_unit(visit), visit.told("title")[:_TITLE], visit.told("where")[:_WHERE]
    starts = _starts(visit)
    if not (title and where):
        raise NothingSaid()
    places = min(whole(visit.told("places")), _PLACES)
    activities.plan(
        visit.tx, visit.actor, unit, title=title, starts_at=starts, where=where, places=places, now=visit.now
    )
    return f"/desk/calendar?month={starts:%Y-%m}&said=activity_planned"


def _starts(visit: Visit) -> datetime:
    """The day and the hour of a form, in Beijing. Raises NothingSaid."""
    try:
        return datetime.fromisoformat(f"{visit.told('day')}T{visit.told('time')}").replace(tzinfo=BEIJING)
    except ValueError:
        raise NothingSaid() from None


def move(visit: Visit) -> str:
    """Another time or place; everybody who signed up hears so. Raises NothingSaid, NoSuchTime."""
    own_units(visit)
    where = visit.told("where")[:_WHERE]
    if not where:
        raise NothingSaid()
    starts = _starts(visit)
    activities.move(
        visit.tx, visit.actor, visit.key("activity"), starts_at=starts, where=where, now=visit.now
    )
    return f"/desk/calendar?month={starts:%Y-%m}&said=activity_moved"


def set_theme(visit: Visit) -> str:
    """The theme of a month; setting it again renames it. Raises NothingSaid."""
    unit, month, title = own_unit(visit), _month(visit), visit.told("theme")[:_TITLE]
    if not title:
        raise NothingSaid()
    name = f"{month.year}-{month.month:02d}"
    activities.set_theme(visit.tx, visit.actor, unit, name, title, visit.now)
    return f"/desk/calendar?month={name}&said=theme_set"


def call_off(visit: Visit) -> str:
    """Everybody who signed up hears so."""
    own_units(visit)
    activity = activities.cancel(visit.tx, visit.actor, visit.key("activity"), visit.now)
    return f"/desk/calendar?month={activity.starts_at.astimezone(BEIJING):%Y-%m}&said=activity_cancelled"
