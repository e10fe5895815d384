"""Whom a case is for: shown when somebody of the desk asks, and written down that they did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from actions import cases, on_behalf
from domain.access import Actor
from domain.case import Case
from domain.errors import NotFound, TooOften
from domain.people import Person
from storage import desk_case as rows
from storage.tx import Tx

AN_HOUR = 20  # people whom one person may look up within an hour
READ = ("name_read", "phone_read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A name and a door; a number only where no message reaches the person."""

    name: str
    room: str
    phone: str


def contact(tx: Tx, by: Actor, case: Case) -> Contact:
    """Whom it is for, to be shown masked. Nothing of who wants to stay unknown."""
    person = tx.get(Person, case.beneficiary_id) if by.may_name(case) and by.may_run(case) else None
    if person is None:
        return Contact(name="", room="", phone="")
    room = case.room or (person.room if person.home_place_id == case.place_id else "")
    reachable = on_behalf.without_account(tx, case) is None
    return Contact(name=person.name, room=room, phone="" if reachable else person.phone)


def read(tx: Tx, by: Actor, case_id: int, now: datetime) -> Contact:
    """The same in full, noted in the record. Raises NotFound, TooOften."""
    case = by.case_of_queue(tx.get(Case, case_id))
    found = contact(tx, by, case)
    if not (found.name or found.phone):
        raise NotFound()
    if rows.reads_since(tx, by.id, READ, now - timedelta(hours=1)) >= AN_HOUR:
        raise TooOften()
    tx.add(cases.happened("phone_read" if found.phone else "name_read", case, by, now))
    return found
