"""What the public board looks at: public cases and the names of their places."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from domain.case import CaseKind, Status
from domain.community import PlaceKind
from storage.tables import cases, clusters, places
from storage.tx import Tx

_PAGE = 500
PUBLIC = (Status.OPEN, Status.CLAIMED, Status.ANSWERED, Status.CLOSED)


def is_public(hidden: Collection[str]) -> list[ColumnElement[bool]]:
    """What `domain.board.public` says of one case, of cases that stand; `hidden` are categories."""
    return [
        cases.c.kind == CaseKind.ISSUE,
        cases.c.private.is_(False),
        cases.c.urgent.is_(False),
        cases.c.anonymity == "",
        cases.c.subject_unit_id.is_(None),
        cases.c.category.not_in(sorted(hidden)),
        cases.c.status.in_(PUBLIC),
    ]


def matters(tx: Tx, community_ids: Collection[int], hidden: Collection[str], since: datetime) -> list[Any]:
    """The public cases of these communities reported since a moment, and older ones that are not closed."""
    columns = (
        cases.c.category,
        cases.c.unit_id,
        cases.c.community_id,
        cases.c.place_id,
        cases.c.reporter_id,
        cases.c.created_at,
        cases.c.closed_at,
        cases.c.closed_how,
        cases.c.status,
        func.coalesce(clusters.c.size, 1).label("households"),
    )
    statement = (
        select(*columns)
        .outerjoin(clusters, clusters.c.case_id == cases.c.id)
        .where(
            cases.c.community_id.in_(sorted(community_ids)),
            or_(cases.c.created_at >= since, cases.c.status != Status.CLOSED),
            *is_public(hidden),
        )
        .order_by(cases.c.id)
    )
    return list(tx.rows(statement))


def places_above(tx: Tx, place_ids: Iterable[int]) -> dict[int, Any]:
    """These places and all above them: id, key, parent_id, kind, name, grid_id."""
    found: dict[int, Any] = {}
    wanted = sorted(set(place_ids))
    while wanted:
        for start in range(0, len(wanted), _PAGE):
            page = wanted[start : start + _PAGE]
            names = ("id", "key", "parent_id", "kind", "name", "grid_id")
            columns = [places.c[name] for name in names]
            for row in tx.rows(select(*columns).where(places.c.id.in_(page))):
                found[row.id] = row
        above = {row.parent_id for row in found.values() if row.parent_id is not None}
        wanted = sorted(above - set(found))
    return found


NAMED = (PlaceKind.BUILDING, PlaceKind.ESTATE, PlaceKind.SPOT)
"""Places the board may name: never a stairwell."""
