"""Other systems: their keys, and the numbers they have for our cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions.cases import happened
from domain.access import Actor
from domain.case import Case
from domain.errors import NotFound
from domain.people import Person
from domain.systems import EXTERNAL, ApiKey
from domain.tree import Unit
from storage import people, systems
from storage.tx import Tx

CHANNEL = "open311"


def issue(tx: Tx, name: str, unit: Unit, token: str, now: datetime) -> ApiKey:
    """A right to file and follow cases in a unit and below, with a name for its cases to stand in."""
    person = tx.add(Person(name=name[:60], created_at=now))
    key = tx.add(
        ApiKey(
            name=name[:120],
            token_hash=systems.hashed(tx, token),
            unit_id=unit.id,
            person_id=person.id,
            created_at=now,
        )
    )
    found, _, _ = people.arrive(tx, CHANNEL, f"key:{key.id}", "zh_Hans", now)
    people.bind(tx, found.id, person.id)
    return key


def number_of_others(tx: Tx, case: Case, number: str, source: str, now: datetime) -> Case:
    """Keeps the number another system has for a case; the first one stays. Odd ones are left out."""
    if case.external_number or not EXTERNAL.fullmatch(number):
        return case
    kept = replace(case, external_number=number)
    return tx.save(kept, happened("case_numbered", kept, None, now, source=source))


def find(tx: Tx, by: Actor, number: str) -> list[Case]:
    """Cases of their queues that another system knows under this number. Raises NotFound."""
    found = [case for case in systems.with_external(tx, number) if by.may_run(case)]
    if not found:
        raise NotFound()
    return found
