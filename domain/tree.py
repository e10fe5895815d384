"""The community in memory: who is above whom, whose grid a place lies in, what each category promises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from domain.calendar import WorkCalendar
from domain.community import CategoryRow, PlaceKind, UnitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    id: int
    key: str
    kind: UnitKind
    name: str
    parent_id: int | None
    path: str
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    id: int
    key: str
    name: str
    branch_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place with the grid it lies in (its own or the nearest above it) and its name as people write it."""

    id: int
    key: str
    kind: PlaceKind
    name: str
    short: str = ""
    parent_id: int | None = None
    grid_id: int | None = None
    full_name: str = ""


QUEUES = (UnitKind.BRANCH, UnitKind.COMMUNITY, UnitKind.SUBDISTRICT, UnitKind.DISTRICT, UnitKind.CITY)
"""The levels that keep a queue, lowest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """One consistent picture of units, grids and rules; it is replaced, never changed."""

    name: str
    version: int
    units: dict[int, Unit]
    grids: dict[int, Grid]
    categories: dict[str, CategoryRow]
    numbers: dict[str, str] = field(default_factory=dict)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    site: str = ""  # where its pages are, for links
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    """Sentences of its own: key → locale → words."""

    levels: dict[str, str] = field(default_factory=dict)
    """The kind of a unit → how long a case may take there that came up from below, as a span."""

    def emergency_numbers(self) -> dict[str, str]:
        """Whom to call, the community's own numbers first."""
        known = self.numbers
        return {
            "police": known.get("police", "110"),
            "fire": known.get("fire", "119"),
            "medical": known.get("medical", "120"),
            "traffic": known.get("traffic", "122"),
            "gas": known.get("gas_company") or known.get("fire", "119"),
            "lift": known.get("lift_rescue") or known.get("lift_company") or known.get("fire", "119"),
        }

    def up(self, unit_id: int | None) -> Iterator[Unit]:
        """The unit itself, then each one above it."""
        while unit_id is not None and (unit := self.units.get(unit_id)):
            yield unit
            unit_id = unit.parent_id

    def is_within(self, unit_id: int | None, above_id: int) -> bool:
        """Whether the unit is the other one or stands below it."""
        return any(unit.id == above_id for unit in self.up(unit_id))

    def nearest(self, unit_id: int | None, kind: UnitKind) -> Unit | None:
        return next((unit for unit in self.up(unit_id) if unit.kind is kind), None)

    def below(self, unit_id: int) -> list[int]:
        """The unit and everything below it."""
        path = self.units[unit_id].path
        return [unit.id for unit in self.units.values() if unit.path.startswith(path)]

    def numbering(self, unit_id: int) -> Unit:
        """The unit whose numbers a case of this unit gets: its community, or the widest there is."""
        chain = list(self.up(unit_id))
        return next((unit for unit in chain if unit.kind is UnitKind.COMMUNITY), chain[-1])

    def next_up(self, unit_id: int) -> Unit:
        """The queue one level up; the topmost queue answers for itself."""
        above = [unit for unit in self.up(unit_id) if unit.kind in QUEUES]
        own = len(above) > 1 and above[0].id == unit_id
        return above[1] if own else above[0]

    def duty(self) -> Unit:
        """Where a case goes when nobody knows the place: the lowest queue that covers everybody."""
        queues = [unit for unit in self.units.values() if unit.kind in QUEUES]
        communities = [unit for unit in queues if unit.kind is UnitKind.COMMUNITY]
        if len(communities) == 1:
            return communities[0]
        top = [unit for unit in queues if all(self.is_within(other.id, unit.id) for other in communities)]
        return max(top or queues, key=lambda unit: len(unit.path))

    def branch_of(self, place: Place | None) -> Unit | None:
        grid = self.grids.get(place.grid_id) if place and place.grid_id else None
        return self.units.get(grid.branch_id) if grid else None

    def category(self, key: str) -> CategoryRow:
        return self.categories.get(key) or self.categories.get("other") or CategoryRow(key=key)

    def category_name(self, key: str, locale: str) -> str:
        names = self.category(key).names
        return names.get(locale) or names.get("zh_Hans") or key
