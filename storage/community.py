"""Reads the community as one picture, and single places."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from domain.calendar import WorkCalendar
from domain.community import CategoryRow, Hours, PlaceKind, PolicyRow
from domain.tree import Community, Grid, Place, Unit
from storage.tables import categories, grids, meta, places, policies, units
from storage.tx import Tx


def meta_value(tx: Tx, key: str, default: Any = None) -> Any:
    """A setting of the whole community: name, numbers, hours, holidays, community_version."""
    found = tx.connection.execute(select(meta.c.value).where(meta.c.key == key)).first()
    return default if found is None else found[0]


def version(tx: Tx) -> int:
    return int(meta_value(tx, "community_version", 0))


def load(tx: Tx) -> Community:
    """The whole picture, places excepted: they are read one at a time."""
    hours = meta_value(tx, "hours", {})
    spans = tuple((a, b) for a, b in hours.get("spans", ())) or Hours().spans
    return Community(
        name=meta_value(tx, "name", ""),
        version=version(tx),
        units={row.id: Unit(**row._mapping) for row in tx.rows(select(units))},
        grids={row.id: Grid(**row._mapping) for row in tx.rows(select(grids))},
        categories={row.key: _category(row) for row in tx.rows(select(categories))},
        numbers=meta_value(tx, "numbers", {}),
        calendar=WorkCalendar(
            hours=Hours(
                spans=spans,
                weekdays=tuple(hours.get("weekdays", Hours().weekdays)),
                quiet_from=hours.get("quiet_from", Hours().quiet_from),
                quiet_until=hours.get("quiet_until", Hours().quiet_until),
            ),
            days={date.fromisoformat(day): works for day, works in meta_value(tx, "holidays", {}).items()},
        ),
    )


def _category(row: Any) -> CategoryRow:
    found = dict(row._mapping)
    del found["id"]
    return CategoryRow(**found)


def estates(tx: Tx) -> list[tuple[int, str, tuple[str, ...]]]:
    """Places people call by name: id, name, aliases."""
    named = select(places.c.id, places.c.name, places.c.aliases).where(
        places.c.kind.in_((PlaceKind.ESTATE, PlaceKind.SPOT))
    )
    return [(row.id, row.name, row.aliases or ()) for row in tx.rows(named)]


def place(tx: Tx, place_id: int | None) -> Place | None:
    """A place with its full name and grid, both taken from the places above it where it has none."""
    chain: list[Any] = []
    at = place_id
    while at is not None and len(chain) < 6:
        row = tx.connection.execute(select(places).where(places.c.id == at)).first()
        if row is None:
            break
        chain.append(row)
        at = row.parent_id
    if not chain:
        return None
    first = chain[0]
    return Place(
        id=first.id,
        key=first.key,
        kind=first.kind,
        name=first.name,
        short=first.short,
        parent_id=first.parent_id,
        grid_id=next((row.grid_id for row in chain if row.grid_id is not None), None),
        full_name="".join(row.name for row in reversed(chain)),
    )


def place_by_key(tx: Tx, key: str) -> Place | None:
    found = tx.connection.execute(select(places.c.id).where(places.c.key == key)).first()
    return place(tx, found[0]) if found else None


def child(tx: Tx, parent_id: int, short: str, kind: PlaceKind) -> Place | None:
    """The building "3" of an estate, the unit "2" of a building."""
    found = tx.connection.execute(
        select(places.c.id).where(
            places.c.parent_id == parent_id, places.c.short == short, places.c.kind == kind
        )
    ).first()
    return place(tx, found[0]) if found else None


def children(tx: Tx, parent_id: int, limit: int = 100) -> list[Place]:
    rows = tx.rows(
        select(places.c.id).where(places.c.parent_id == parent_id).order_by(places.c.id).limit(limit)
    )
    return [found for row in rows if (found := place(tx, row.id))]


def handbook(tx: Tx) -> list[tuple[int, PolicyRow]]:
    """The handbook's entries with their ids."""
    rows = tx.rows(select(policies, units.c.name.label("unit")).outerjoin(units))
    return [
        (
            row.id,
            PolicyRow(
                key=row.key,
                title=row.title,
                words=row.words,
                bring=row.bring,
                where=row.where,
                hours=row.hours,
                unit=row.unit or "",
            ),
        )
        for row in rows
    ]


def of_kind(tx: Tx, kind: PlaceKind, limit: int = 5000) -> list[Place]:
    rows = tx.rows(select(places.c.id).where(places.c.kind == kind).order_by(places.c.id).limit(limit))
    return [found for row in rows if (found := place(tx, row.id))]


def place_by_name(tx: Tx, name: str) -> Place | None:
    found = tx.connection.execute(select(places.c.id).where(places.c.name == name)).first()
    return place(tx, found[0]) if found else None
