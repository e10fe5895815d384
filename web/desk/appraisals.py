"""民主评议 at the desk: open a vote on people, see until when it runs, read the count, publish it."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from actions import appraisals as actions
from bot import appraising as telling
from domain.appraisals import Appraisal, AppraisalKind
from domain.community import UnitKind
from domain.errors import NotFound, NothingSaid, VotingOpen
from domain.people import Person
from domain.tree import Unit
from storage import appraisals as rows
from web.desk import announce
from web.desk.announce import Preview
from web.desk.notices import own_units
from web.desk.visit import Visit

SHOWN = 12
DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One vote: while it runs only until when."""

    appraisal: Appraisal
    called: str
    count: str  # empty while it runs
    publishable: bool
    published: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A vote that could be opened now."""

    kind: AppraisalKind
    period: str
    opened: bool  # this period has had its vote
    people: list[Person]
    voters: int


def communities(visit: Visit) -> list[Unit]:
    """The communities in whose name they open a vote."""
    return [one for one in own_units(visit) if one.kind is UnitKind.COMMUNITY]


def page(visit: Visit, *, preview: Preview | None = None) -> Response:
    """The votes of their queues, with a form for each kind."""
    own_units(visit)
    mine = communities(visit)
    asked = visit.number("unit")
    unit = next((one for one in mine if one.id == asked), mine[0] if mine else None)
    found = rows.of_units(visit.tx, visit.actor.queues(), SHOWN)
    return visit.page(
        "appraisals.html",
        mine=mine,
        unit=unit,
        forms=[_form(visit, unit.id, kind) for kind in AppraisalKind] if unit else [],
        entries=[_entry(visit, one) for one in found],
        preview=preview,
        chosen=visit.numbers("person"),
        days=visit.number("days") or DAYS,
        longest=actions.LONGEST,
    )


def _form(visit: Visit, unit_id: int, kind: AppraisalKind) -> Form:
    about = actions.period(kind, visit.now).key
    return Form(
        kind=kind,
        period=telling.span_words(about, visit.locale),
        opened=rows.of_period(visit.tx, unit_id, kind, about) is not None,
        people=actions.candidates(visit.tx, visit.actor, unit_id, kind, visit.now),
        voters=len(actions.voters(visit.tx, visit.actor, unit_id, kind)),
    )


def _entry(visit: Visit, one: Appraisal) -> Entry:
    try:
        count, publishable = _count(visit, one.id, visit.locale)
    except VotingOpen:
        count, publishable = "", False
    return Entry(
        appraisal=one,
        called=telling.called(visit.community, one, visit.locale),
        count=count,
        publishable=publishable and one.unit_id in {mine.id for mine in communities(visit)},
        published=publishable and announce.published(visit, one.unit_id, _told(visit, one.id)),
    )


def _count(visit: Visit, appraisal_id: int, locale: str) -> tuple[str, bool]:
    return telling.count(visit.tx, visit.actor, appraisal_id, visit.now, locale)


def _told(visit: Visit, appraisal_id: int) -> announce.Told:
    return lambda locale: _count(visit, appraisal_id, locale)[0]


# -- what is done ----------------------------------------------------------------------------------
def begin(visit: Visit) -> str | Response:
    """Seen first, then opened: names and roll are frozen with the yes. Raises what the action raises."""
    unit, named = visit.number("unit"), visit.numbers("person")
    if unit not in {one.id for one in communities(visit)} or visit.told("kind") not in set(AppraisalKind):
        raise NotFound()
    kind, days = AppraisalKind(visit.told("kind")), visit.number("days")
    if not named or not days:
        raise NothingSaid()
    if visit.told("sure") != "yes":
        return page(visit, preview=_preview(visit, unit, kind, named, days))
    actions.begin(visit.tx, visit.actor, unit, kind, named, days, visit.now)
    return "/desk/appraisals?said=appraisal_opened"


def _preview(visit: Visit, unit: int, kind: AppraisalKind, named: list[int], days: int) -> Preview:
    form = _form(visit, unit, kind)
    names = [one.name for one in form.people if one.id in named]
    if len(names) != len(named):
        raise NotFound()
    text = visit.say(
        "appraisal.looks",
        unit=visit.community.units[unit].name,
        period=form.period,
        names="、".join(names),
        voters=form.voters,
        days=days,
    )
    fields: announce.Fields = {
        "unit": str(unit),
        "kind": str(kind),
        "days": str(days),
        "person": [str(one) for one in named],
    }
    return Preview(text=text, action="/desk/appraisals/open", fields=fields)


def publish(visit: Visit) -> str | Response:
    """The count as a notice to everybody, seen first. Raises NotFound, VotingOpen, AlreadyDone."""
    key = visit.key("appraisal")
    _, publishable = _count(visit, key, visit.locale)
    appraisal = visit.tx.get(Appraisal, key)
    if (
        appraisal is None
        or not publishable
        or appraisal.unit_id not in {one.id for one in communities(visit)}
    ):
        raise NotFound()
    told = _told(visit, key)
    if visit.told("sure") == "yes":
        return announce.send(visit, appraisal.unit_id, told)
    action = f"/desk/appraisals/{key}/publish"
    return page(visit, preview=announce.preview(visit, appraisal.unit_id, told, action, {}))
