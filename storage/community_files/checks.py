"""What no single row can tell: keys, parents, levels, cycles, who fits where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from domain.calendar import BEIJING, WorkCalendar
from domain.community import (
    CategoryRow,
    GridRow,
    Hours,
    PlaceKind,
    PlaceRow,
    PolicyRow,
    UnitKind,
    UnitRow,
)
from storage.community_files.problems import Line
from storage.community_files.words import PARENTS, PLACE_PARENTS


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


_MONDAY = datetime(2026, 1, 5, 9, tzinfo=BEIJING)
R = TypeVar("R", bound=Keyed)
Found = list[tuple[R, Line]]


@dataclass(slots=True)
class Index(Generic[R]):
    """Rows of one kind by key, and by any name that only one of them has."""

    rows: dict[str, R] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def key_of(self, line: Line, column: str, unknown: str) -> str:
        """The key a cell means: written as a key, or as a name when no other row has it."""
        text = line.text(column)
        if not text or text in self.rows:
            return text
        keys = self.names.get(text, [])
        if len(keys) == 1:
            return keys[0]
        if keys:
            line.complain(column, "ambiguous", value=text, keys="、".join(keys[:5]))
        else:
            line.complain(column, unknown, value=text)
        return ""


def known(units: Iterable[UnitRow], places: Iterable[PlaceRow]) -> tuple[Index[UnitRow], Index[PlaceRow]]:
    """Units and places that were checked before, as a sheet of people may name them."""
    unit_index: Index[UnitRow] = Index({row.key: row for row in units})
    for unit in unit_index.rows.values():
        unit_index.names[unit.name].append(unit.key)
    place_index: Index[PlaceRow] = Index({row.key: row for row in places})
    for place in place_index.rows.values():
        if place.kind is PlaceKind.ESTATE:
            place_index.names[place.name].append(place.key)
    _full_names(place_index)
    return unit_index, place_index


def unique(found: Found[R]) -> Found[R]:
    """The rows whose key was not there before; each other one is reported."""
    first: dict[str, Line] = {}
    kept: Found[R] = []
    for row, line in found:
        if row.key and row.key in first:
            line.complain("key", "duplicate_key", value=row.key, first=first[row.key].row)
            continue
        first[row.key] = line
        kept.append((row, line))
    return kept


def units(found: Found[UnitRow]) -> Index[UnitRow]:
    """Every unit stands under one that is wider; exactly one stands under none."""
    found = unique(found)
    index: Index[UnitRow] = Index({row.key: row for row, _ in found})
    for row, _ in found:
        index.names[row.name].append(row.key)
    for row, line in found:
        index.rows[row.key] = replace(row, parent=index.key_of(line, "parent", "unknown_parent"))
    root = ""
    for row, line in [(index.rows[row.key], line) for row, line in found]:
        if not line.text("parent"):
            if row.kind is UnitKind.BRANCH:
                line.complain("parent", "branch_without_community", name=row.name)
            elif root:
                line.complain("parent", "second_root", first=root, name=row.name)
            root = root or row.name
        elif row.parent:
            _level(row, index.rows[row.parent], line)
    _no_cycles(index.rows, found, "unit_cycle")
    return index


def _level(row: UnitRow, parent: UnitRow, line: Line) -> None:
    if parent.kind in PARENTS[row.kind]:
        return
    if row.kind is UnitKind.BRANCH:
        line.complain("parent", "branch_without_community", name=row.name)
    else:
        line.complain("parent", "wrong_level", name=row.name, parent=parent.name)


def _no_cycles(rows: dict[str, R], found: Found[R], key: str) -> None:
    """Reports each row whose way up never ends."""
    ends: dict[str, bool] = {"": True}
    for start, line in found:
        way: list[str] = []
        at = start.key
        while at not in ends and at not in way:
            way.append(at)
            at = getattr(rows[at], "parent", "") if at in rows else ""
        known = ends.get(at, False)
        ends.update(dict.fromkeys(way, known))
        if at in way:
            line.complain("parent", key, way=" → ".join([*way[way.index(at) :], at][:8]))


def grids(found: Found[GridRow], unit_index: Index[UnitRow]) -> Index[GridRow]:
    """Every grid belongs to a branch."""
    found = unique(found)
    index: Index[GridRow] = Index()
    for row, line in found:
        branch = unit_index.key_of(line, "branch", "unknown_unit")
        if branch and unit_index.rows[branch].kind is not UnitKind.BRANCH:
            line.complain("branch", "grid_without_branch", value=unit_index.rows[branch].name)
        index.rows[row.key] = replace(row, branch=branch)
        index.names[row.name].append(row.key)
    return index


def places(found: Found[PlaceRow], grid_index: Index[GridRow]) -> Index[PlaceRow]:
    """Every place lies in a grid, its own or that of a place above it."""
    found = unique(found)
    index: Index[PlaceRow] = Index({row.key: row for row, _ in found})
    for row, _ in found:
        if row.kind is PlaceKind.ESTATE:
            index.names[row.name].append(row.key)
    for row, line in found:
        parent = index.key_of(line, "parent", "unknown_parent")
        grid = grid_index.key_of(line, "grid", "unknown_grid")
        index.rows[row.key] = replace(row, parent=parent, grid=grid)
    _no_cycles(index.rows, found, "place_cycle")
    names: dict[tuple[str, str], Line] = {}
    for row, line in [(index.rows[row.key], line) for row, line in found]:
        above = index.rows.get(row.parent)
        known = above is not None or not line.text("parent")
        if known and (above.kind if above else None) not in PLACE_PARENTS[row.kind]:
            line.complain("parent", "wrong_place_level", name=row.name, parent=above.name if above else "")
        first = names.setdefault((row.parent, row.name), line)
        if first is not line:
            line.complain("name", "duplicate_name", value=row.name, first=first.row)
    _in_a_grid(index, found)
    _full_names(index)
    return index


def _in_a_grid(index: Index[PlaceRow], found: Found[PlaceRow]) -> None:
    below: dict[str, list[PlaceRow]] = defaultdict(list)
    for row in index.rows.values():
        below[row.parent].append(row)
    for row, line in found:
        if line.text("grid") or any(above.grid for above in _up(index.rows, row.key)):
            continue
        buildings = [child for child in below[row.key] if child.kind is PlaceKind.BUILDING]
        split = row.kind is PlaceKind.ESTATE and buildings and all(child.grid for child in buildings)
        if not split:
            line.complain("grid", "place_without_grid", name=row.name)


def _up(rows: dict[str, PlaceRow], key: str) -> Iterable[PlaceRow]:
    for _ in range(8):  # deeper than any place; ends on a cycle
        if not (row := rows.get(key)):
            return
        yield row
        key = row.parent


def _full_names(index: Index[PlaceRow]) -> None:
    """Homes may be written in full: 阳光花园3栋2单元."""
    for row in index.rows.values():
        if row.parent:
            above = [place.name for place in _up(index.rows, row.key)]
            index.names["".join(reversed(above))].append(row.key)


def policies(found: Found[PolicyRow], unit_index: Index[UnitRow]) -> tuple[PolicyRow, ...]:
    return tuple(
        replace(row, unit=unit_index.key_of(line, "unit", "unknown_unit")) for row, line in unique(found)
    )


def promises(found: Iterable[tuple[CategoryRow, Line]], hours: Hours) -> None:
    """Nobody is to look at a case later than it must be answered, by the community's own hours."""
    for row, line in found:
        said = line.text("sign")  # what is not said ends with the answer at the latest
        if said and looks_too_late(row, hours):
            line.complain("sign", "sign_after_answer", sign=row.sign, answer=row.answer)


def looks_too_late(row: CategoryRow, hours: Hours) -> bool:
    """Whether somebody would look at a case of this category later than it must be answered."""
    calendar = WorkCalendar(hours=hours)
    return calendar.after(_MONDAY, row.sign) > calendar.after(_MONDAY, row.answer)
