"""Handing a case to another unit: until it accepts, the first one answers for it (首问责任)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions import cases, private
from actions.holding import free_task, list_task
from domain.access import Actor
from domain.case import Case
from domain.community import UnitKind
from domain.errors import AlreadyDone, NotAllowed, NotFound
from domain.tasks import Offer
from domain.tree import QUEUES, Community, Unit
from storage import tasks as task_rows
from storage.tx import Tx

_BODIES = frozenset({UnitKind.PROPERTY, UnitKind.DEPARTMENT})


def offer_transfer(
    tx: Tx, by: Actor, case_id: int, unit_id: int, reason: str, now: datetime, shared: str = ""
) -> Offer:
    """Asks another unit to take the case; it stays here until they accept (首问责任).

    A party beside the queues (物业, a department) reads `shared`, which the desk has confirmed, and no more.
    Raises NotFound, NotAllowed (the case is about that unit), AlreadyDone (asked in the same words).
    """
    case = by.case_of_queue(tx.get(Case, case_id))
    if unit_id not in by.community.units or unit_id == case.unit_id:
        raise NotFound()
    case.move("transfer")
    if case.subject_unit_id and by.community.is_within(unit_id, case.subject_unit_id):
        raise NotAllowed()
    if private.is_party(by.community, unit_id):
        case = tx.save(replace(case, shared=shared or private.summary(tx, case)))
    task = task_rows.of_case(tx, case.id, lock=True) or list_task(tx, case, now)
    for old in task_rows.offers_for(tx, task.id):
        if (old.to_unit_id, old.note, old.from_person_id) == (unit_id, reason, by.id):
            raise AlreadyDone(number=case.number)
        tx.save(replace(old, state="gone"))
    offer = tx.add(
        Offer(task_id=task.id, from_person_id=by.id, to_unit_id=unit_id, note=reason, created_at=now)
    )
    tx.add(cases.happened("transfer_offered", case, by, now, offer=offer.id, to=unit_id))
    return offer


def accept_transfer(tx: Tx, by: Actor, offer_id: int, now: datetime) -> Case:
    """The other unit takes it: from here on its queue is accountable."""
    offer = task_rows.open_offer(tx, offer_id)
    if offer is None or offer.to_unit_id is None or not by.runs(offer.to_unit_id):
        raise NotFound()
    task = task_rows.locked(tx, offer.task_id)
    case = tx.get(Case, task.case_id if task else None)
    if case is None or offer.state != "open":
        raise AlreadyDone(number=case.number if case else 0)
    if by.is_subject(case):
        raise NotFound()
    moved = replace(case.transfer(offer.to_unit_id), signed_at=now)
    tx.save(replace(offer, state="accepted"))
    free_task(tx, moved, now)
    return tx.save(
        moved, cases.happened("case_transferred", moved, by, now, before=case.unit_id, owner=case.owner_id)
    )


def refuse_transfer(tx: Tx, by: Actor, offer_id: int, now: datetime) -> Case:
    """Not ours: the first unit keeps it and hears so."""
    offer = task_rows.open_offer(tx, offer_id)
    if offer is None or offer.to_unit_id is None or not by.runs(offer.to_unit_id):
        raise NotFound()
    task = task_rows.locked(tx, offer.task_id)
    case = tx.get(Case, task.case_id if task else None)
    if case is None or offer.state != "open":
        raise AlreadyDone(number=case.number if case else 0)
    tx.save(replace(offer, state="refused"))
    tx.add(cases.happened("transfer_refused", case, by, now, to=offer.to_unit_id, asker=offer.from_person_id))
    return case


def responsible_units(community: Community, unit_id: int) -> list[Unit]:
    """Where a case of this unit may go: the bodies beside it, one level up, departments, then neighbours."""
    up = community.next_up(unit_id)
    home, top = community.numbering(unit_id), community.nearest(unit_id, UnitKind.SUBDISTRICT)
    units = [one for one in community.units.values() if one.id not in (unit_id, up.id)]
    branch = community.nearest(unit_id, UnitKind.BRANCH)
    beside = [one for one in units if branch and one.parent_id == branch.id and one.kind in _BODIES]
    departments = [one for one in units if top and one.parent_id == top.id and one.kind in _BODIES]
    neighbours = [one for one in units if one.kind in QUEUES and community.is_within(one.id, home.id)]
    level_up = [up] if up.id != unit_id else []
    return list(dict.fromkeys([*beside, *level_up, *departments, *neighbours]))
