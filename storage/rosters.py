"""Sheets of people handed in at a desk: kept encrypted, leased to be read, compared with the roster."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update

from domain.community import PersonRow, PlaceKind, PlaceRow, UnitRow
from domain.people import RoleKind
from domain.rosters import TRIES, WAITING, Change, Found, Known, Roster, RosterState
from storage import loading
from storage.community_files import rows
from storage.loading import Shape
from storage.tables import grids, memberships, people, places, roles, rosters, units
from storage.tx import Tx

LEASE = timedelta(seconds=60)
_PAGE = 2_000  # keys asked for at once
Ids = dict[str, int]


# -- the sheets ------------------------------------------------------------------------------------
def keep(tx: Tx, roster: Roster, content: bytes) -> Roster:
    """A sheet somebody handed in; theirs for the same unit that wait for a yes are of no use any more."""
    older = (
        rosters.c.person_id == roster.person_id,
        rosters.c.unit_id == roster.unit_id,
        rosters.c.state.in_((RosterState.CHECKING, RosterState.READY, RosterState.WRONG)),
    )
    gone = {"state": RosterState.STALE, "content": None, "found": None}
    tx.connection.execute(update(rosters).where(*older).values(version=rosters.c.version + 1, **gone))
    kept = tx.add(roster)
    _set(tx, kept.id, content=tx.cipher.seal(content))
    return kept


def content(tx: Tx, key: int) -> bytes:
    """The bytes of a sheet; none when it is of no use any more."""
    stored = tx.connection.execute(select(rosters.c.content).where(rosters.c.id == key)).scalar()
    return tx.cipher.unseal(stored) if stored else b""


def found(tx: Tx, key: int) -> Found:
    """What was found in a sheet."""
    stored = tx.connection.execute(select(rosters.c.found).where(rosters.c.id == key)).scalar()
    if not stored:
        return Found()
    told = json.loads(tx.cipher.unseal(stored))
    told["changes"] = tuple(Change(**(one | {"fields": tuple(one["fields"])})) for one in told["changes"])
    told["problems"] = tuple((row, column, key, facts) for row, column, key, facts in told["problems"])
    return Found(**told)


def end(tx: Tx, roster: Roster, state: RosterState, what: Found, plan: str = "") -> None:
    """Keeps what became of a sheet. Raises Conflict when another took its place meanwhile."""
    tx.save(replace(roster, state=state, plan=plan, lease_until=None))
    kept: dict[str, Any] = {"found": tx.cipher.seal(json.dumps(asdict(what)).encode())}
    if state is not RosterState.READY:
        kept["content"] = None
    _set(tx, roster.id, **kept)


def lease(tx: Tx, now: datetime) -> Roster | None:
    """Takes the oldest sheet on which nobody works; one whose reader died comes again, a few times."""
    free = or_(rosters.c.lease_until.is_(None), rosters.c.lease_until < now)
    statement = (
        select(*tx.columns(Roster))
        .where(rosters.c.state.in_(sorted(WAITING)), free)
        .order_by(rosters.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    one = next(iter(tx.values(Roster, statement)), None)
    if one is None:
        return None
    return tx.save(replace(one, lease_until=now + LEASE, attempts=one.attempts + 1))


def anything(tx: Tx, now: datetime) -> bool:
    """Whether a sheet waits to be read or written."""
    free = or_(rosters.c.lease_until.is_(None), rosters.c.lease_until < now)
    waits = select(rosters.c.id).where(rosters.c.state.in_(sorted(WAITING)), free).limit(1)
    return tx.connection.execute(waits).first() is not None


def worn_out(roster: Roster) -> bool:
    """Whether too many have died on it."""
    return roster.attempts > TRIES


def went_on(tx: Tx, key: int, done: int, total: int, now: datetime) -> None:
    """How far its reader has come; the reader lives."""
    _set(tx, key, done=done, total=total, lease_until=now + LEASE)


def let_go(tx: Tx, key: int) -> None:
    """Nobody works on it any more."""
    _set(tx, key, lease_until=None)


def latest(tx: Tx, person_id: int, limit: int = 5) -> list[Roster]:
    """What somebody handed in, the newest first."""
    return tx.all(Roster, rosters.c.person_id == person_id, order=rosters.c.id.desc(), limit=limit)


def _set(tx: Tx, key: int, **values: Any) -> None:
    tx.connection.execute(update(rosters).where(rosters.c.id == key).values(**values))


# -- what a sheet may name -------------------------------------------------------------------------
def known_units(tx: Tx) -> list[UnitRow]:
    """Every unit as a file would name it."""
    up = units.alias("up")
    statement = select(units.c.key, units.c.kind, units.c.name, up.c.key.label("parent")).outerjoin(
        up, up.c.id == units.c.parent_id
    )
    return [
        UnitRow(key=row.key, kind=row.kind, name=row.name, parent=row.parent or "")
        for row in tx.rows(statement)
    ]


def known_places(tx: Tx) -> list[PlaceRow]:
    """Every place as a file would name it."""
    up = places.alias("up")
    statement = (
        select(
            places.c.key, places.c.kind, places.c.name, up.c.key.label("parent"), grids.c.key.label("grid")
        )
        .outerjoin(up, up.c.id == places.c.parent_id)
        .outerjoin(grids, grids.c.id == places.c.grid_id)
    )
    return [
        PlaceRow(
            key=row.key,
            kind=PlaceKind(row.kind),
            name=row.name,
            parent=row.parent or "",
            grid=row.grid or "",
        )
        for row in tx.rows(statement)
    ]


def branches_of_places(tx: Tx) -> dict[str, int]:
    """key of a place → the branch in whose grid it lies."""
    own = {row.id: row.branch_id for row in tx.rows(select(grids.c.id, grids.c.branch_id))}
    stored = {
        row.id: row
        for row in tx.rows(select(places.c.id, places.c.key, places.c.parent_id, places.c.grid_id))
    }
    found: dict[str, int] = {}
    for row in stored.values():
        at = row
        for _ in range(6):  # deeper than any place
            if at.grid_id is not None:
                found[row.key] = own[at.grid_id]
                break
            if at.parent_id is None:
                break
            at = stored[at.parent_id]
    return found


def known_people(tx: Tx, keys: Iterable[str], now: datetime) -> dict[str, Known]:
    """Those of these keys that are in the roster, as far as it decides who may change them."""
    home = {row.id: row.key for row in tx.rows(select(places.c.id, places.c.key))}
    branches, wanted, result = branches_of_places(tx), sorted(set(keys)), {}
    for start in range(0, len(wanted), _PAGE):
        part = wanted[start : start + _PAGE]
        held: dict[str, list[tuple[RoleKind, int]]] = {}
        runs = and_(roles.c.since <= now, or_(roles.c.until.is_(None), roles.c.until > now))
        of_roles = (
            select(people.c.key, roles.c.kind, roles.c.unit_id)
            .join(people, people.c.id == roles.c.person_id)
            .where(people.c.key.in_(part), runs)
        )
        for row in tx.rows(of_roles):
            held.setdefault(row.key, []).append((row.kind, row.unit_id))
        stored = select(people.c.key, people.c.name, people.c.phone, people.c.home_place_id)
        for row in tx.rows(stored.where(people.c.key.in_(part))):
            result[row.key] = Known(
                name=row.name,
                phone=row.phone,
                branch_id=branches.get(home.get(row.home_place_id, "")),
                roles=tuple(held.get(row.key, ())),
            )
    return result


def same_numbers(tx: Tx, rows_: Sequence[PersonRow]) -> dict[tuple[str, str], str]:
    """(name, phone) of these people → the key of somebody else in the roster who has both."""
    wanted = {tx.cipher.index(row.phone): row for row in rows_ if row.phone}
    own, result = {row.key for row in rows_}, {}
    indexes = sorted(wanted)
    for start in range(0, len(indexes), _PAGE):
        part = indexes[start : start + _PAGE]
        statement = select(people.c.key, people.c.name, people.c.phone_index).where(
            people.c.phone_index.in_(part), people.c.key.is_not(None)
        )
        for row in tx.rows(statement):
            if row.key not in own:
                result[tx.cipher.read(row.name), wanted[row.phone_index].phone] = row.key
    return result


# -- what a sheet would do -------------------------------------------------------------------------
def compare(
    tx: Tx, batch: Sequence[PersonRow], place_ids: Ids, unit_ids: Ids, now: datetime
) -> tuple[dict[str, set[str] | None], str]:
    """key → the columns that would change, None for who is new; and a mark of what they are now."""
    found: dict[str, set[str] | None] = {row.key: None for row in batch}
    ids = loading.ids(tx, people, found)
    found |= {key: set() for key in ids}
    named = {person_id: key for key, person_id in ids.items()}
    made = rows.people(batch, place_ids, tx.cipher, now)
    held = [row for row in batch if row.role and row.key in ids]
    parts: list[tuple[Shape, Any, str]] = [
        (rows.PEOPLE, [row for row in made if row["key"] in ids], "key"),
        (rows.ROLES, rows.roles(held, ids, unit_ids, now), "person_id"),
        (rows.MEMBERSHIPS, rows.memberships(held, ids, unit_ids, now), "person_id"),
    ]
    mark = hashlib.sha256(repr(sorted(found)).encode())
    for shape, part, by in parts:
        for row, old, differ in loading.differences(tx, shape, part) if part else ():
            key = row[by] if by == "key" else named[row[by]]
            which = found[key]
            assert which is not None
            which |= differ
            before = sorted((name, repr(old[name])) for name in differ) if old else ["new"]
            mark.update(repr((shape.table.name, key, sorted(differ), before)).encode())
    return found, tx.cipher.index(mark.hexdigest())


def prepared(tx: Tx, people_: Sequence[PersonRow], place_ids: Ids, now: datetime) -> list[loading.Ready]:
    """Their rows as they are written."""
    return loading.ready(tx, rows.PEOPLE, rows.people(people_, place_ids, tx.cipher, now))


def put(tx: Tx, made: Iterable[loading.Ready]) -> None:
    for one in made:
        loading.put(tx, rows.PEOPLE, one)


def standing(tx: Tx, keys: Iterable[str]) -> str:
    """A mark of how these people stand: it changes with any of them, their roles and their membership."""
    mark, wanted = hashlib.sha256(), sorted(set(keys))
    for start in range(0, len(wanted), _PAGE):
        part = people.c.key.in_(wanted[start : start + _PAGE])
        for statement in (
            select(people.c.id, people.c.version).where(part).order_by(people.c.id),
            select(roles.c.id, roles.c.until)
            .join(people, people.c.id == roles.c.person_id)
            .where(part)
            .order_by(roles.c.id),
            select(memberships.c.id, memberships.c.version)
            .join(people, people.c.id == memberships.c.person_id)
            .where(part)
            .order_by(memberships.c.id),
        ):
            mark.update(repr([tuple(row) for row in tx.rows(statement)]).encode())
    return mark.hexdigest()
