"""Rows for the desk's charts: what was reported, what grows, what stands where."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, case, cast, func, select

from domain.access import Reach
from domain.case import UNFINISHED, Case
from domain.community import PlaceKind
from domain.looking import Spot
from storage.cases import open_to
from storage.tables import cases, clusters, events, grids, places
from storage.tx import Tx

_ON_THE_PLAN = (PlaceKind.BUILDING, PlaceKind.SPOT)


def reported(tx: Tx, unit_ids: Collection[int], start: datetime, end: datetime) -> list[tuple[str, datetime]]:
    """Category and moment of every report that came to these units in [start, end)."""
    rows = tx.rows(
        select(cases.c.category, events.c.at)
        .join(cases, cases.c.id == events.c.subject_id)
        .where(
            events.c.kind == "case_reported",
            events.c.unit_id.in_(sorted(unit_ids)),
            events.c.at >= start,
            events.c.at < end,
        )
    )
    return [(row.category, row.at) for row in rows]


def growing(tx: Tx, reach: Reach, unit_ids: Collection[int], limit: int = 12) -> list[tuple[Case, int]]:
    """Unfinished cases that several households stand behind, the largest first."""
    own = tx.columns(Case)
    rows = tx.rows(
        select(*own, clusters.c.size)
        .join(clusters, clusters.c.case_id == cases.c.id)
        .where(
            cases.c.unit_id.in_(sorted(unit_ids)),
            cases.c.status.in_(sorted(UNFINISHED)),
            clusters.c.size > 1,
            *open_to(reach),
        )
        .order_by(clusters.c.size.desc(), cases.c.id)
        .limit(limit)
    )
    return [(tx.value(Case, row[: len(own)]), int(row[-1])) for row in rows]


def spots(tx: Tx, reach: Reach, unit_ids: Collection[int], since: datetime) -> list[Spot]:
    """The buildings and spots in these units' grids, with the cases of each since a moment."""
    drawn = _drawn(tx, unit_ids)
    counted = _counted(tx, reach, unit_ids, since)
    return [
        Spot(
            id=row.id, name=row.name, estate=row.estate or "", x=row.x, y=row.y, count=counted.get(row.id, 0)
        )
        for row in drawn
    ]


def _drawn(tx: Tx, unit_ids: Collection[int]) -> list[Any]:
    up = places.alias("up")
    grid = func.coalesce(places.c.grid_id, up.c.grid_id)
    return list(
        tx.rows(
            select(places.c.id, places.c.name, up.c.name.label("estate"), places.c.x, places.c.y)
            .outerjoin(up, up.c.id == places.c.parent_id)
            .join(grids, grids.c.id == grid)
            .where(places.c.kind.in_(_ON_THE_PLAN), grids.c.branch_id.in_(sorted(unit_ids)))
            .order_by(places.c.id)
            .limit(3000)
        )
    )


def _counted(tx: Tx, reach: Reach, unit_ids: Collection[int], since: datetime) -> dict[int, int]:
    """Cases by building or spot, a stairwell's for its building. What is sealed is not counted."""
    up = places.alias("up")
    own = places.c.kind.in_(_ON_THE_PLAN)
    where = cast(case((own, places.c.id), else_=up.c.id), Integer).label("spot")
    rows = tx.rows(
        select(where, func.count())
        .select_from(cases)
        .join(places, places.c.id == cases.c.place_id)
        .outerjoin(up, up.c.id == places.c.parent_id)
        .where(cases.c.unit_id.in_(sorted(unit_ids)), cases.c.created_at >= since, *open_to(reach))
        .group_by(where)
    )
    return {int(row[0]): int(row[1]) for row in rows if row[0] is not None}
