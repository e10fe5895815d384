"""A word between a desk and whoever holds one of its cases; the resident hears nothing of it."""

from __future__ import annotations

from datetime import datetime

from domain.access import Actor
from domain.case import UNFINISHED, Case
from domain.errors import NotFound, NothingSaid, WrongState
from domain.events import Event
from storage import cases as rows
from storage.tx import Tx


def _happened(kind: str, case: Case, by: Actor, now: datetime, **data: object) -> Event:
    return Event(
        kind=kind, at=now, subject="case", subject_id=case.id, actor_id=by.id, unit_id=case.unit_id, data=data
    )


def to_holder(tx: Tx, by: Actor, case_id: int, words: str, now: datetime) -> Case:
    """The desk says something to whoever has the case.

    Raises NotFound for a case of another queue, NothingSaid, WrongState when nobody but them holds it.
    """
    case = by.case_of_queue(tx.get(Case, case_id))
    if not words.strip():
        raise NothingSaid()
    if case.status not in UNFINISHED or case.owner_id in (None, by.id):
        raise WrongState(number=case.number, status=case.status)
    note = rows.add_note(tx, case.id, by.id, words, now, kind="desk")
    tx.add(_happened("holder_told", case, by, now, note=note))
    return case


def to_desk(tx: Tx, by: Actor, case_id: int, words: str, now: datetime) -> Case:
    """Whoever has the case says something to its desk. Raises NotFound, NothingSaid."""
    case = tx.get(Case, case_id)
    if case is None or case.owner_id != by.id:
        raise NotFound()
    if not words.strip():
        raise NothingSaid()
    note = rows.add_note(tx, case.id, by.id, words, now, kind="desk")
    tx.add(_happened("desk_told", case, by, now, note=note))
    return case
