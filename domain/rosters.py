"""名册导入: a sheet of people on its way into the roster, looked at before anything is written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.access import Actor
from domain.community import UnitKind
from domain.people import STAFF, RoleKind

SHOWN = 200  # problems that are listed; the others are counted
TRIES = 3  # of a sheet on which whoever read it died


class RosterState(StrEnum):
    """How far a sheet has come."""

    CHECKING = "checking"
    READY = "ready"  # without a problem: somebody looks at it and says yes
    WRONG = "wrong"  # what is wrong with it is listed
    CONFIRMED = "confirmed"  # to be written
    DONE = "done"
    STALE = "stale"  # what it was compared with has changed, or another sheet took its place


WAITING = frozenset({RosterState.CHECKING, RosterState.CONFIRMED})
"""What somebody has to work on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """One sheet as it was handed in. Its content and what was found lie beside it, encrypted."""

    id: int = 0
    person_id: int  # who handed it in
    unit_id: int  # for which unit and those below it
    name: str  # of the file
    digest: str  # of its bytes
    state: RosterState = RosterState.CHECKING
    done: int = 0  # rows that were looked at
    total: int = 0  # 0: nobody has counted yet
    plan: str = ""  # a mark of everything the preview was made from
    created_at: datetime
    lease_until: datetime | None = None
    attempts: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One person whom the sheet would change: how they stand in it, and which columns differ."""

    row: int
    name: str
    unit: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a sheet comes to. `problems` are (row, column, key of a sentence, its facts)."""

    people: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    changes: tuple[Change, ...] = ()
    problems: tuple[tuple[int, str, str, dict[str, Any]], ...] = ()
    wrong: int = 0  # how many problems there are in all


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody who is in the roster already, as far as it decides who may change them."""

    name: str = ""  # as it is stored: encrypted
    phone: str = ""
    branch_id: int | None = None  # in whose grid they live
    roles: tuple[tuple[RoleKind, int], ...] = field(default=())  # those that run, with their units


def may_give(by: Actor, kind: RoleKind, unit_id: int, own_id: int) -> bool:
    """A desk brings members into its own unit and those below; staff only into units below its own."""
    community = by.community
    if not community.is_within(unit_id, own_id) or not by.runs(unit_id):
        return False
    if kind is RoleKind.MEMBER:
        return True
    parent = community.units[unit_id].parent_id
    return kind in STAFF and unit_id != own_id and parent is not None and by.runs(parent)


def is_theirs(by: Actor, known: Known, own_id: int) -> bool:
    """Whether somebody who is in the roster stands in or below a unit, with everything they are."""
    within = by.community.is_within
    held = [unit for _, unit in known.roles]
    if any(kind is RoleKind.ADMIN for kind, _ in known.roles):
        return False
    return all(within(unit, own_id) for unit in held) if held else within(known.branch_id, own_id)


def is_above(by: Actor, known: Known, own_id: int) -> bool:
    """Whether they hold an office that this desk does not give: it does not change their name and number."""
    return any(
        kind is not RoleKind.MEMBER and not may_give(by, kind, unit, own_id) for kind, unit in known.roles
    )


def usual(kind: UnitKind, name: str, columns: Collection[str]) -> dict[str, str]:
    """What a branch's own list of members need not say: that they are members, and of which branch."""
    if kind not in (UnitKind.BRANCH, UnitKind.BUILDING_GROUP):
        return {}
    return {field: value for field, value in (("role", "党员"), ("unit", name)) if field not in columns}
