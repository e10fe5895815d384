"""Checks of the people: units and homes that exist, roles that fit, nobody twice."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from domain.community import PersonRow, PlaceRow, UnitRow
from domain.people import RoleKind
from storage.community_files.checks import Found, Index
from storage.community_files.problems import Line
from storage.community_files.words import FITS

PERSONAL = ("name", "phone", "home", "room")
"""What the lines of one person with several roles must agree on, or leave empty."""


def people(
    found: Found[PersonRow], unit_index: Index[UnitRow], place_index: Index[PlaceRow]
) -> tuple[PersonRow, ...]:
    """The roster. A person with several roles has one line for each, all with the same key."""
    rows = [(_placed(row, line, unit_index, place_index), line) for row, line in found]
    by_key: dict[str, list[tuple[PersonRow, Line]]] = defaultdict(list)
    for row, line in rows:
        if row.key:
            by_key[row.key].append((row, line))
    for lines in by_key.values():
        if len(lines) > 1:
            _same_person(lines)
    _nobody_twice(rows)
    return tuple(row if len(by_key[row.key]) < 2 else _completed(row, by_key[row.key]) for row, _ in rows)


def _placed(
    row: PersonRow, line: Line, unit_index: Index[UnitRow], place_index: Index[PlaceRow]
) -> PersonRow:
    unit = unit_index.key_of(line, "unit", "unknown_unit")
    home = place_index.key_of(line, "home", "unknown_place")
    if row.role is None:
        if row.unit and line.text("role") == "":
            line.complain("role", "unit_without_role", name=row.name)
    elif not row.unit:
        line.complain("unit", "role_without_unit", name=row.name, role=line.text("role"))
    elif unit and unit_index.rows[unit].kind not in FITS[row.role]:
        line.complain("role", "role_does_not_fit", role=line.text("role"), unit=unit_index.rows[unit].name)
    if unit == row.unit and home == row.home:
        return row
    return replace(row, unit=unit, home=home)


def _same_person(lines: list[tuple[PersonRow, Line]]) -> None:
    """Several lines of one key are one person's roles, or a mistake."""
    first, head = lines[0]
    seen = {(first.role, first.unit)}
    for row, line in lines[1:]:
        if (row.role, row.unit) in seen or row.role is None:
            line.complain("key", "duplicate_key", value=row.key, first=head.row)
            continue
        if row.role is RoleKind.MEMBER and any(role is RoleKind.MEMBER for role, _ in seen):
            line.complain("unit", "member_twice", name=row.name, first=head.row)
        seen.add((row.role, row.unit))
        for name in PERSONAL:
            here, there = getattr(row, name), getattr(first, name)
            if here and there and here != there:
                line.complain(name, "other_person", id=row.key, first=head.row, value=there)


def _nobody_twice(rows: list[tuple[PersonRow, Line]]) -> None:
    """The same name with the same phone, or in the same room, under two keys."""
    known: dict[tuple[str, ...], tuple[str, int]] = {}
    for row, line in rows:
        for mark in (("phone", row.phone), ("room", row.home and row.room and f"{row.home}/{row.room}")):
            if not mark[1] or not row.name:
                continue
            key, at = known.setdefault((row.name, *mark), (row.key, line.row))
            if key != row.key:
                line.complain("name", "duplicate_person", name=row.name, first=at)
                break


def _completed(row: PersonRow, lines: list[tuple[PersonRow, Line]]) -> PersonRow:
    """A later line of a person with what an earlier line says about them."""
    told: dict[str, Any] = {
        name: next((value for other, _ in lines if (value := getattr(other, name))), "") for name in PERSONAL
    }
    return replace(row, **told)
