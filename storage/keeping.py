"""What is kept of one person: counted for a look, and whole for a copy of their own."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, or_, select

from domain.case import Case
from domain.people import Person, Role
from domain.pushes import Subscription
from storage import pushes
from storage.tables import (
    activities,
    addresses,
    cases,
    events,
    files,
    joiners,
    mailbox,
    memberships,
    notes,
    opinions,
    ratings,
    roles,
    signups,
    units,
)
from storage.tx import Tx


def counts(tx: Tx, person_id: int) -> dict[str, int]:
    """How many cases, chat messages, files and ways to be reached there are."""
    at = select(addresses.c.id).where(addresses.c.person_id == person_id)
    about = or_(cases.c.reporter_id == person_id, cases.c.beneficiary_id == person_id)
    asked = {
        "cases": select(func.count()).select_from(cases).where(about),
        "messages": select(func.count()).select_from(mailbox).where(mailbox.c.address_id.in_(at)),
        "files": select(func.count()).select_from(files).where(files.c.person_id == person_id),
        "devices": select(func.count()).select_from(addresses).where(addresses.c.person_id == person_id),
    }
    return {name: int(tx.connection.execute(one).scalar_one()) for name, one in asked.items()}


def copy(tx: Tx, person: Person) -> dict[str, Any]:
    """Everything there is about somebody, for themselves: plain values, moments aware."""
    key = person.id
    held = tx.all(Role, roles.c.person_id == key)
    named = {row.id: row.name for row in tx.rows(select(units.c.id, units.c.name))} if held else {}
    about = {name: getattr(person, name) for name in _OF_PERSON}
    return {
        "person": about | {"roles": [_role(role, named) for role in held]},
        "membership": _rows(tx, select(*(memberships.c[name] for name in _OF_MEMBER)), memberships, key),
        "reached": _rows(tx, select(addresses.c.channel, addresses.c.seen_at), addresses, key),
        "pushes": [_push(one) for one in pushes.of_person(tx, key)],
        "cases": [_case(case, key) for case in _cases(tx, key)],
        "joined": _joined(tx, key),
        "notes": _rows(tx, select(notes.c.at, notes.c.text), notes, key),
        "opinions": _rows(tx, select(opinions.c.at, opinions.c.text), opinions, key),
        "ratings": _rows(tx, select(ratings.c.created_at, ratings.c.stars, ratings.c.words), ratings, key),
        "activities": _activities(tx, key),
        "files": _rows(tx, select(files.c.id, files.c.at, files.c.mime, files.c.size), files, key),
        "phone_read": _phone_read(tx, key),
        "messages": _messages(tx, key),
    }


_OF_PERSON = (
    "name", "phone", "room", "locale", "large_type", "muted", "created_at", "consent_at", "consent_version",
)  # fmt: skip
_OF_MEMBER = ("state", "work_unit", "skills", "full_time", "duty", "asked_at")
_OF_CASE = (
    "number", "year", "kind", "status", "category", "text", "place_text", "room", "private", "anonymity",
    "created_at", "answer_by", "answered_at", "answer", "closed_at",
)  # fmt: skip


def _rows(tx: Tx, statement: Any, table: Any, person_id: int) -> list[dict[str, Any]]:
    found = tx.rows(statement.where(table.c.person_id == person_id).order_by(table.c.id))
    return [dict(row._mapping) for row in found]


def _role(role: Role, named: dict[int, str]) -> dict[str, Any]:
    return {
        "role": str(role.kind),
        "unit": named.get(role.unit_id, ""),
        "since": role.since,
        "until": role.until,
    }


def _cases(tx: Tx, key: int) -> list[Case]:
    return tx.all(Case, or_(cases.c.reporter_id == key, cases.c.beneficiary_id == key), limit=10_000)


def _case(case: Case, person_id: int) -> dict[str, Any]:
    mine = case.reporter_id == case.beneficiary_id == person_id
    whose = "own" if mine else "for_another" if case.reporter_id == person_id else "by_another"
    return {"whose": whose} | {name: getattr(case, name) for name in _OF_CASE}


def _push(one: Subscription) -> dict[str, Any]:
    """A browser by its push service's name; its address and keys are nothing to show."""
    service = urlsplit(one.endpoint).hostname or ""
    return {"service": service, "created_at": one.created_at, "ok_at": one.ok_at}


def _joined(tx: Tx, key: int) -> list[dict[str, Any]]:
    joined = (
        select(cases.c.number, cases.c.year, joiners.c.joined_at, joiners.c.left_at)
        .join(cases, cases.c.id == joiners.c.case_id)
        .where(joiners.c.person_id == key, cases.c.reporter_id != key)
        .order_by(joiners.c.id)
    )
    return [dict(row._mapping) for row in tx.rows(joined)]


def _activities(tx: Tx, key: int) -> list[dict[str, Any]]:
    signed = (
        select(activities.c.title, activities.c.starts_at, signups.c.state)
        .join(activities, activities.c.id == signups.c.activity_id)
        .where(signups.c.person_id == key)
        .order_by(signups.c.id)
    )
    return [dict(row._mapping) for row in tx.rows(signed)]


def _phone_read(tx: Tx, key: int) -> list[Any]:
    """When their number was shown to somebody who handles a case of theirs."""
    mine = select(cases.c.id).where(cases.c.beneficiary_id == key)
    read = (events.c.kind == "phone_read", events.c.subject == "case", events.c.subject_id.in_(mine))
    return [row[0] for row in tx.rows(select(events.c.at).where(*read).order_by(events.c.id))]


def _messages(tx: Tx, key: int) -> list[dict[str, Any]]:
    at = select(addresses.c.id).where(addresses.c.person_id == key)
    said = select(mailbox.c.at, mailbox.c.mine, mailbox.c.body).where(mailbox.c.address_id.in_(at))
    return [
        {"at": row.at, "from": "me" if row.mine else "linli", "text": str(row.body.get("text", ""))}
        for row in tx.rows(said.order_by(mailbox.c.id))
    ]
