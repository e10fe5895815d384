"""People, their addresses and roles; the roster is read only here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, insert, or_, select, update

from domain.errors import Conflict
from domain.people import Membership, Person, Role, RoleKind
from storage import pushes
from storage.tables import (
    addresses,
    cases,
    files,
    joiners,
    memberships,
    meta,
    notes,
    people,
    roles,
    seen,
    signups,
)
from storage.tx import Tx
from storage.types import Moment

_ADDRESS = ("id", "channel", "address", "person_id", "active", "state", "version")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where somebody is reached, with the dialogue that runs there."""

    id: int
    channel: str
    address: str
    person_id: int
    active: bool
    state: dict[str, Any]
    version: int


def arrive(tx: Tx, channel: str, address: str, locale: str, now: datetime) -> tuple[Address, Person, int]:
    """The address a message came from, its person, and the community's version; a new one is made.

    The address row is locked: one conversation goes on at a time.
    """
    found = _arrived(tx, channel, address)
    if found is None:
        person = tx.add(Person(created_at=now, locale=locale or "zh_Hans"))
        new = {"channel": channel, "address": address, "person_id": person.id, "seen_at": now, "state": {}}
        if not tx.add_once(addresses, new, "channel", "address"):
            raise Conflict("Address", 0)  # the same person arrives twice at once: the other was first
        found = _arrived(tx, channel, address)
        assert found is not None
    return found


@cache
def _arrival() -> Select[Any]:
    version = select(meta.c.value).where(meta.c.key == "community_version").scalar_subquery()
    return (
        select(*(addresses.c[name] for name in _ADDRESS), version, *Tx.columns(Person))
        .join(people, people.c.id == addresses.c.person_id)
        .where(addresses.c.channel == bindparam("at_channel"), addresses.c.address == bindparam("at_address"))
        .with_for_update(of=addresses)
    )


def _arrived(tx: Tx, channel: str, address: str) -> tuple[Address, Person, int] | None:
    found = tx.connection.execute(_arrival(), {"at_channel": channel, "at_address": address}).first()
    if found is None:
        return None
    here = len(_ADDRESS)
    return (
        Address(**dict(zip(_ADDRESS, found[:here], strict=True))),
        tx.value(Person, found[here + 1 :]),
        int(found[here] or 0),
    )


_ANSWERED = select(seen.c.reply).where(
    seen.c.address_id == bindparam("of_address"), seen.c.message_id == bindparam("of_message")
)
_LEAVE = (
    update(addresses)
    .where(addresses.c.id == bindparam("of_id"))
    .values(
        state=bindparam("new_state"),
        seen_at=bindparam("new_seen_at"),
        active=True,
        version=addresses.c.version + 1,
    )
)
_SEEN = insert(seen)
_SET_STATE = (
    update(addresses).where(addresses.c.id == bindparam("of_id")).values(state=bindparam("new_state"))
)
_HELD_ADDRESS = select(addresses).where(addresses.c.id == bindparam("of_id")).with_for_update()
_REACHABLE = (
    select(addresses)
    .where(addresses.c.person_id == bindparam("of_person"), addresses.c.active.is_(True))
    .order_by(addresses.c.seen_at.desc(), addresses.c.id.desc())
)


def answered(tx: Tx, address_id: int, message_id: str) -> dict[str, Any] | None:
    """What was replied to this message, when it was seen before."""
    row = tx.connection.execute(_ANSWERED, {"of_address": address_id, "of_message": message_id}).first()
    return None if row is None else (row[0] or {})


def leave(
    tx: Tx, address: Address, state: dict[str, Any], message_id: str, reply: dict[str, Any], now: datetime
) -> None:
    """Keeps the dialogue and the answer to this message."""
    tx.connection.execute(_LEAVE, {"of_id": address.id, "new_state": state, "new_seen_at": now})
    tx.connection.execute(
        _SEEN, {"address_id": address.id, "message_id": message_id, "at": now, "reply": reply}
    )


def set_state(tx: Tx, address_id: int, state: dict[str, Any]) -> None:
    tx.connection.execute(_SET_STATE, {"of_id": address_id, "new_state": state})


def address_row(tx: Tx, address_id: int) -> Address | None:
    row = tx.connection.execute(_HELD_ADDRESS, {"of_id": address_id}).first()
    return None if row is None else _address(row)


def _address(row: Any) -> Address:
    return Address(
        id=row.id,
        channel=row.channel,
        address=row.address,
        person_id=row.person_id,
        active=row.active,
        state=row.state,
        version=row.version,
    )


def reachable(tx: Tx, person_id: int) -> list[Address]:
    """A person's live addresses, the one they used last first."""
    return [_address(row) for row in tx.rows(_REACHABLE, {"of_person": person_id})]


def with_address(tx: Tx, person_ids: set[int]) -> set[int]:
    """Those of these people who can be reached somewhere."""
    rows = tx.rows(
        select(addresses.c.person_id)
        .where(addresses.c.person_id.in_(sorted(person_ids)), addresses.c.active.is_(True))
        .distinct()
    )
    return {row[0] for row in rows}


def muting(tx: Tx, person_ids: Collection[int], limit: int = 10_000) -> dict[int, tuple[str, ...]]:
    """Those of these people who have turned something off, with what."""
    wanted, found = sorted(person_ids), dict[int, tuple[str, ...]]()
    for at in range(0, len(wanted), limit):
        some = people.c.id.in_(wanted[at : at + limit])
        found |= {
            row.id: row.muted for row in tx.rows(select(people.c.id, people.c.muted).where(some)) if row.muted
        }
    return found


def close_address(tx: Tx, address_id: int) -> None:
    """The person blocked us there or the chat is gone."""
    tx.connection.execute(update(addresses).where(addresses.c.id == address_id).values(active=False))


def move_address(tx: Tx, address_id: int, to: str) -> int:
    """The chat has a new id; where that one has written already, the old one is closed.

    Returns the live one.
    """
    mine = select(addresses.c.channel).where(addresses.c.id == address_id).scalar_subquery()
    known = tx.rows(
        select(addresses.c.id).where(
            addresses.c.channel == mine, addresses.c.address == to, addresses.c.id != address_id
        )
    )
    if known:
        close_address(tx, address_id)
        return int(known[0].id)
    tx.connection.execute(update(addresses).where(addresses.c.id == address_id).values(address=to))
    return address_id


def bind(tx: Tx, address_id: int, person_id: int) -> Person | None:
    """This address belongs to that person from now on; returns whose it was."""
    owner = select(addresses.c.person_id).where(addresses.c.id == address_id).scalar_subquery()
    before = tx.first(Person, people.c.id == owner)
    if before is not None and before.id != person_id:
        pushes.leave(tx, [address_id])  # whoever has it now says so anew
    tx.connection.execute(update(addresses).where(addresses.c.id == address_id).values(person_id=person_id))
    return before


def merge(tx: Tx, from_id: int, to_id: int) -> None:
    """What somebody did before we knew who they are stays theirs: cases, files, notes, sign-ups."""
    for column in (cases.c.reporter_id, cases.c.beneficiary_id, files.c.person_id, notes.c.person_id):
        tx.connection.execute(update(column.table).where(column == from_id).values({column.name: to_id}))
    behind = select(joiners.c.case_id).where(joiners.c.person_id == to_id)
    tx.connection.execute(
        update(joiners)
        .where(joiners.c.person_id == from_id, joiners.c.case_id.not_in(behind))
        .values(person_id=to_id)
    )
    joined = select(signups.c.activity_id).where(signups.c.person_id == to_id)
    tx.connection.execute(
        update(signups)
        .where(signups.c.person_id == from_id, signups.c.activity_id.not_in(joined))
        .values(person_id=to_id)
    )


def by_key(tx: Tx, key: str) -> Person | None:
    return tx.first(Person, people.c.key == key)


def by_phone(tx: Tx, phone: str) -> Person | None:
    return tx.first(Person, people.c.phone_index == tx.cipher.index(phone), people.c.key.is_not(None))


def with_phone(tx: Tx, phone: str) -> Person | None:
    """Whoever has this number: of the roster first."""
    order = (people.c.key.is_(None), people.c.id)
    found = tx.all(Person, people.c.phone_index == tx.cipher.index(phone), order=order, limit=1)
    return found[0] if found else None


def living_at(tx: Tx, place_id: int, limit: int = 500) -> list[Person]:
    return tx.all(Person, people.c.home_place_id == place_id, limit=limit)


def roles_of(tx: Tx, person_id: int, now: datetime) -> list[Role]:
    """The roles somebody holds at this moment."""
    return tx.values(Role, _roles(), {"of_person": person_id, "at": now})


@cache
def _roles() -> Select[Any]:
    return select(*Tx.columns(Role)).where(roles.c.person_id == bindparam("of_person"), *_held(_AT))


_AT = bindparam("at", type_=Moment())


def _held(at: Any) -> tuple[Any, ...]:
    """At a moment, or at one that is told when the statement runs."""
    return (roles.c.since <= at, or_(roles.c.until.is_(None), roles.c.until > at))


def in_unit(
    tx: Tx, unit_ids: list[int], kinds: frozenset[RoleKind], now: datetime, limit: int = 500
) -> list[Person]:
    """Everybody who holds one of these roles in one of these units."""
    asked = {"of_units": unit_ids, "of_kinds": sorted(kinds), "at": now, "most": limit}
    return tx.values(Person, _in_unit(), asked)


@cache
def _in_unit() -> Select[Any]:
    holders = select(roles.c.person_id).where(
        roles.c.unit_id.in_(bindparam("of_units", expanding=True)),
        roles.c.kind.in_(bindparam("of_kinds", expanding=True)),
        *_held(_AT),
    )
    everybody = select(*Tx.columns(Person)).where(people.c.id.in_(holders))
    return everybody.order_by(people.c.id).limit(bindparam("most"))


def holding(
    tx: Tx, unit_ids: list[int], kinds: frozenset[RoleKind], now: datetime, limit: int
) -> list[tuple[Person, Role]]:
    """Roles held in these units with their people, members first."""
    own = tx.columns(Person)
    statement = (
        select(*own, *tx.columns(Role))
        .join(roles, roles.c.person_id == people.c.id)
        .where(roles.c.unit_id.in_(unit_ids), roles.c.kind.in_(sorted(kinds)), *_held(now))
        .order_by((roles.c.kind != RoleKind.MEMBER), roles.c.unit_id, people.c.id)
        .limit(limit)
    )
    return [
        (tx.value(Person, row[: len(own)]), tx.value(Role, row[len(own) :])) for row in tx.rows(statement)
    ]


def give_role(tx: Tx, role: Role) -> Role:
    """Adds a role, or makes an ended one run again."""
    same = and_(
        roles.c.person_id == role.person_id, roles.c.kind == role.kind, roles.c.unit_id == role.unit_id
    )
    found = tx.first(Role, same)
    if found is None:
        return tx.add(role)
    tx.connection.execute(update(roles).where(same).values(since=role.since, until=role.until))
    return found


def end_role(tx: Tx, role: Role, now: datetime) -> None:
    tx.connection.execute(update(roles).where(roles.c.id == role.id).values(until=now))


def membership(tx: Tx, person_id: int) -> Membership | None:
    return tx.first(Membership, memberships.c.person_id == person_id)


def members_of(tx: Tx, unit_id: int, limit: int = 200) -> list[Membership]:
    return tx.all(
        Membership, memberships.c.unit_id == unit_id, memberships.c.state == "confirmed", limit=limit
    )


def pending_members(tx: Tx, unit_ids: list[int], limit: int = 50) -> list[Membership]:
    return tx.all(
        Membership, memberships.c.unit_id.in_(unit_ids), memberships.c.state == "pending", limit=limit
    )


def count(tx: Tx) -> int:
    return int(tx.connection.execute(select(func.count()).select_from(people)).scalar() or 0)


def everybody_on_the_roster(tx: Tx, limit: int = 10_000) -> list[Person]:
    """The people who came from a roster."""
    return tx.all(Person, people.c.key.is_not(None), limit=limit)
