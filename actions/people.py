"""Consent, homes, registration as a member, and how an address becomes somebody's."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.access import Actor
from domain.calendar import duty_now
from domain.case import Case
from domain.community import UnitKind
from domain.errors import AlreadyDone, AlreadyRegistered, NotAllowed, NotFound, TooOften, WrongCode
from domain.events import Event
from domain.people import Membership, Person, Role, RoleKind
from domain.tree import Community, Place, Unit
from storage import clusters, invites
from storage import community as places
from storage import people as rows
from storage.tx import Tx

CONSENT_VERSION = "2026-11"
INVITE_DAYS = 7
DEVICE_FOR = timedelta(minutes=10)
CODES_AT_ONCE = 3


def consent(tx: Tx, person: Person, now: datetime) -> Person:
    """Keeps that somebody agreed, to which text, and when."""
    if person.consent_at is not None:
        return person
    agreed = tx.save(replace(person, consent_at=now, consent_version=CONSENT_VERSION))
    tx.add(_event("consented", agreed.id, agreed.id, now, version=CONSENT_VERSION))
    return agreed


def settle(tx: Tx, by: Actor, place: Place, now: datetime, room: str = "") -> Person:
    """Keeps where somebody lives."""
    person = tx.get(Person, by.id)
    assert person is not None
    moved = tx.save(replace(person, home_place_id=place.id, room=room or person.room))
    tx.add(_event("settled", moved.id, by.id, now))
    return moved


def speak(tx: Tx, person: Person, locale: str) -> Person:
    """Keeps the language somebody reads."""
    return person if person.locale == locale else tx.save(replace(person, locale=locale))


def _event(kind: str, person_id: int, actor_id: int, now: datetime, **data: object) -> Event:
    unit = data.pop("unit_id", None)
    return Event(
        kind=kind,
        at=now,
        subject="person",
        subject_id=person_id,
        actor_id=actor_id,
        unit_id=unit if isinstance(unit, int) else None,
        data=dict(data),
    )


# -- 双报到 ----------------------------------------------------------------------------------------
def register_member(
    tx: Tx, by: Actor, *, name: str, home: Place, work_unit: str, skills: tuple[str, ...], now: datetime
) -> Membership:
    """A member reports to the branch where they live; its secretary confirms before any role begins.

    Who is on the roster keeps the name that stands there.
    """
    branch = by.community.branch_of(home)
    if branch is None:
        raise NotFound()
    known = rows.membership(tx, by.id)
    if known is not None and known.state == "confirmed" and known.unit_id == branch.id:
        raise AlreadyRegistered(unit=branch.name)
    person = tx.get(Person, by.id)
    assert person is not None
    named = person.name if person.key and person.name else name
    tx.save(replace(person, name=named, home_place_id=person.home_place_id or home.id))
    asked = Membership(person_id=by.id, unit_id=branch.id, work_unit=work_unit, skills=skills, asked_at=now)
    if known is None:
        made = tx.add(asked)
    else:
        made = tx.save(
            replace(
                known,
                unit_id=branch.id,
                work_unit=work_unit,
                skills=skills,
                state="pending",
                asked_at=now,
                decided_at=None,
                decided_by=None,
            )
        )
    tx.add(_event("member_asked", by.id, by.id, now, unit_id=branch.id, membership=made.id))
    return made


def asked_here(tx: Tx, by: Actor, membership_id: int) -> Membership:
    """A registration that lies with a branch of theirs. Raises NotFound for anybody else's."""
    asked = tx.get(Membership, membership_id)
    if asked is None or not by.runs(asked.unit_id):
        raise NotFound()
    return asked


def decide_member(tx: Tx, by: Actor, membership_id: int, *, accept: bool, now: datetime) -> Membership:
    """The secretary of the branch confirms or refuses; nobody confirms themselves. Raises NotFound."""
    asked = asked_here(tx, by, membership_id)
    if asked.person_id == by.id:
        raise NotAllowed()
    if asked.state != "pending":
        raise AlreadyDone(number=asked.id)
    state = "confirmed" if accept else "refused"
    decided = tx.save(replace(asked, state=state, decided_at=now, decided_by=by.id))
    if accept:
        rows.give_role(
            tx, Role(person_id=asked.person_id, kind=RoleKind.MEMBER, unit_id=asked.unit_id, since=now)
        )
    tx.add(_event(f"member_{state}", asked.person_id, by.id, now, unit_id=asked.unit_id))
    return decided


# -- one person, several addresses -----------------------------------------------------------------
def invite(tx: Tx, person_id: int, now: datetime, days: int = INVITE_DAYS) -> str:
    """A code that ties an address to a person of the roster: 128 bits, once, until it expires."""
    token = secrets.token_urlsafe(16)
    invites.issue(tx, person_id, token, now, now + timedelta(days=days))
    return token


def device_code(tx: Tx, by: Actor, now: datetime) -> str:
    """A code that ties one more address to whoever asks. Raises TooOften after three that nobody used."""
    if invites.open_for(tx, by.id, now, within=DEVICE_FOR) >= CODES_AT_ONCE:
        raise TooOften()
    token = secrets.token_urlsafe(16)
    invites.issue(tx, by.id, token, now, now + DEVICE_FOR)
    tx.add(_event("device_code_given", by.id, by.id, now))
    return token


def invited(tx: Tx, token: str, now: datetime) -> Person | None:
    """Whom a code would make of this address, while they are reached elsewhere already; else None."""
    person = tx.get(Person, invites.whose(tx, token, now))
    return person if person is not None and rows.reachable(tx, person.id) else None


def bind_by_code(tx: Tx, address_id: int, token: str, now: datetime) -> Person:
    """The address becomes the invited person's. Raises WrongCode for every kind of bad code."""
    person_id = invites.use(tx, token, now)
    person = tx.get(Person, person_id)
    if person is None:
        raise WrongCode()
    if person.key is None and not rows.reachable(tx, person.id):
        return _adopt(tx, address_id, person, now)
    return _bind(tx, address_id, person, now)


def bind_by_phone(tx: Tx, address_id: int, phone: str, now: datetime) -> Person | None:
    """A number the channel vouches for: of somebody on the roster, or of whom others have reported for."""
    person = rows.by_phone(tx, phone)
    if person is not None:
        return _bind(tx, address_id, person, now)
    guest = rows.with_phone(tx, phone)
    if guest is None or rows.reachable(tx, guest.id):
        return None
    return _adopt(tx, address_id, guest, now)


def _adopt(tx: Tx, address_id: int, guest: Person, now: datetime) -> Person:
    """What was filed for somebody without an account is theirs, now that they have one."""
    address = rows.address_row(tx, address_id)
    me = tx.get(Person, address.person_id) if address else None
    if me is None or me.id == guest.id:
        raise WrongCode()
    rows.merge(tx, guest.id, me.id)
    tx.save(replace(guest, name="", phone="", room="", home_place_id=None))
    known = replace(
        me,
        name=me.name or guest.name,
        phone=me.phone or guest.phone,
        home_place_id=me.home_place_id or guest.home_place_id,
        room=me.room or ("" if me.home_place_id else guest.room),
    )
    tx.add(_event("guest_bound", me.id, me.id, now, guest=guest.id))
    return tx.save(known)


def _bind(tx: Tx, address_id: int, person: Person, now: datetime) -> Person:
    before = rows.bind(tx, address_id, person.id)
    if before is not None and before.key is None and before.id != person.id:
        rows.merge(tx, before.id, person.id)
        if not rows.reachable(tx, before.id):
            person = _take_on(tx, before, person)
    tx.add(_event("address_bound", person.id, person.id, now, address=address_id))
    return person


def _take_on(tx: Tx, before: Person, person: Person) -> Person:
    """Somebody who turned out to be somebody else leaves nothing behind but what was not known yet."""
    tx.save(replace(before, name="", phone="", room="", home_place_id=None))
    if person.home_place_id is not None or before.home_place_id is None:
        return person
    return tx.save(replace(person, home_place_id=before.home_place_id, room=before.room))


# -- finding a member ------------------------------------------------------------------------------
def on_duty(tx: Tx, unit_id: int, now: datetime) -> list[tuple[Person, Membership, bool]]:
    """A branch's members who can be called, those on duty first."""
    found = []
    for membership in rows.members_of(tx, unit_id):
        person = tx.get(Person, membership.person_id)
        holds = person and any(
            role.kind is RoleKind.MEMBER and role.unit_id == unit_id
            for role in rows.roles_of(tx, person.id, now)
        )
        if person and holds and membership.duty:
            found.append((person, membership, duty_now(membership.duty, now)))
    return sorted(found, key=lambda one: (not one[2], not one[1].full_time, one[0].id))


def home_of(tx: Tx, person: Person) -> Place | None:
    return places.place(tx, person.home_place_id)


def branch_of_home(tx: Tx, by: Actor) -> Unit | None:
    """The branch of the grid somebody lives in; for members and staff without a home, their own."""
    branch = by.community.branch_of(home_of(tx, by.person))
    if branch is not None:
        return branch
    mine = [by.community.units[role.unit_id] for role in by.roles if role.unit_id in by.community.units]
    return next((unit for unit in mine if unit.kind is UnitKind.BRANCH), mine[0] if mine else None)


def may_see_file(tx: Tx, community: Community, row: Any, person_id: int, now: datetime) -> bool:
    """A file is for its owner, the people of its case, and whoever handles that case.

    Who joined a case sees what its handler sent, not what other residents did.
    """
    if row.person_id == person_id:
        return True
    case = tx.get(Case, row.case_id)
    person = tx.get(Person, person_id)
    if case is None or person is None:
        return False
    actor = Actor(person=person, roles=tuple(rows.roles_of(tx, person_id, now)), community=community)
    if actor.concerns(case) or actor.handles(case):
        return True
    of_residents = {case.reporter_id, case.beneficiary_id, *clusters.people_of(tx, case.id)}
    return row.person_id not in of_residents and clusters.is_in(tx, case.id, person_id)
