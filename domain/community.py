"""A community as its files describe it: units, grids, places, categories, people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.people import RoleKind


class UnitKind(StrEnum):
    """The levels of the tree, widest first, and the bodies that stand beside it."""

    CITY = "city"
    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    BRANCH = "branch"
    BUILDING_GROUP = "building_group"
    DEPARTMENT = "department"
    PROPERTY = "property"
    PARTNER = "partner"


class PlaceKind(StrEnum):
    ESTATE = "estate"  # 小区, 自然村, 工业园区
    BUILDING = "building"
    UNIT = "unit"  # 单元
    SPOT = "spot"  # 广场, 公园, 地下车库


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """One org unit. `parent` is another unit's key; only the root has none."""

    key: str
    kind: UnitKind
    name: str
    parent: str = ""
    phone: str = ""  # the office line, shown to residents
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    key: str
    name: str
    branch: str  # a unit's key


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """One place. An estate names its grid (or each of its buildings does)."""

    key: str
    kind: PlaceKind
    name: str
    parent: str = ""  # a place's key
    grid: str = ""  # a grid's key; empty: the parent's
    aliases: tuple[str, ...] = ()
    households: int = 0
    x: float = 0.0  # where it stands on the schematic plan, 0 to 100
    y: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """What happens to a case of this category.

    `sign` and `answer` are spans: "24h" and "7d" run on the calendar, "4wh" and "3wd" in working time,
    "now" at once.
    """

    key: str
    names: dict[str, str] = field(default_factory=dict)  # locale → name
    first: tuple[str, ...] = ()  # who is responsible first, as people call them
    next: tuple[str, ...] = ()
    sign: str = "4wh"
    answer: str = "24h"
    emergency: bool = False
    private: bool = False
    lapse_days: int = 3  # a claim without progress lapses after these
    merge_hours: int = 24  # reports of one place within these may be one
    merge_at: str = "building"  # how far "one place" reaches: unit, building or estate
    merge_sorts: tuple[str, ...] = ()  # matters told apart by words: "停水=没水@building"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One line of a roster: who somebody is and in which unit."""

    key: str
    name: str
    role: RoleKind | None = None  # None: a resident
    unit: str = ""
    phone: str = ""
    home: str = ""  # a place's key
    room: str = ""
    work_unit: str = ""
    skills: tuple[str, ...] = ()
    full_time: bool = False
    duty: str = ""
    locale: str = "zh_Hans"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRow:
    """One line of the handbook: what to bring, where to go, when it is open (办事)."""

    key: str
    title: str
    words: tuple[str, ...] = ()  # how people ask for it
    bring: str = ""
    where: str = ""
    hours: str = ""
    unit: str = ""  # whose window; empty: everybody's


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When offices work. `spans` are ("08:30", "12:00") pairs, `weekdays` 0 = Monday."""

    spans: tuple[tuple[str, str], ...] = (("09:00", "12:00"), ("14:00", "18:00"))
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    quiet_from: str = "21:30"
    quiet_until: str = "07:30"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunityFile:
    """Everything one load brings. Keys are unique within their kind."""

    name: str
    numbers: dict[str, str] = field(default_factory=dict)  # "police" → "110", "gas_company" → …
    hours: Hours = field(default_factory=Hours)
    holidays: dict[date, bool] = field(default_factory=dict)  # True: a working day, False: a day off
    calendar: dict[str, str | int] = field(default_factory=dict)  # "source" and "until", the last year known
    levels: dict[str, str] = field(default_factory=dict)  # UnitKind → span, for what came up from below
    units: tuple[UnitRow, ...] = ()
    grids: tuple[GridRow, ...] = ()
    places: tuple[PlaceRow, ...] = ()
    categories: tuple[CategoryRow, ...] = ()
    people: tuple[PersonRow, ...] = ()
    policies: tuple[PolicyRow, ...] = ()
