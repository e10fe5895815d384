"""Reads the community as one picture, and single places."""

from __future__ import annotations

import itertools
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select, update

from domain.calendar import WorkCalendar
from domain.community import CategoryRow, PlaceKind, PolicyRow
from domain.settings import Kind
from domain.tree import Community, Grid, Place, Unit
from storage import settings
from storage.tables import categories, grids, meta, places, policies, units
from storage.tx import Tx

_META = select(meta.c.value).where(meta.c.key == bindparam("of_key"))


def meta_value(tx: Tx, key: str, default: Any = None) -> Any:
    """A setting of the whole community: name, numbers, hours, holidays, community_version."""
    found = tx.connection.execute(_META, {"of_key": key}).first()
    return default if found is None else found[0]


def set_meta(tx: Tx, key: str, value: Any) -> None:
    """Writes a value of the whole installation."""
    if not tx.connection.execute(update(meta).where(meta.c.key == key).values(value=value)).rowcount:
        tx.add_once(meta, {"key": key, "value": value}, "key")


def version(tx: Tx) -> int:
    return int(meta_value(tx, "community_version", 0))


def load(tx: Tx) -> Community:
    """The whole picture, places excepted: they are read one at a time.

    The version comes first: what is changed while we read belongs to a later one, and is read again then.
    """
    seen, known, edited = version(tx), meta_value(tx, "calendar", {}), settings.every(tx)
    days = {date.fromisoformat(day): works for day, works in edited.get((Kind.DAYS, ""), {}).items()}
    return Community(
        name=meta_value(tx, "name", ""),
        version=seen,
        units={row.id: Unit(**row._mapping) for row in tx.rows(select(units))},
        grids={row.id: Grid(**row._mapping) for row in tx.rows(select(grids))},
        categories={
            row.key: settings.laid_over(_category(row), edited.get((Kind.CATEGORY, row.key), {}))
            for row in tx.rows(select(categories))
        },
        numbers=meta_value(tx, "numbers", {}),
        calendar=WorkCalendar(
            hours=settings.hours_of(meta_value(tx, "hours", {}) | edited.get((Kind.HOURS, ""), {})),
            days=settings.days(tx) | days,
            known_until=known.get("until", 0),
            source=known.get("source", ""),
        ),
        texts={key: fields for (kind, key), fields in edited.items() if kind is Kind.TEXT},
        levels=meta_value(tx, "levels", {}),
    )


def _category(row: Any) -> CategoryRow:
    found = dict(row._mapping)
    del found["id"]
    return CategoryRow(**found)


def estates(tx: Tx) -> list[tuple[int, str, tuple[str, ...], bool]]:
    """Places people call by name: id, name, aliases, whether it is a public spot rather than an estate."""
    named = select(places.c.id, places.c.name, places.c.aliases, places.c.kind).where(
        places.c.kind.in_((PlaceKind.ESTATE, PlaceKind.SPOT))
    )
    return [(row.id, row.name, row.aliases or (), row.kind == PlaceKind.SPOT) for row in tx.rows(named)]


_DEPTH = 4  # an estate, its building, its unit, and one to spare


@cache
def _chain() -> Select[Any]:
    """A place and the places above it, in one row."""
    levels = [places.alias(f"p{i}") for i in range(_DEPTH)]
    joined: Any = levels[0]
    for lower, upper in itertools.pairwise(levels):
        joined = joined.outerjoin(upper, upper.c.id == lower.c.parent_id)
    columns = [level.c[name] for level in levels for name in ("name", "grid_id")]
    first = levels[0].c
    own = (first.id, first.key, first.kind, first.short, first.parent_id)
    return select(*own, *columns).select_from(joined).where(first.id == bindparam("of_id"))


def place(tx: Tx, place_id: int | None) -> Place | None:
    """A place with its full name and grid, both taken from the places above it where it has none."""
    if place_id is None:
        return None
    row = tx.connection.execute(_chain(), {"of_id": place_id}).first()
    if row is None:
        return None
    names, grid_ids = row[5::2], row[6::2]
    return Place(
        id=row[0],
        key=row[1],
        kind=row[2],
        name=names[0],
        short=row[3],
        parent_id=row[4],
        grid_id=next((grid for grid in grid_ids if grid is not None), None),
        full_name="".join(name for name in reversed(names) if name),
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
