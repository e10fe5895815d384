"""The figures page, its tables as CSV, and the same as a report for paper."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from actions import figures as account
from actions import looking
from actions.figures import Period
from actions.looking import View
from bot import exports
from bot.month_report import month_report
from domain.errors import NotAllowed, NotFound
from domain.figures import FEWEST, Figures
from domain.looking import WITHIN, hottest
from domain.people import RUNS_A_QUEUE
from storage import desk_queue
from web.desk import charts
from web.desk.rows import words_of
from web.desk.visit import Visit

HOTTEST = 10
TRENDS = 8
PERIODS = 12
RATES = ("response_rate", "solution_rate", "content_rate")
Sheet = tuple[list[str], list[list[exports.Cell]]]


def _view(visit: Visit) -> View:
    unit, period = _asked(visit)
    return looking.view(visit.tx, visit.actor, unit, period, visit.now)


def _asked(visit: Visit) -> tuple[int, Period]:
    """Of which unit and period; nonsense is this month. Raises NotAllowed for who runs none."""
    unit = visit.number("unit") or looking.top_of(visit.actor).id
    if unit not in visit.community.units or not visit.actor.has(RUNS_A_QUEUE):
        raise NotAllowed()
    try:
        return unit, Period.read(visit.told("period"))
    except ValueError:
        return unit, Period.month_of(visit.now)


def written(period: Period) -> str:
    return f"{period.year}-{period.month:02d}" if period.month else str(period.year)


def figures(visit: Visit) -> Response:
    """The page with its drawings."""
    return visit.page("figures.html", **_facts(visit, _view(visit)), report=False)


def report(visit: Visit) -> Response:
    """The month's report: the same figures on white paper."""
    return visit.page("report.html", **_facts(visit, _view(visit)), report=True)


def send_report(visit: Visit) -> str:
    """The month as a picture into their own chat. Raises NotFound for what is no month."""
    unit_id, period = _asked(visit)
    if period.month is None:
        raise NotFound()
    report = month_report(visit.tx, visit.actor, unit_id, period, visit.now, visit.keep_picture)
    account.ask_report(visit.tx, visit.actor, report.unit.id, report.words, report.file_id, visit.now)
    return f"/desk/figures?unit={unit_id}&period={written(period)}&said=report_sent"


def _facts(visit: Visit, view: View) -> dict[str, Any]:
    labels = spans(visit)
    months = [Period.month_of(visit.now, back) for back in range(PERIODS)]
    years = sorted({one.year for one in months}, reverse=True)
    return {
        "view": view,
        "period": written(view.period),
        "period_name": period_name(visit, view.period),
        "periods": [
            (written(one), period_name(visit, one))
            for one in (*months, *(Period(year=year) for year in years))
        ],
        "rates": [(name, rate(visit, getattr(view.whole, name))) for name in RATES],
        "below": [
            (unit, own, [rate(visit, getattr(own, name)) for name in RATES]) for unit, own in view.below
        ],
        "fewest": FEWEST,
        "bars": charts.columns(labels, view.responses, dull=len(labels) - 1),
        "spans": list(zip(labels, view.responses, strict=True)),
        "lines": [
            (category(visit, one.category), one, charts.line(one.counts)) for one in view.trends[:TRENDS]
        ],
        "growing": _growing(visit, view),
        "plan": charts.plan(view.spots),
        "hot": hottest(view.spots, HOTTEST),
        "query": f"unit={view.unit.id}&period={written(view.period)}",
    }


def period_name(visit: Visit, period: Period) -> str:
    if period.month is None:
        return visit.say("figures.year", year=period.year)
    return visit.word("month", year=period.year, month=period.month)


def category(visit: Visit, key: str) -> str:
    return visit.community.category_name(key, visit.locale)


def rate(visit: Visit, share: float | None) -> str:
    """A share in per cent; of too few nothing is said, so that nobody can be found in it."""
    return visit.say("figures.too_few") if share is None else f"{share:.0%}"


def spans(visit: Visit) -> list[str]:
    """What the bars of the response times stand for."""
    hours = [int(bound.total_seconds() // 3600) for bound in WITHIN]
    names = [
        visit.say("figures.hours", count=hour) if hour < 72 else visit.say("figures.days", count=hour // 24)
        for hour in hours
    ]
    return [*names, visit.say("figures.later"), visit.say("figures.never")]


def _growing(visit: Visit, view: View) -> list[dict[str, Any]]:
    places = desk_queue.place_names(visit.tx, {one.place_id for one, _ in view.growing if one.place_id})
    return [
        {
            "case": case,
            "size": size,
            "place": places.get(case.place_id or 0, "") or visit.word("no_place"),
            "category": category(visit, case.category),
            "words": words_of(visit, case)[:40],
        }
        for case, size in view.growing
    ]


# -- the tables for a spreadsheet --------------------------------------------------------------------
def _counts(own: Figures) -> list[exports.Cell]:
    return [own.reported, own.standing, own.answered, own.escalated, own.confirmed, own.unsolved, own.ratings]


def _units(visit: Visit, view: View) -> Sheet:
    names = (
        "unit",
        "reported",
        "standing",
        "answered",
        "escalated",
        "confirmed",
        "unsolved",
        "ratings",
        *RATES,
    )
    rows = [
        [unit.name, *_counts(own), *(rate(visit, getattr(own, name)) for name in RATES)]
        for unit, own in ((view.unit, view.whole), *view.below)
    ]
    return [visit.say(f"sheet.{name}") for name in names], rows


def _responses(visit: Visit, view: View) -> Sheet:
    rows: list[list[exports.Cell]] = [
        [label, count] for label, count in zip(spans(visit), view.responses, strict=True)
    ]
    return [visit.say("sheet.span"), visit.say("sheet.cases")], rows


def _trends(visit: Visit, view: View) -> Sheet:
    rows: list[list[exports.Cell]] = [
        [category(visit, one.category), *one.counts, one.total] for one in view.trends
    ]
    return [visit.say("sheet.category"), *view.months, visit.say("sheet.total")], rows


def _places(visit: Visit, view: View) -> Sheet:
    rows: list[list[exports.Cell]] = [
        [one.estate, one.name, one.count] for one in hottest(view.spots, len(view.spots))
    ]
    return [visit.say(f"sheet.{name}") for name in ("estate", "place", "cases")], rows


def _clusters(visit: Visit, view: View) -> Sheet:
    rows: list[list[exports.Cell]] = [
        [one["case"].number, one["category"], one["place"], one["size"], one["case"].created_at]
        for one in _growing(visit, view)
    ]
    return [
        visit.say(f"sheet.{name}") for name in ("number", "category", "place", "households", "since")
    ], rows


SHEETS: dict[str, Callable[[Visit, View], Sheet]] = {
    "units": _units,
    "responses": _responses,
    "trends": _trends,
    "places": _places,
    "clusters": _clusters,
}


def sheet(visit: Visit) -> Response:
    """One table as CSV: UTF-8 with the mark a spreadsheet needs, and no cell it would run."""
    made = SHEETS.get(str(visit.request.path_params.get("sheet", "")))
    if made is None:
        raise NotFound()
    view = _view(visit)
    head, rows = made(visit, view)
    name = f"{visit.request.path_params['sheet']}-{view.unit.key}-{written(view.period)}.csv"
    return as_csv(name, head, rows)


def as_csv(name: str, head: Sequence[str], rows: Iterable[Sequence[exports.Cell]]) -> Response:
    """A table to be downloaded."""
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(head)
    table.writerows([exports.safe(cell) for cell in row] for row in rows)
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(
        "\ufeff" + file.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": disposition},
    )
