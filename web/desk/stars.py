"""评星 at the desk: who earned the stars of a quarter or a year, with the sums; published are places."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from actions import stars as actions
from bot import appraising as telling
from domain.appraisals import FEWEST_RATINGS, LEAST_AVERAGE, Span
from domain.errors import NotFound
from storage import desk_queue
from web.desk import announce
from web.desk.announce import Preview
from web.desk.notices import own_unit, own_units
from web.desk.visit import Visit

QUARTERS, YEARS = 4, 2  # that can be looked at


def _span(visit: Visit) -> Span:
    """The one that was asked for, else the newest quarter; never one whose stars can still change."""
    newest = actions.last_over(visit.now, whole_year=False)
    return telling.settled(Span.read(visit.told("period")) or newest, visit.now)


def _spans(visit: Visit) -> list[Span]:
    found = []
    for whole_year, count in ((False, QUARTERS), (True, YEARS)):
        span = actions.last_over(visit.now, whole_year=whole_year)
        for _ in range(count):
            found.append(span)
            span = Span.around(span.start - timedelta(days=1), whole_year=whole_year)
    return found


def page(visit: Visit, *, preview: Preview | None = None) -> Response:
    """The places with their sums, for the desk."""
    unit, span = own_unit(visit), _span(visit)
    found = actions.of(visit.tx, visit.actor, unit, span)
    names = desk_queue.names(visit.tx, {one.id for _, one, _ in found.members})
    units = {one.id: visit.community.units[one.id].name for _, one, _ in found.branches}
    return visit.page(
        "stars.html",
        mine=own_units(visit),
        unit=visit.community.units[unit],
        span=span,
        spans=[(one.key, telling.span_words(one.key, visit.locale)) for one in _spans(visit)],
        period=telling.span_words(span.key, visit.locale),
        tables=[("members", found.members, names), ("branches", found.branches, units)],
        below=found.below,
        some=bool(found.members or found.branches),
        published=announce.published(visit, unit, _told(visit, unit, span)),
        preview=preview,
        fewest=FEWEST_RATINGS,
        average=f"{LEAST_AVERAGE:.0f}",
    )


def _told(visit: Visit, unit: int, span: Span) -> announce.Told:
    """Without the sums."""
    tx, by, now = visit.tx, visit.actor, visit.now
    return lambda locale: telling.earned(tx, by, unit, span, now, locale, sums=False)[0]


def publish(visit: Visit) -> str | Response:
    """The places as a notice to everybody, seen first. Raises NotFound, AlreadyDone."""
    unit, span = own_unit(visit), _span(visit)
    found = actions.of(visit.tx, visit.actor, unit, span)
    if not (found.members or found.branches):
        raise NotFound()
    told = _told(visit, unit, span)
    if visit.told("sure") == "yes":
        return announce.send(visit, unit, told)
    fields = {"unit": str(unit), "period": span.key}
    action = "/desk/appraisals/stars/publish"
    return page(visit, preview=announce.preview(visit, unit, told, action, fields))
