"""The queue as the desk sees it: counts of its parts and one page of rows, by key and never by offset."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from domain.access import Reach
from domain.case import UNFINISHED, Case, Status
from domain.desk_queue import After, Part, Wanted
from domain.people import Person
from domain.supervision import SupervisionState
from storage.cases import open_to
from storage.tables import cases, clusters, offers, people, places, supervisions, tasks
from storage.tx import Tx

_LIVE = sorted(UNFINISHED)
_STANDING = select(supervisions.c.case_id).where(supervisions.c.state != SupervisionState.LIFTED)


def _part(part: Part, now: datetime) -> Any:
    """What makes a case part of it."""
    live, c = cases.c.status.in_(_LIVE), cases.c
    match part:
        case Part.OVERDUE:
            return and_(live, c.answer_by <= now, c.paused_at.is_(None))
        case Part.NEW:
            return and_(c.status == Status.OPEN, c.signed_at.is_(None))
        case Part.UNCLAIMED:
            return and_(c.status == Status.OPEN, c.signed_at.is_not(None), c.passed_on_at.is_(None))
        case Part.SUPERVISED:
            return and_(or_(live, c.status == Status.ANSWERED), c.id.in_(_STANDING))
        case Part.CLAIMED:
            return and_(c.status == Status.CLAIMED, c.paused_at.is_(None))
        case Part.WAITING:
            outside = and_(c.status == Status.OPEN, c.passed_on_at.is_not(None))
            return or_(and_(live, c.paused_at.is_not(None)), outside, c.status == Status.ANSWERED)
        case Part.VERIFY:
            return c.status == Status.UNVERIFIED
        case Part.OVER:
            return c.status.in_([Status.CLOSED, Status.WITHDRAWN, Status.REFUSED, Status.MERGED])
    return live


def counts(tx: Tx, reach: Reach, now: datetime) -> dict[Part, int]:
    """How many stand in each part, in one look; what is over is not counted."""
    parts = [part for part in Part if part is not Part.OVER]
    sums = [func.coalesce(func.sum(case((_part(part, now), 1), else_=0)), 0) for part in parts]
    seen = cases.c.status.in_([*_LIVE, Status.ANSWERED])
    row = tx.rows(select(*sums).where(cases.c.unit_id.in_(reach.units), seen, *open_to(reach)))[0]
    return dict(zip(parts, (int(one) for one in row), strict=True))


def page(tx: Tx, reach: Reach, wanted: Wanted, now: datetime, limit: int) -> list[Case]:
    """Rows after the last one seen: danger first, then what is due first; what is over by its newest."""
    over = wanted.part is Part.OVER
    where = [cases.c.unit_id.in_(reach.units), *open_to(reach), _part(wanted.part, now), *_narrowed(wanted)]
    if wanted.after is not None:
        where.append(_behind(wanted.after, over=over))
    due = (cases.c.answer_by.desc(), cases.c.id.desc()) if over else (cases.c.answer_by, cases.c.id)
    order = due if over else (cases.c.urgent.desc(), *due)
    return tx.all(Case, *where, order=order, limit=limit)


def _behind(after: After, *, over: bool) -> Any:
    c = cases.c
    if over:
        return or_(c.answer_by < after.due, and_(c.answer_by == after.due, c.id < after.id))
    later = or_(c.answer_by > after.due, and_(c.answer_by == after.due, c.id > after.id))
    if after.urgent:
        return or_(c.urgent.is_(False), and_(c.urgent.is_(True), later))
    return and_(c.urgent.is_(False), later)


def _narrowed(wanted: Wanted) -> list[Any]:
    where: list[Any] = []
    if wanted.category:
        where.append(cases.c.category == wanted.category)
    if wanted.place_ids:
        where.append(cases.c.place_id.in_(wanted.place_ids))
    if wanted.unit_id:
        where.append(cases.c.unit_id == wanted.unit_id)
    if wanted.owner_id:
        where.append(cases.c.owner_id == wanted.owner_id)
    if wanted.number:
        where.append(or_(cases.c.number == wanted.number, cases.c.external_number == str(wanted.number)))
    elif wanted.words:
        column = cases.c.text if wanted.whole_text else cases.c.shared
        theirs = func.lower(cases.c.external_number) == wanted.words.lower()
        where.append(or_(column.icontains(wanted.words, autoescape=True), theirs))
    return where


# -- what the rows name ----------------------------------------------------------------------------
def names(tx: Tx, person_ids: Collection[int]) -> dict[int, str]:
    """The names of those who hold cases."""
    if not person_ids:
        return {}
    return {one.id: one.name for one in tx.all(Person, people.c.id.in_(sorted(person_ids)), limit=500)}


def place_names(tx: Tx, place_ids: Collection[int]) -> dict[int, str]:
    """Places with the names above them, in one look."""
    if not place_ids:
        return {}
    up, top = places.alias("up"), places.alias("top")
    rows = tx.rows(
        select(places.c.id, top.c.name, up.c.name, places.c.name)
        .outerjoin(up, up.c.id == places.c.parent_id)
        .outerjoin(top, top.c.id == up.c.parent_id)
        .where(places.c.id.in_(sorted(place_ids)))
    )
    return {row[0]: "".join(filter(None, row[1:])) for row in rows}


def sizes(tx: Tx, case_ids: Collection[int]) -> dict[int, int]:
    """Households behind these cases, where there are several."""
    rows = tx.rows(
        select(clusters.c.case_id, clusters.c.size).where(
            clusters.c.case_id.in_(sorted(case_ids)), clusters.c.size > 1
        )
    )
    return {row.case_id: row.size for row in rows}


def supervised(tx: Tx, case_ids: Collection[int]) -> set[int]:
    """Those of these cases that a level above watches."""
    return {row.case_id for row in tx.rows(_STANDING.where(supervisions.c.case_id.in_(sorted(case_ids))))}


def asked_others(tx: Tx, case_ids: Collection[int]) -> set[int]:
    """Those of these cases that another unit was asked to take and has not answered."""
    waiting = (
        select(tasks.c.case_id)
        .join(offers, offers.c.task_id == tasks.c.id)
        .where(
            tasks.c.case_id.in_(sorted(case_ids)), offers.c.state == "open", offers.c.to_unit_id.is_not(None)
        )
    )
    return {row.case_id for row in tx.rows(waiting)}


def owners(tx: Tx, reach: Reach) -> list[tuple[int, str]]:
    """Who holds an unfinished case of these queues."""
    found = tx.rows(
        select(cases.c.owner_id)
        .where(cases.c.unit_id.in_(reach.units), cases.c.status.in_(_LIVE), cases.c.owner_id.is_not(None))
        .distinct()
        .limit(300)
    )
    named = names(tx, {row.owner_id for row in found})
    return sorted(named.items(), key=lambda one: one[1])


def estates_of(tx: Tx, reach: Reach) -> list[tuple[int, str]]:
    """The estates in which these queues have cases."""
    up, top = places.alias("up"), places.alias("top")
    key, name = (
        func.coalesce(top.c.id, up.c.id, places.c.id),
        func.coalesce(top.c.name, up.c.name, places.c.name),
    )
    rows = tx.rows(
        select(key, name)
        .select_from(cases)
        .join(places, places.c.id == cases.c.place_id)
        .outerjoin(up, up.c.id == places.c.parent_id)
        .outerjoin(top, top.c.id == up.c.parent_id)
        .where(cases.c.unit_id.in_(reach.units), cases.c.status.in_([*_LIVE, Status.ANSWERED]))
        .distinct()
        .order_by(name)
        .limit(300)
    )
    return [(int(row[0]), str(row[1])) for row in rows]
