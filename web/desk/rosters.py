"""人员 → 导入名册: a sheet is handed in, looked at, and written when somebody says yes."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from actions import rosters
from bot import texts
from domain.people import Person
from domain.rosters import SHOWN, WAITING, Found, Roster
from storage import desk_history
from storage import rosters as rows
from web.desk.notices import own_unit, own_units
from web.desk.visit import Visit

HOME = "/desk/people/import"
LAST = 10


def page(visit: Visit) -> Response:
    """The form, what they handed in today, and who brought in what before."""
    mine = own_units(visit)
    before = desk_history.imports(visit.tx, [one.id for one in mine], LAST)
    return visit.page(
        "rosters.html",
        mine=mine,
        handed_in=rows.latest(visit.tx, visit.actor.id),
        before=[(one, _name(visit, one.actor_id), visit.community.units[one.unit_id or 0]) for one in before],
    )


def _name(visit: Visit, person_id: int | None) -> str:
    person = visit.tx.get(Person, person_id)
    return person.name if person else ""


def hand_in(visit: Visit) -> str:
    """Keeps the sheet; somebody reads it at once. Raises NothingSaid without a file."""
    name = str(getattr(visit.form.get("sheet"), "filename", "") or "")
    content = visit.files.get("sheet", b"")
    kept = rosters.hand_in(visit.tx, visit.actor, own_unit(visit), name, content, visit.now)
    return f"{HOME}/{kept.id}"


def shown(visit: Visit) -> Response:
    """How far a sheet is, or what it would do, or what is wrong with it."""
    return visit.page("roster.html", **_facts(visit, rosters.own(visit.tx, visit.actor, visit.key("roster"))))


def progress(visit: Visit) -> Response:
    """The same while it is being read; the page looks again when that is over."""
    roster = rosters.own(visit.tx, visit.actor, visit.key("roster"))
    response = visit.page("roster_progress.html", roster=roster)
    if roster.state not in WAITING:
        response.headers["HX-Redirect"] = f"{HOME}/{roster.id}"
    return response


def _facts(visit: Visit, roster: Roster) -> dict[str, Any]:
    waits = roster.state in WAITING
    found = Found() if waits else rows.found(visit.tx, roster.id)
    return {
        "roster": roster,
        "waits": waits,
        "unit": visit.community.units[roster.unit_id].name,
        "found": found,
        "problems": [
            (row, column, texts.say(visit.locale, key, **facts)) for row, column, key, facts in found.problems
        ],
        "listed": SHOWN,
        "changes": [
            (one, "、".join(visit.say(f"roster.field.{field}") for field in one.fields))
            for one in found.changes
        ],
    }


def confirm(visit: Visit) -> str:
    """Yes to what was seen. Raises ChangedMeanwhile when that is not what there is now."""
    roster = rosters.confirm(
        visit.tx, visit.actor, visit.key("roster"), visit.told("digest"), visit.told("plan")
    )
    return f"{HOME}/{roster.id}"
