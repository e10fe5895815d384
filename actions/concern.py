"""Whose case it is: who asked, whom it is for, and who joined."""

from __future__ import annotations

from domain.access import Actor
from domain.case import Case
from domain.errors import NotFound
from domain.people import Person
from nlu.complaints import without_names
from nlu.masking import NAME
from storage import clusters
from storage.tx import Tx


def concerns(tx: Tx, by: Actor, case: Case) -> bool:
    """Whether the case is theirs, by itself or because they joined it."""
    return by.concerns(case) or clusters.is_in(tx, case.id, by.id)


def theirs(tx: Tx, by: Actor, case: Case | None) -> Case:
    """A case they asked for or joined. Raises NotFound for anybody else's."""
    if case is None or not concerns(tx, by, case):
        raise NotFound()
    return case


def public_words(tx: Tx, case: Case) -> str:
    """What a case says to those who do not handle it: whom it was filed for is not named.

    Of an anonymous case nobody's name, number or room is told, though they wrote it themselves.
    """
    if case.anonymity:
        people = [tx.get(Person, key) for key in {case.reporter_id, case.beneficiary_id}]
        return without_names(case.text, [one.name for one in people if one and one.name])
    if case.beneficiary_id == case.reporter_id:
        return case.text
    person = tx.get(Person, case.beneficiary_id)
    return case.text.replace(person.name, NAME) if person and person.name else case.text
