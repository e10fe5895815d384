"""The queue page, the part of it that looks again by itself, and an entry for somebody at the counter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from actions import cases, on_behalf, people, return_visits
from actions import places as place_actions
from domain.case import Case
from domain.desk_queue import Part
from domain.errors import AlreadyDone, NotFound, NothingSaid
from domain.people import Person, RoleKind
from domain.tree import QUEUES
from storage import cases as case_rows
from storage import desk_case
from storage import desk_queue as rows
from storage import people as person_rows
from web.desk import mine
from web.desk.rows import Listing, listing
from web.desk.visit import Visit

_MEMBERS = 200  # names in the list for several cases at once
_MOMENT = timedelta(minutes=1)


def queue(visit: Visit) -> Response:
    """The whole page; what is left of a panel whose case has gone."""
    if "hx-request" in visit.request.headers:
        return changed(visit.page("gone.html"))
    found = listing(visit)
    reach = visit.actor.reach()
    units = visit.community.units
    return visit.page(
        "queue.html",
        categories=[
            (key, visit.community.category_name(key, visit.locale)) for key in visit.community.categories
        ],
        estates=rows.estates_of(visit.tx, reach),
        owners=rows.owners(visit.tx, reach),
        branches=[units[one] for one in reach.units],
        offered=[
            (offer, case, units[case.unit_id].name)
            for offer, case in desk_case.offered(visit.tx, reach)
            if not visit.actor.is_subject(case)
        ],
        asked_of_me=mine.offered(visit),
        visits=len(return_visits.waiting(visit.tx, visit.actor)),
        assigned=_assigned(visit),
        **_rows(visit, found),
    )


def _assigned(visit: Visit) -> str:
    done, left = visit.number("assigned"), visit.number("left")
    if not (done or left):
        return ""
    return visit.say("said.assigned_some" if left else "said.assigned_all", count=done, left=left)


def again(visit: Visit) -> Response:
    """The rows when anything changed since the browser looked; 204 when nothing did."""
    found = listing(visit)
    if visit.told("stamp") == found.stamp:
        return Response(status_code=204)
    return visit.page("rows.html", **_rows(visit, found))


def _rows(visit: Visit, found: Listing) -> dict[str, Any]:
    after = {"after": visit.told("after")} if visit.told("after") else {}
    told = {"part": found.wanted.part} | found.query | after | {"stamp": found.stamp}
    return {
        "listing": found,
        "parts": list(Part),
        "again": urlencode(told),
        "several": sum(visit.community.units[one].kind in QUEUES for one in visit.actor.queues()) > 1,
        "members": _members(visit, found),
    }


def _members(visit: Visit, found: Listing) -> list[Person]:
    """Who could take what stands on this page."""
    units = sorted({one.case.unit_id for one in found.rows})
    if not units:
        return []
    member = frozenset({RoleKind.MEMBER})
    here = person_rows.in_unit(visit.tx, units, member, visit.now, limit=_MEMBERS)
    return [one for one in here if one.id != visit.actor.id]


def changed(response: Response) -> Response:
    """Tells the page that its rows are old."""
    response.headers["HX-Trigger"] = "changed"
    return response


def file(visit: Visit) -> Response:
    """A photo or a recording of a case in their hands."""
    row = case_rows.file_row(visit.tx, visit.key("file"))
    case = visit.tx.get(Case, row.case_id) if row is not None else None
    may = row is not None and people.may_see_file(visit.tx, visit.community, row, visit.actor.id, visit.now)
    if row is None or case is None or not may or visit.actor.is_party(case):
        raise NotFound()
    inline = row.mime in ("image/jpeg", "image/png", "image/webp") or row.mime.startswith("audio/")
    return Response(
        visit.read_file(row.sha256),
        media_type=row.mime,
        headers={
            "Content-Disposition": f'{"inline" if inline else "attachment"}; filename="linli-{row.id}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


# -- somebody at the counter or on the telephone ---------------------------------------------------
_GIVEN = ("what", "where", "name", "phone", "category", "agreed")


def entry(visit: Visit) -> Response:
    """The form, with what was typed before when something was missing."""
    return visit.page(
        "new.html",
        given={name: visit.told(name) for name in _GIVEN},
        categories=[
            (key, visit.community.category_name(key, visit.locale)) for key in visit.community.categories
        ],
        estates=rows.estates_of(visit.tx, visit.actor.reach()),
    )


def _just_filed(visit: Visit, words: str, person: Person) -> bool:
    """The button was pressed twice, or the browser asked again: the same words for the same name."""
    filed = case_rows.filed_since(visit.tx, visit.actor.id, visit.now - _MOMENT)
    same = (visit.tx.get(Person, one.beneficiary_id) for one in filed if one.text == words)
    return any(one is not None and one.name == person.name for one in same)


def file_entry(visit: Visit) -> str:
    """来访来电: a case for whoever stands here; it has the same rank as any other."""
    given = {name: visit.told(name) for name in _GIVEN}
    if not (given["what"] and given["where"] and given["name"] and given["agreed"]):
        raise NothingSaid()
    meaning = visit.understand(given["what"])
    spoken = visit.understand(given["where"])
    found = place_actions.resolve(visit.tx, spoken.entities.place, None)
    phone = "".join(char for char in given["phone"] if char.isdecimal())[:20]
    person = on_behalf.whom(
        visit.tx, visit.actor, given["name"][:20], phone, found.place, found.room, visit.now
    )
    if _just_filed(visit, given["what"], person):
        raise AlreadyDone()
    chosen = given["category"] if given["category"] in visit.community.categories else str(meaning.category)
    case = cases.report(
        visit.tx,
        visit.actor,
        text=given["what"],
        category=chosen,
        place=found.place,
        place_text=found.text if found.place else given["where"],
        room=found.room,
        private=meaning.private and not visit.community.category(chosen).merge_hours,
        beneficiary=person,
        urgent=meaning.emergency is not None,
        now=visit.now,
    )
    return f"/desk/case/{case.id}?said=filed" if visit.actor.may_run(case) else "/desk?said=filed_elsewhere"
