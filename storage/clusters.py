"""Cases that several households stand behind: who joined, what was merged, how many there are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, Select, bindparam, func, or_, select, union_all

from domain.case import UNFINISHED, Case, CaseKind
from domain.clusters import Cluster, Joiner
from domain.community import PlaceKind
from domain.people import Person
from storage.tables import cases, clusters, joiners, places
from storage.tx import Tx


def household(tx: Tx, person: Person, place_id: int | None, room: str) -> str:
    """The same door gives the same word, which names neither door nor person."""
    if room and place_id is not None:
        return tx.cipher.index(f"{place_id}:{room}")
    if person.room and person.home_place_id is not None:
        return tx.cipher.index(f"{person.home_place_id}:{person.room}")
    return tx.cipher.index(f"person:{person.id}")


def of_case(tx: Tx, case_id: int, *, lock: bool = False) -> Cluster | None:
    return tx.first(Cluster, clusters.c.case_id == case_id, lock=lock)


def begin(tx: Tx, case: Case, now: datetime) -> Cluster:
    """The case's cluster, locked; made when it has none."""
    row = {
        "case_id": case.id,
        "size": 1,
        "alerted": 1,
        "alerted_at": case.created_at,
        "last_at": now,
        "version": 0,
    }
    tx.add_once(clusters, row, "case_id")
    found = of_case(tx, case.id, lock=True)
    assert found is not None
    return found


def lead_of(tx: Tx, case_id: int) -> Case | None:
    """The case another one goes on in: the end of the chain; None when it stands by itself."""
    lead: Case | None = None
    seen = {case_id}
    cluster = of_case(tx, case_id)
    while cluster is not None and cluster.lead_id is not None and cluster.lead_id not in seen:
        seen.add(cluster.lead_id)
        lead = tx.get(Case, cluster.lead_id)
        cluster = of_case(tx, cluster.lead_id)
    return lead


def merged_into(tx: Tx, case_id: int) -> list[Case]:
    """The cases that go on in this one."""
    own = select(clusters.c.case_id).where(clusters.c.lead_id == case_id)
    return tx.all(Case, cases.c.id.in_(own), order=cases.c.id)


def joiner(tx: Tx, case_id: int, person_id: int) -> Joiner | None:
    """Somebody who stands behind a case now or did before."""
    found = tx.values(Joiner, _joiner(), {"of_case": case_id, "of_person": person_id})
    return found[0] if found else None


def is_in(tx: Tx, case_id: int, person_id: int) -> bool:
    found = joiner(tx, case_id, person_id)
    return found is not None and found.left_at is None


def joiners_of(tx: Tx, case_id: int, *, but: Collection[int] = (), limit: int = 5000) -> list[Joiner]:
    """Who stands behind a case now, in the order they came."""
    return tx.all(
        Joiner,
        joiners.c.case_id == case_id,
        joiners.c.left_at.is_(None),
        joiners.c.person_id.not_in(sorted(but)),
        order=joiners.c.id,
        limit=limit,
    )


def households(tx: Tx, case_id: int) -> int:
    """How many doors stand behind a case now; one at least, its own."""
    counted = select(func.count(joiners.c.household.distinct())).where(
        joiners.c.case_id == case_id, joiners.c.left_at.is_(None)
    )
    return max(1, int(tx.connection.execute(counted).scalar() or 0))


def size(tx: Tx, case_id: int) -> int:
    found = of_case(tx, case_id)
    return found.size if found else 1


def people_of(tx: Tx, case_id: int) -> set[int]:
    """Everybody who stands or stood behind a case."""
    rows = tx.rows(select(joiners.c.person_id).where(joiners.c.case_id == case_id))
    return {row.person_id for row in rows}


def within(tx: Tx, place_id: int) -> list[int]:
    """A place, the buildings in it and their units; no squares or halls that lie in it."""
    return [row.id for row in tx.rows(_within(), {"place": place_id})]


def near(
    tx: Tx, category: str, place_ids: Collection[int], since: datetime, limit: int = 30
) -> list[tuple[Case, int]]:
    """Unfinished cases of a category in these places in which something happened since, with their sizes.

    The largest comes first, of equal ones the oldest.
    """
    given = {"category": category, "places": sorted(place_ids), "since": since, "most": limit}
    return [(tx.value(Case, row[:-1]), int(row[-1])) for row in tx.rows(_near(), given)]


@cache  # every report asks all of these: the statements are made once
def _joiner() -> Select[Any]:
    of = (joiners.c.case_id == bindparam("of_case"), joiners.c.person_id == bindparam("of_person"))
    return select(*Tx.columns(Joiner)).where(*of)


@cache
def _within() -> CompoundSelect[Any]:
    above, of = places.alias("above"), bindparam("place", type_=places.c.id.type)
    inside = places.c.kind.in_((PlaceKind.BUILDING, PlaceKind.UNIT))
    return union_all(
        select(places.c.id).where(places.c.id == of),
        select(places.c.id).where(places.c.parent_id == of, inside),
        select(places.c.id)
        .join(above, above.c.id == places.c.parent_id)
        .where(above.c.parent_id == of, places.c.kind == PlaceKind.UNIT),
    )


@cache
def _near() -> Select[Any]:
    households, since = func.coalesce(clusters.c.size, 1), bindparam("since", type_=cases.c.created_at.type)
    return (
        select(*Tx.columns(Case), households.label("households"))
        .outerjoin(clusters, clusters.c.case_id == cases.c.id)
        .where(
            cases.c.kind == CaseKind.ISSUE,
            cases.c.category == bindparam("category"),
            cases.c.place_id.in_(bindparam("places", expanding=True)),
            cases.c.status.in_(sorted(UNFINISHED)),
            cases.c.private.is_(False),
            cases.c.urgent.is_(False),
            or_(cases.c.created_at >= since, clusters.c.last_at >= since),
        )
        .order_by(households.desc(), cases.c.id)
        .limit(bindparam("most"))
    )


def in_queue(tx: Tx, unit_ids: Collection[int], category: str, limit: int = 20) -> list[Case]:
    """Unfinished public cases of these queues, those of a category first: what may be merged."""
    return tx.all(
        Case,
        cases.c.unit_id.in_(sorted(unit_ids)),
        cases.c.kind == CaseKind.ISSUE,
        cases.c.status.in_(sorted(UNFINISHED)),
        cases.c.private.is_(False),
        order=((cases.c.category != category), cases.c.id.desc()),
        limit=limit,
    )
