"""A community's values as rows of the tables: keys become ids, homes and parents included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from domain.community import (
    CategoryRow,
    CommunityFile,
    GridRow,
    PersonRow,
    PlaceKind,
    PlaceRow,
    PolicyRow,
    UnitRow,
)
from storage import tables
from storage.loading import Row, Shape
from storage.secret import Cipher

UNITS = Shape(table=tables.units, first_only=frozenset({"path"}))
GRIDS = Shape(table=tables.grids)
PLACES = Shape(table=tables.places)
CATEGORIES = Shape(table=tables.categories)
POLICIES = Shape(table=tables.policies)
PEOPLE = Shape(
    table=tables.people,
    first_only=frozenset({"locale", "created_at"}),
    keep_when_empty=frozenset({"name", "phone", "phone_index", "home_place_id", "room"}),
)
ROLES = Shape(table=tables.roles, by=("person_id", "kind", "unit_id"), with_others=frozenset({"since"}))
MEMBERSHIPS = Shape(
    table=tables.memberships,
    by=("person_id",),
    first_only=frozenset({"asked_at"}),
    keep_when_empty=frozenset({"work_unit", "duty"}),
    with_others=frozenset({"decided_at"}),
)

_COUNTED = re.compile(r"([0-9A-Z]+|[一二三四五六七八九十百]+)(?:号楼|号院|栋|幢|座|楼|单元|门|号|区|期|组)?")
_DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九")}


class Under(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def parent(self) -> str: ...


U = TypeVar("U", bound=Under)
Ids = dict[str, int]


def by_depth(rows: Iterable[U]) -> list[list[U]]:
    """The rows in layers, so that each one's parent is in an earlier layer."""
    left = {row.key: row for row in rows}
    parents = {key: row.parent for key, row in left.items()}
    layers: list[list[U]] = []
    while left:
        layer = [row for row in left.values() if parents[row.key] not in left]
        if not layer:
            raise ValueError("parents in a circle")
        layers.append(layer)
        for row in layer:
            del left[row.key]
    return layers


def short(row: PlaceRow) -> str:
    """What people say of a building or a 单元: "3" of 3栋, "12" of 十二号楼, "A" of A座."""
    name = row.name.strip()
    match = _COUNTED.fullmatch(name.upper())
    if row.kind not in (PlaceKind.BUILDING, PlaceKind.UNIT) or not match:
        return name[:60]
    said = match[1]
    return said if said.isascii() else str(_counted(said))


def _counted(text: str) -> int:
    """十二 is 12, 二十 is 20, 一百零二 is not said of buildings."""
    tens, ten, ones = text.rpartition("十")
    number = _DIGITS.get(ones[-1:], 0)
    return (_DIGITS.get(tens[-1:], 1) * 10 if ten else 0) + number


def units(rows: Sequence[UnitRow], ids: Ids) -> list[Row]:
    return [
        {
            "key": row.key,
            "kind": row.kind,
            "name": row.name,
            "parent_id": ids.get(row.parent),
            "path": "",
            "phone": row.phone,
            "address": row.address,
        }
        for row in rows
    ]


def grids(rows: Sequence[GridRow], ids: Ids) -> list[Row]:
    return [{"key": row.key, "name": row.name, "branch_id": ids[row.branch]} for row in rows]


def places(rows: Sequence[PlaceRow], ids: Ids, grid_ids: Ids) -> list[Row]:
    return [
        {
            "key": row.key,
            "kind": row.kind,
            "name": row.name,
            "short": short(row),
            "parent_id": ids.get(row.parent),
            "grid_id": grid_ids.get(row.grid),
            "aliases": row.aliases,
            "households": row.households,
            "x": row.x,
            "y": row.y,
        }
        for row in rows
    ]


def categories(rows: Sequence[CategoryRow]) -> list[Row]:
    names = [column.name for column in tables.categories.columns if column.name != "id"]
    return [{name: getattr(row, name) for name in names} for row in rows]


def policies(rows: Sequence[PolicyRow], unit_ids: Ids) -> list[Row]:
    return [
        {
            "key": row.key,
            "title": row.title,
            "words": row.words,
            "bring": row.bring,
            "where": row.where,
            "hours": row.hours,
            "unit_id": unit_ids.get(row.unit),
        }
        for row in rows
    ]


def people(rows: Iterable[PersonRow], place_ids: Ids, cipher: Cipher, now: datetime) -> list[Row]:
    """One row a person, however many roles they have."""
    return [
        {
            "key": row.key,
            "name": row.name,
            "phone": row.phone,
            "phone_index": cipher.index(row.phone) if row.phone else None,
            "home_place_id": place_ids.get(row.home),
            "room": row.room,
            "locale": row.locale,
            "created_at": now,
        }
        for row in {row.key: row for row in rows}.values()
    ]


def roles(rows: Iterable[PersonRow], ids: Ids, unit_ids: Ids, now: datetime) -> list[Row]:
    return [
        {
            "person_id": ids[row.key],
            "kind": row.role,
            "unit_id": unit_ids[row.unit],
            "since": now,
            "until": None,
        }
        for row in rows
        if row.role
    ]


def memberships(rows: Iterable[PersonRow], ids: Ids, unit_ids: Ids, now: datetime) -> list[Row]:
    """The roster confirms its members."""
    made = {
        row.key: {
            "person_id": ids[row.key],
            "unit_id": unit_ids[row.unit],
            "work_unit": row.work_unit,
            "skills": row.skills,
            "full_time": row.full_time,
            "duty": row.duty,
            "state": "confirmed",
            "asked_at": now,
            "decided_at": now,
        }
        for row in rows
        if row.role == "member"
    }
    return list(made.values())


def settings(files: CommunityFile) -> dict[str, Any]:
    """What stands in `meta`, as JSON gives it back."""
    hours = files.hours
    return {
        "name": files.name,
        "numbers": dict(files.numbers),
        "hours": {
            "spans": [list(span) for span in hours.spans],
            "weekdays": list(hours.weekdays),
            "quiet_from": hours.quiet_from,
            "quiet_until": hours.quiet_until,
        },
        "holidays": {day.isoformat(): works for day, works in sorted(files.holidays.items())},
        "calendar": dict(files.calendar),
        "levels": dict(files.levels),
    }
