"""What desks have changed over the files, and what the files say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from domain.community import CategoryRow, Hours
from domain.errors import Conflict
from domain.settings import Edit, Kind
from storage.tables import categories, edits, meta
from storage.tx import Tx

LISTS = ("first", "next", "merge_sorts")


def every(tx: Tx) -> dict[tuple[Kind, str], dict[str, Any]]:
    """All that differs from the files."""
    return {
        (row.kind, row.key): row.fields
        for row in tx.rows(select(edits.c.kind, edits.c.key, edits.c.fields))
        if row.fields
    }


def edit(tx: Tx, kind: Kind, key: str) -> Edit | None:
    return tx.first(Edit, edits.c.kind == kind, edits.c.key == key)


def by_id(tx: Tx, edit_id: int) -> Edit | None:
    return tx.get(Edit, edit_id)


def put(tx: Tx, known: Edit | None, wanted: Edit) -> Edit:
    """Writes it. Raises Conflict when somebody else did meanwhile."""
    if known is not None:
        return tx.save(replace(wanted, id=known.id, version=known.version))
    row = tx.row(wanted)
    del row["id"]
    if not tx.add_once(edits, row, "kind", "key"):
        raise Conflict("Edit", 0)
    found = edit(tx, wanted.kind, wanted.key)
    assert found is not None
    return found


# -- what the files say ----------------------------------------------------------------------------
def category(tx: Tx, key: str) -> CategoryRow | None:
    """A category as the files have it."""
    row = tx.connection.execute(select(categories).where(categories.c.key == key)).first()
    if row is None:
        return None
    found = dict(row._mapping)
    del found["id"]
    return CategoryRow(**found)


def hours(tx: Tx) -> Hours:
    """Working time as the files have it."""
    return hours_of(_meta(tx, "hours"))


def hours_of(stored: dict[str, Any]) -> Hours:
    """Working time from what is stored."""
    plain = Hours()
    return Hours(
        spans=tuple((a, b) for a, b in stored.get("spans", ())) or plain.spans,
        weekdays=tuple(stored.get("weekdays", plain.weekdays)),
        quiet_from=stored.get("quiet_from", plain.quiet_from),
        quiet_until=stored.get("quiet_until", plain.quiet_until),
    )


def days(tx: Tx) -> dict[date, bool]:
    """The calendar with the files' own days: True works, False is free."""
    return {date.fromisoformat(day): works for day, works in _meta(tx, "holidays").items()}


def _meta(tx: Tx, key: str) -> dict[str, Any]:
    found = tx.connection.execute(select(meta.c.value).where(meta.c.key == key)).first()
    return dict(found[0]) if found else {}


def laid_over(row: CategoryRow, fields: dict[str, Any]) -> CategoryRow:
    """A category with what a desk has changed."""
    own: dict[str, Any] = {name: tuple(value) if name in LISTS else value for name, value in fields.items()}
    return replace(row, **own)
