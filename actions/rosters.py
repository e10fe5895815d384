"""名册导入: a desk hands in a sheet, sees what it would do, and says yes; then all of it is written, once."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from actions.loading import write_roles
from domain.access import Actor
from domain.community import PersonRow
from domain.errors import ChangedMeanwhile, Conflict, NotAllowed, NotFound, NothingSaid
from domain.events import Event
from domain.people import RUNS_A_QUEUE, RoleKind
from domain.rosters import (
    SHOWN,
    Change,
    Found,
    Known,
    Roster,
    RosterState,
    is_above,
    is_theirs,
    may_give,
    usual,
)
from storage import loading, tables
from storage import rosters as rows
from storage.community_files import Line, Problem, read_people
from storage.tx import Tx

CHANGES = 50  # people who would be changed and are listed
Placed = Sequence[tuple[PersonRow, Line]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet that was read: its people with their lines, and what is wrong so far."""

    placed: Placed
    problems: list[Problem]


# -- at the desk -----------------------------------------------------------------------------------
def hand_in(tx: Tx, by: Actor, unit_id: int, name: str, content: bytes, now: datetime) -> Roster:
    """Keeps a sheet to be looked at. Raises NotAllowed for a unit that is not theirs, NothingSaid."""
    _must_import(by, unit_id)
    if not content or not name:
        raise NothingSaid()
    digest = hashlib.sha256(content).hexdigest()
    roster = Roster(person_id=by.id, unit_id=unit_id, name=name[-200:], digest=digest, created_at=now)
    return rows.keep(tx, roster, content)


def own(tx: Tx, by: Actor, key: int) -> Roster:
    """A sheet they handed in, for a unit that is still theirs. Raises NotFound."""
    found = tx.get(Roster, key)
    if found is None or found.person_id != by.id:
        raise NotFound()
    _must_import(by, found.unit_id)
    return found


def confirm(tx: Tx, by: Actor, key: int, digest: str, plan: str) -> Roster:
    """Yes to what they saw. A second yes changes nothing. Raises NotFound, ChangedMeanwhile."""
    found = own(tx, by, key)
    seen = (digest, plan) == (found.digest, found.plan)
    if seen and found.state in (RosterState.CONFIRMED, RosterState.DONE):
        return found
    if not seen or found.state is not RosterState.READY:
        raise ChangedMeanwhile()
    return tx.save(replace(found, state=RosterState.CONFIRMED, done=0, lease_until=None, attempts=0))


def _must_import(by: Actor, unit_id: int) -> None:
    if unit_id not in by.units(RUNS_A_QUEUE):
        raise NotAllowed()


# -- by whoever works on it ------------------------------------------------------------------------
def read(tx: Tx, by: Actor, roster: Roster, told: Callable[[int], None]) -> Sheet:
    """The sheet as people; `told` hears how many rows have been read."""
    unit = by.community.units[roster.unit_id]

    def absent(columns: Collection[str]) -> dict[str, str]:
        return usual(unit.kind, unit.key, columns)

    with tempfile.TemporaryDirectory(prefix="linli-roster-") as folder:
        path = Path(folder) / f"sheet{Path(roster.name).suffix.lower()}"
        path.write_bytes(rows.content(tx, roster.id))
        units, places = rows.known_units(tx), rows.known_places(tx)
        placed, problems = read_people(path, units, places, usual=absent, read=told)
    return Sheet(placed=placed, problems=problems)


def check(
    tx: Tx, by: Actor, roster: Roster, sheet: Sheet, now: datetime, told: Callable[[int, int], None]
) -> tuple[Found, str]:
    """What a sheet would do, or everything that is wrong with it, and the mark of what that was made from."""
    try:
        _must_import(by, roster.unit_id)
    except NotAllowed:
        return _wrong([Problem(file="", key="loading.not_your_unit")]), ""
    problems = list(sheet.problems)
    if not problems:
        _judge(tx, by, roster.unit_id, sheet.placed, now)
        problems, sheet.problems[:] = list(sheet.problems), []
    if problems:
        return _wrong(problems), ""
    return _compare(tx, by, roster, sheet.placed, now, told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A confirmed sheet ready to be written, and how its people stood when it was made ready."""

    people: list[PersonRow]
    made: list[loading.Ready]
    standing: str
    found: Found


def prepare(tx: Tx, by: Actor, roster: Roster, sheet: Sheet, now: datetime) -> Prepared | Found:
    """The slow part of writing, which holds up nobody; what was found when it would not do what was seen."""
    found, plan = check(tx, by, roster, sheet, now, lambda done, total: None)
    if found.wrong or plan != roster.plan:
        return found
    people = sorted((row for row, _ in sheet.placed), key=lambda row: row.key)
    made = rows.prepared(tx, people, loading.ids(tx, tables.places), now)
    keys = [row.key for row in people]
    return Prepared(people=people, made=made, standing=rows.standing(tx, keys), found=found)


def write(tx: Tx, by: Actor, roster: Roster, ready: Prepared, now: datetime) -> None:
    """All of a confirmed sheet. Raises Conflict when one of its people changed while it was made ready."""
    if rows.standing(tx, [row.key for row in ready.people]) != ready.standing:
        raise Conflict("Roster", roster.id)
    if roster.unit_id not in by.units(RUNS_A_QUEUE):
        rows.end(tx, roster, RosterState.STALE, Found())
        return
    rows.put(tx, ready.made)
    unit_ids = loading.ids(tx, tables.units)
    for batch in loading.batches(ready.people):
        write_roles(tx, batch, unit_ids, now, {})
    found = ready.found
    rows.end(tx, roster, RosterState.DONE, replace(found, changes=()), roster.plan)
    tx.add(
        Event(
            kind="roster_imported",
            at=now,
            subject="roster",
            subject_id=roster.id,
            actor_id=by.id,
            unit_id=roster.unit_id,
            data={
                "digest": roster.digest,
                "people": found.people,
                "added": found.added,
                "changed": found.changed,
                "unchanged": found.unchanged,
            },
        )
    )


def _wrong(problems: Sequence[Problem]) -> Found:
    ordered = sorted(problems, key=lambda one: one.row)
    listed = tuple((one.row, one.column, one.key, dict(one.facts)) for one in ordered[:SHOWN])
    return Found(problems=listed, wrong=len(problems))


# -- who may bring whom ----------------------------------------------------------------------------
def _judge(tx: Tx, by: Actor, own_id: int, placed: Placed, now: datetime) -> None:
    """Complains about everybody whom this desk may not bring in or change."""
    unit_ids, branches = loading.ids(tx, tables.units), rows.branches_of_places(tx)
    known = rows.known_people(tx, (row.key for row, _ in placed), now)
    taken = rows.same_numbers(tx, [row for row, _ in placed])
    for row, line in placed:
        _judge_role(by, own_id, row, line, unit_ids, branches)
        if (stored := known.get(row.key)) is not None:
            _judge_known(tx, by, own_id, row, line, stored)
        elif other := taken.get((row.name, row.phone)):
            line.complain("phone", "known_person", name=row.name, id=other)


def _judge_role(
    by: Actor, own_id: int, row: PersonRow, line: Line, unit_ids: dict[str, int], branches: dict[str, int]
) -> None:
    inside = row.home == "" or by.community.is_within(branches.get(row.home), own_id)
    if row.role is None:
        if row.home == "":
            line.complain("home", "resident_without_home", name=row.name)
        elif not inside:
            line.complain("home", "not_your_place", value=line.text("home"))
        return
    unit_id = unit_ids[row.unit]
    if not by.community.is_within(unit_id, own_id):
        line.complain("unit", "not_your_unit_cell", value=by.community.units[unit_id].name)
    elif not may_give(by, row.role, unit_id, own_id):
        line.complain("role", "not_your_role", role=line.text("role"))
    elif row.role is RoleKind.MEMBER and not inside:
        line.complain("home", "not_your_place", value=line.text("home"))


def _judge_known(tx: Tx, by: Actor, own_id: int, row: PersonRow, line: Line, stored: Known) -> None:
    if not is_theirs(by, stored, own_id):
        line.complain("key", "known_elsewhere", id=row.key)
        return
    if not is_above(by, stored, own_id):
        return
    for column, own_value in (("name", stored.name), ("phone", stored.phone)):
        given = getattr(row, column)
        if given and given != tx.cipher.read(own_value):
            line.complain(column, "office_above", name=row.name)


# -- what it would do ------------------------------------------------------------------------------
def _compare(
    tx: Tx, by: Actor, roster: Roster, placed: Placed, now: datetime, told: Callable[[int, int], None]
) -> tuple[Found, str]:
    people = sorted((row for row, _ in placed), key=lambda row: row.key)
    place_ids, unit_ids = loading.ids(tx, tables.places), loading.ids(tx, tables.units)
    differ: dict[str, set[str] | None] = {}
    marks, done = [roster.digest], 0
    for batch in loading.batches(people):
        some, mark = rows.compare(tx, batch, place_ids, unit_ids, now)
        for key, columns in some.items():  # a person's lines may fall into two batches
            before = differ.get(key, set())
            differ[key] = None if columns is None or before is None else before | columns
        marks.append(mark)
        done += len(batch)
        told(done, len(people))
    changed = {key: columns for key, columns in differ.items() if columns}
    found = Found(
        people=len(differ),
        added=sum(columns is None for columns in differ.values()),
        changed=len(changed),
        unchanged=sum(columns == set() for columns in differ.values()),
        changes=tuple(_changes(by, placed, changed)),
    )
    return found, hashlib.sha256("|".join(marks).encode()).hexdigest()


def _changes(by: Actor, placed: Placed, changed: dict[str, set[str]]) -> Iterable[Change]:
    names = {unit.key: unit.name for unit in by.community.units.values()}
    listed: set[str] = set()
    for row, line in placed:
        if row.key in changed and row.key not in listed and len(listed) < CHANGES:
            listed.add(row.key)
            fields = tuple(sorted({_COLUMN.get(one, one) for one in changed[row.key]} - {""}))
            yield Change(row=line.row, name=row.name, unit=names.get(row.unit, ""), fields=fields)


_COLUMN = {"home_place_id": "home", "phone_index": "", "unit_id": "unit", "until": "role", "state": "role",
           "kind": "role", "roles": "role", "memberships": "role"}  # fmt: skip
"""A stored column → the sheet's own; "" is none of them."""
