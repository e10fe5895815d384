"""What members do with tasks: take, finish, give back, hand over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from actions import cases, lapses, visits
from actions.holding import barred, happened, hold, sends
from domain.access import Actor
from domain.calendar import BEIJING
from domain.case import Case, Status
from domain.errors import (
    AlreadyClaimed,
    AlreadyDone,
    AlreadyYours,
    NotAllowed,
    NotFound,
    WrongState,
)
from domain.people import Person, RoleKind
from domain.tasks import Claim, ClaimState, Offer, Task, TaskState
from storage import cases as case_rows
from storage import people
from storage import tasks as rows
from storage.tx import Tx


def post(
    tx: Tx,
    by: Actor,
    unit_id: int,
    *,
    title: str,
    places: int,
    now: datetime,
    starts_at: datetime | None = None,
    skills: tuple[str, ...] = (),
) -> Task:
    """A secretary offers a post with n places to the unit's members. Raises NotAllowed."""
    by.must_run(unit_id)
    community = by.community.numbering(unit_id)
    task = tx.add(
        Task(
            unit_id=unit_id,
            number=case_rows.next_number(tx, community.id, now.astimezone(BEIJING).year),
            title=title,
            places=places,
            starts_at=starts_at,
            skills=skills,
            created_at=now,
        )
    )
    tx.add(happened("task_posted", task, by, now))
    return task


def visible(tx: Tx, by: Actor, task_id: int, *, lock: bool = False) -> Task:
    """A task this member may see. Raises NotFound."""
    task = rows.locked(tx, task_id) if lock else tx.get(Task, task_id)
    if task is None or not by.serves(task.unit_id) or barred(tx, task, by.id):
        raise NotFound()
    if task.rating_id is not None and sends(by, task):
        return task
    if not task.listed and rows.active_claim(tx, task.id, by.id) is None:
        case = tx.get(Case, task.case_id or task.visits_case_id)
        if case is None or not by.may_run(case):
            raise NotFound()
    return task


def claim(tx: Tx, by: Actor, task_id: int, now: datetime) -> tuple[Task, Claim]:
    """A member takes a task. When a post is full they stand on its waiting list, in order.

    Raises NotFound, AlreadyYours, AlreadyClaimed (a case that somebody has), WrongState.
    """
    task = visible(tx, by, task_id, lock=True)
    mine = rows.active_claim(tx, task.id, by.id)
    if mine is not None:
        raise AlreadyYours(number=task.number, state=mine.state)
    if task.state in (TaskState.DONE, TaskState.GONE):
        gone = tx.get(Case, task.case_id)
        raise WrongState(number=task.number, status=gone.status if gone else Status.CLOSED)
    if task.case_id is not None:
        case = tx.get(Case, task.case_id)
        assert case is not None
        try:
            taken = case.claim(by.id)
        except AlreadyClaimed as refusal:
            owner = tx.get(Person, case.owner_id)
            raise AlreadyClaimed(number=case.number, name=owner.name if owner else "") from refusal
        got = lapses.begin(tx, by.community, taken, hold(tx, task, by.id, now), now)
        tx.save(taken, happened("task_claimed", task, by, now, claim=got.id))
        return task, got
    if task.free:
        got = hold(tx, task, by.id, now)
        tx.add(happened("task_claimed", task, by, now, claim=got.id))
        return task, got
    got = tx.add(Claim(task_id=task.id, person_id=by.id, state=ClaimState.WAITING, claimed_at=now))
    return task, got


def held(tx: Tx, by: Actor, task_id: int) -> tuple[Task, Claim]:
    """A task they hold or wait for, locked.

    Raises NotFound, AlreadyDone, WrongState when it has left their hands.
    """
    task = rows.locked(tx, task_id)
    mine = rows.active_claim(tx, task_id, by.id) if task else None
    if task is not None and mine is not None:
        return task, mine
    if task is None or not rows.ever_held(tx, task_id, by.id):
        raise NotFound()
    case = tx.get(Case, task.case_id)
    if case is None or any(one.person_id == by.id for one in rows.holders(tx, task_id, ClaimState.DONE)):
        raise AlreadyDone(number=task.number)
    raise WrongState(number=task.number, status=case.status)


def finish(tx: Tx, by: Actor, task_id: int, answer: str, files: Sequence[int], now: datetime) -> Task:
    """Done, with an answer to the person and perhaps a photo. Raises NotFound, AlreadyDone, WrongState."""
    task, mine = held(tx, by, task_id)
    if mine.state is not ClaimState.HELD:
        raise NotFound()
    if task.case_id is not None:
        cases.answer(tx, by, task.case_id, answer, files, now)
        return task
    tx.save(replace(mine, state=ClaimState.DONE, ended_at=now, note=answer))
    tx.add(happened("post_finished", task, by, now, claim=mine.id, visits=task.visits_case_id))
    visits.told(tx, task, now)
    if not [one for one in rows.holders(tx, task.id) if one.id != mine.id]:
        tx.save(replace(task, state=TaskState.DONE))
        for waits in rows.holders(tx, task.id, ClaimState.WAITING):  # no place can become free any more
            tx.save(replace(waits, state=ClaimState.LAPSED, ended_at=now))
    return task


def give_back(tx: Tx, by: Actor, task_id: int, reason: str, now: datetime) -> Task:
    """Cannot do it after all: back on the list, or to the first who waits."""
    task, mine = held(tx, by, task_id)
    tx.save(replace(mine, state=ClaimState.GIVEN_BACK, ended_at=now, note=reason))
    if mine.state is ClaimState.WAITING:
        return task
    for offer in rows.offers_for(tx, task.id):
        if offer.from_person_id == by.id:
            tx.save(replace(offer, state="gone"))
    freed = tx.save(task.release())
    if task.case_id is not None:
        case = tx.get(Case, task.case_id)
        if case is not None:
            tx.save(case.give_back())
    tx.add(happened("task_given_back", task, by, now, claim=mine.id))
    waiting = rows.holders(tx, task.id, ClaimState.WAITING, limit=1)
    if waiting and task.case_id is None:
        got = hold(tx, freed, waiting[0].person_id, now)
        tx.add(happened("place_freed", task, None, now, to=waiting[0].person_id, claim=got.id))
    return task


def offer_hand_over(tx: Tx, by: Actor, task_id: int, to: int, note: str, now: datetime) -> Offer:
    """Asks a colleague to take it over; it stays theirs until the other accepts.

    Raises NotFound, AlreadyDone (the same colleague is asked already).
    """
    task, mine = held(tx, by, task_id)
    if mine.state is not ClaimState.HELD or to == by.id or barred(tx, task, to):
        raise NotFound()
    for old in rows.offers_for(tx, task.id):
        if old.from_person_id == by.id and old.to_person_id == to:
            raise AlreadyDone(number=task.number)
        if old.from_person_id == by.id:
            tx.save(replace(old, state="gone"))
    offer = tx.add(Offer(task_id=task.id, from_person_id=by.id, to_person_id=to, note=note, created_at=now))
    tx.add(happened("hand_over_offered", task, by, now, offer=offer.id, to=to))
    return offer


def accept_hand_over(tx: Tx, by: Actor, offer_id: int, now: datetime) -> Task:
    """The colleague takes it. Raises NotFound, AlreadyDone."""
    offer, task = _offer_to(tx, by, offer_id)
    theirs = rows.active_claim(tx, task.id, offer.from_person_id)
    if theirs is None:
        tx.save(replace(offer, state="gone"))
        raise AlreadyDone(number=task.number)
    tx.save(replace(offer, state="accepted"))
    tx.save(replace(theirs, state=ClaimState.GIVEN_BACK, ended_at=now))
    if rows.active_claim(tx, task.id, by.id) is not None:
        raise AlreadyYours(number=task.number)
    got = tx.add(Claim(task_id=task.id, person_id=by.id, claimed_at=now))
    case = tx.get(Case, task.case_id)
    if case is not None:
        tx.save(case.hand_over(by.id))
        if case.paused_at is None:
            lapses.begin(tx, by.community, case, got, now)
    tx.add(happened("hand_over_accepted", task, by, now, before=offer.from_person_id))
    return task


def refuse_hand_over(tx: Tx, by: Actor, offer_id: int, now: datetime) -> Task:
    offer, task = _offer_to(tx, by, offer_id)
    tx.save(replace(offer, state="refused"))
    tx.add(happened("hand_over_refused", task, by, now, asker=offer.from_person_id))
    return task


def _offer_to(tx: Tx, by: Actor, offer_id: int) -> tuple[Offer, Task]:
    offer = rows.open_offer(tx, offer_id)
    if offer is None or offer.to_person_id != by.id:
        raise NotFound()
    task = rows.locked(tx, offer.task_id)
    assert task is not None
    if offer.state != "open":
        raise AlreadyDone(number=task.number)
    return offer, task


def colleagues(tx: Tx, by: Actor, unit_id: int, now: datetime, *, of: Task | None = None) -> list[Person]:
    """The members of a unit to whom a task may be handed or assigned."""
    found = people.in_unit(tx, [unit_id], frozenset({RoleKind.MEMBER}), now, limit=60)
    return [one for one in found if one.id != by.id and not (of and barred(tx, of, one.id))]


def colleague(tx: Tx, by: Actor, unit_id: int, person_id: int, now: datetime) -> Person:
    """One member of the unit. Raises NotAllowed for anybody else."""
    found = next((one for one in colleagues(tx, by, unit_id, now) if one.id == person_id), None)
    if found is None:
        raise NotAllowed()
    return found
