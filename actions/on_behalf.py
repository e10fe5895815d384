"""代报: somebody reports for somebody else, who is told and may take it over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions import cases, people
from actions.concern import public_words
from domain.access import Actor
from domain.case import Case
from domain.errors import AlreadyDone, NotFound
from domain.people import Person
from domain.tree import Place
from storage import cases as case_rows
from storage import clusters
from storage import people as rows
from storage.tx import Tx


def whom(tx: Tx, by: Actor, name: str, phone: str, place: Place | None, room: str, now: datetime) -> Person:
    """The person a report is for: known by the number, or by the name at that door; else a new one.

    A new one has no account: what they are to hear is told by telephone or at the door.
    """
    known = rows.with_phone(tx, phone) if phone else None
    if known is None and place is not None and room:
        here = [one for one in rows.living_at(tx, place.id) if one.name == name and one.room == room]
        known = here[0] if len(here) == 1 else None
    if known is not None and known.id != by.id:
        return known
    return tx.add(
        Person(name=name, phone=phone, home_place_id=place.id if place else None, room=room, created_at=now)
    )


def take_over(tx: Tx, by: Actor, case_id: int, now: datetime) -> Case:
    """Whom it is for sees to it from now on: only they withdraw it. Raises NotFound, AlreadyDone."""
    case = tx.get(Case, case_id)
    if case is None or case.beneficiary_id != by.id or case.reporter_id == by.id:
        raise NotFound()
    if case.taken_over:
        raise AlreadyDone(number=case.number)
    mine = replace(case, taken_over=True)
    return tx.save(mine, cases.happened("case_taken_over", mine, by, now))


def not_mine(tx: Tx, by: Actor, case_id: int, now: datetime) -> Case:
    """不是我的: whom it was filed for has nothing to do with it; it goes on without their name.

    Raises NotFound, AlreadyDone.
    """
    case = tx.get(Case, case_id)
    if case is None or case.beneficiary_id != by.id or case.reporter_id == by.id:
        said = case is not None and any(
            one.kind == "case_not_mine" and one.actor_id == by.id for one in case_rows.history(tx, case.id)
        )
        if case is not None and said:
            raise AlreadyDone(number=case.number)
        raise NotFound()
    stands = clusters.joiner(tx, case.id, by.id)
    if stands is not None and stands.left_at is None:
        tx.save(replace(stands, left_at=now))
    words = public_words(tx, case)
    freed = replace(case, beneficiary_id=case.reporter_id, taken_over=False, text=words)
    return tx.save(freed, cases.happened("case_not_mine", freed, by, now))


def code(tx: Tx, by: Actor, case_id: int, now: datetime) -> tuple[Person, str]:
    """A code with which somebody without an account gets to their case, for the desk to hand over.

    Raises NotFound.
    """
    case = by.case_of_queue(tx.get(Case, case_id))
    person = takes_code(tx, by, case)
    if person is None:
        raise NotFound()
    tx.add(cases.happened("code_given", case, by, now))
    return person, people.invite(tx, person.id, now)


def takes_code(tx: Tx, by: Actor, case: Case) -> Person | None:
    """For whom this desk can make a code: no message reaches them, and they are on no roster."""
    person = without_account(tx, case) if by.may_name(case) else None
    return None if person is None or person.key is not None else person


def without_account(tx: Tx, case: Case) -> Person | None:
    """Whom a case is for, when no message reaches them."""
    person = tx.get(Person, case.beneficiary_id)
    return None if person is None or rows.reachable(tx, person.id) else person


def read_phone(tx: Tx, by: Actor, case_id: int, now: datetime) -> Person:
    """The number of somebody without an account, for whoever runs the queue; that it was read is kept.

    Raises NotFound.
    """
    case = by.case_of_queue(tx.get(Case, case_id))
    person = without_account(tx, case) if by.may_name(case) else None
    if person is None or not person.phone:
        raise NotFound()
    tx.add(cases.happened("phone_read", case, by, now))
    return person
