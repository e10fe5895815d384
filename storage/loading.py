"""Writes a community's rows in bulk: what is new is added, what differs is changed, nothing is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import meta, people, roles, units
from storage.tx import Tx

BATCH = 2000
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What one kind of rows came to."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: Written) -> Written:
        return Written(
            added=self.added + other.added,
            changed=self.changed + other.changed,
            unchanged=self.unchanged + other.unchanged,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How rows of one table are recognised and compared."""

    table: Table
    by: tuple[str, ...] = ("key",)
    first_only: frozenset[str] = frozenset()  # set when a row is added, then left alone
    keep_when_empty: frozenset[str] = frozenset()  # an empty value in the file erases nothing
    with_others: frozenset[str] = frozenset()  # no reason for a change, but written with one


def upsert(tx: Tx, shape: Shape, rows: Sequence[Row], *, all_new: bool = False) -> Written:
    """Writes rows, all with the same columns, and counts them. `all_new` looks for no old ones."""
    total = Written()
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        total += put(tx, shape, _sorted(tx, shape, batch, {} if all_new else _existing(tx, shape, batch)))
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Rows as they are written, secrets encrypted: those that are new, and those that differ."""

    fresh: list[Row]
    differ: list[Row]
    same: int


def ready(tx: Tx, shape: Shape, rows: Sequence[Row]) -> list[Ready]:
    """The slow half of `upsert`, which needs nobody's lock."""
    parts = (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
    return [_sorted(tx, shape, batch, _existing(tx, shape, batch)) for batch in parts]


def put(tx: Tx, shape: Shape, made: Ready) -> Written:
    """The other half: writes what is ready."""
    if made.fresh:
        tx.connection.execute(insert(shape.table), made.fresh)
    if made.differ:
        _replace(tx, shape, made.differ)
    return Written(added=len(made.fresh), changed=len(made.differ), unchanged=made.same)


def _sorted(tx: Tx, shape: Shape, rows: Sequence[Row], known: dict[tuple[Any, ...], Row]) -> Ready:
    fresh: list[Row] = []
    differ: list[Row] = []
    for row in rows:
        old = known.get(tuple(row[name] for name in shape.by))
        if old is None:
            fresh.append(_sealed(tx, shape.table, row))
            continue
        kept = _kept(shape, row)
        if _differ(shape, row, old, kept):
            stays = {name: old[name] for name in kept if name in row}
            differ.append(_sealed(tx, shape.table, row | stays))
    return Ready(fresh=fresh, differ=differ, same=len(rows) - len(fresh) - len(differ))


def _kept(shape: Shape, row: Row) -> frozenset[str]:
    """What stays as it is stored, whatever the row says."""
    return shape.first_only | {name for name in shape.keep_when_empty if row[name] in ("", None)}


def _differ(shape: Shape, row: Row, old: Row, kept: frozenset[str]) -> set[str]:
    silent = kept | shape.with_others
    return {name for name, value in row.items() if name not in silent and old[name] != value}


def differences(tx: Tx, shape: Shape, rows: Sequence[Row]) -> Iterator[tuple[Row, Row | None, set[str]]]:
    """Each row that `upsert` would write, what is stored (None: nothing) and the columns that differ."""
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        known = _existing(tx, shape, batch)
        for row in batch:
            old = known.get(tuple(row[name] for name in shape.by))
            if old is None:
                yield row, None, set(shape.by) - {"key", "person_id"} or {shape.table.name}
            elif differ := _differ(shape, row, old, _kept(shape, row)):
                yield row, old, differ


def _replace(tx: Tx, shape: Shape, rows: list[Row]) -> None:
    make = sqlite.insert if tx.connection.dialect.name == "sqlite" else postgresql.insert
    statement = make(shape.table)
    changes: dict[str, Any] = {
        name: statement.excluded[name] for name in rows[0] if name not in (*shape.by, "version")
    }
    if "version" in shape.table.c:
        changes["version"] = shape.table.c.version + 1
    tx.connection.execute(
        statement.on_conflict_do_update(index_elements=[shape.table.c[n] for n in shape.by], set_=changes),
        rows,
    )


def _existing(tx: Tx, shape: Shape, rows: Sequence[Row]) -> dict[tuple[Any, ...], Row]:
    """The stored rows with the same first identifying column, secrets opened."""
    table, lead = shape.table, shape.by[0]
    secret = [column.name for column in table.columns if column.info.get("secret")]
    names = list(rows[0])
    statement = select(*(table.c[name] for name in names)).where(
        table.c[lead].in_({row[lead] for row in rows})
    )
    found: dict[tuple[Any, ...], Row] = {}
    for stored in tx.connection.execute(statement):
        old = dict(zip(names, stored, strict=True))
        for name in secret:
            if old.get(name):
                old[name] = tx.cipher.read(old[name])
        found[tuple(old[name] for name in shape.by)] = old
    return found


def _sealed(tx: Tx, table: Table, row: Row) -> Row:
    """The row as it is stored: secret columns encrypted."""
    sealed = {
        name: tx.cipher.write(row[name])
        for name in row
        if row[name] and table.c[name].info.get("secret") and isinstance(row[name], str)
    }
    return {**row, **sealed}


def is_empty(tx: Tx, table: Table) -> bool:
    return tx.connection.execute(select(*table.primary_key.columns).limit(1)).first() is None


def ids(tx: Tx, table: Table, keys: Iterable[str] | None = None) -> dict[str, int]:
    """key → id of the rows of a table, or of these keys only."""
    statement = select(table.c.key, table.c.id).where(table.c.key.is_not(None))
    if keys is not None:
        statement = statement.where(table.c.key.in_(set(keys)))
    return {row.key: row.id for row in tx.connection.execute(statement)}


def missing(tx: Tx, table: Table, given: set[str], limit: int = 50) -> tuple[int, tuple[str, ...]]:
    """How many stored rows with a key are not among the given ones, and the first of their keys."""
    gone = sorted(
        key
        for (key,) in tx.connection.execute(select(table.c.key).where(table.c.key.is_not(None)))
        if key not in given
    )
    return len(gone), tuple(gone[:limit])


def settings(tx: Tx, values: dict[str, Any]) -> Written:
    """Writes the community's own settings (name, numbers, hours, holidays)."""
    return upsert(
        tx,
        Shape(table=meta),
        [{"key": key, "value": value} for key, value in values.items()],
    )


def new_version(tx: Tx) -> None:
    """Tells every process that its picture of the community is old."""
    counter = select(meta.c.value).where(meta.c.key == "community_version").with_for_update()
    found = tx.connection.execute(counter).first()
    upsert(tx, Shape(table=meta), [{"key": "community_version", "value": int(found[0] if found else 0) + 1}])


def set_paths(tx: Tx) -> None:
    """Writes where each unit stands ("/1/4/9/"), wherever that is not what is stored."""
    stored = tx.rows(select(units.c.id, units.c.parent_id, units.c.path))
    parents = {row.id: row.parent_id for row in stored}
    changes: list[Row] = []
    for row in stored:
        way: list[int] = []
        at = row.id
        while at is not None and len(way) < 20:
            way.append(at)
            at = parents.get(at)
        path = "/" + "/".join(str(unit) for unit in reversed(way)) + "/"
        if path != row.path:
            changes.append({"unit": row.id, "new": path})
    if changes:
        tx.connection.execute(
            update(units).where(units.c.id == bindparam("unit")).values(path=bindparam("new")), changes
        )


def running_roles(tx: Tx) -> set[tuple[str, str, str]]:
    """(person, role, unit) by their keys, of everybody on the roster."""
    statement = (
        select(people.c.key, roles.c.kind, units.c.key)
        .join_from(roles, people, roles.c.person_id == people.c.id)
        .join(units, units.c.id == roles.c.unit_id)
        .where(people.c.key.is_not(None), roles.c.until.is_(None))
    )
    return {(person, str(kind), unit) for person, kind, unit in tx.rows(statement)}


def batches(rows: Iterable[Any], size: int = BATCH) -> Iterator[list[Any]]:
    """The rows in lists of at most `size`, as they come."""
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
