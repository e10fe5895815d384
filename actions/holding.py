"""A task in and out of people's hands."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from actions.concern import public_words
from domain.access import Actor
from domain.case import Case, CaseKind
from domain.events import Event
from domain.people import DESKS
from domain.ratings import Rating
from domain.tasks import Claim, ClaimState, Task, TaskState
from storage import reach
from storage import tasks as rows
from storage.tx import Tx

UNREAD_FOR = timedelta(hours=48)  # in a mailbox that nobody opens
FETCHED = frozenset({"web", "open311"})
"""Channels whose messages wait until a page fetches them; elsewhere what was sent has arrived."""
TITLE_LENGTH = 60  # characters of the words that a list shows


def happened(kind: str, task: Task, by: Actor | None, now: datetime, **data: object) -> Event:
    """The event of something that was done with a task."""
    return Event(
        kind=kind,
        at=now,
        subject="task",
        subject_id=task.id,
        actor_id=by.id if by else None,
        unit_id=task.unit_id,
        data={"case": task.case_id, **data},
    )


def title_of(tx: Tx, case: Case) -> str:
    """What a list says of a case; of a private one nothing."""
    return "" if case.sealed else public_words(tx, case)[:TITLE_LENGTH]


def list_task(tx: Tx, case: Case, now: datetime) -> Task:
    """Puts a case on the list members take tasks from; a private one is only assigned.

    A wish is listed once the branch has verified it, without the name.
    """
    return tx.add(
        Task(
            case_id=case.id,
            unit_id=case.unit_id,
            number=case.number,
            title=title_of(tx, case),
            listed=case.kind is CaseKind.WISH or not case.private,
            urgent=case.urgent,
            created_at=now,
        )
    )


def hold(tx: Tx, task: Task, person_id: int, now: datetime) -> Claim:
    """Puts one place of a locked task into somebody's hands."""
    tx.save(task.take())
    waiting = rows.active_claim(tx, task.id, person_id)
    if waiting is not None:
        return tx.save(replace(waiting, state=ClaimState.HELD, claimed_at=now))
    return tx.add(Claim(task_id=task.id, person_id=person_id, claimed_at=now))


def free_task(tx: Tx, case: Case, now: datetime, state: TaskState = TaskState.OPEN) -> Task | None:
    """Takes the case's task out of everybody's hands: back on the list, or off it for good."""
    task = rows.of_case(tx, case.id, lock=True)
    if task is None:
        return None
    ended = ClaimState.DONE if state is TaskState.DONE else ClaimState.GIVEN_BACK
    for claim_state in (ClaimState.HELD, ClaimState.WAITING):
        for claim in rows.holders(tx, task.id, claim_state):
            tx.save(replace(claim, state=ended, ended_at=now))
    for offer in rows.offers_for(tx, task.id):
        tx.save(replace(offer, state="gone"))
    return tx.save(replace(task, state=state, taken=0, unit_id=case.unit_id, title=title_of(tx, case)))


def waiting_at_doors(tx: Tx, case_id: int, now: datetime) -> list[int]:
    """The joiners of a case whom no message will bring its answer."""
    lost = reach.joined(tx, now, UNREAD_FOR, FETCHED, case_id=case_id)
    return [one.joiner_id for one in lost if one.arrived_at is None]


def drop_visit(tx: Tx, case_id: int, now: datetime, *, for_all: bool = False) -> None:
    """The answer arrived otherwise: nobody has to go, unless somebody who joined still waits for it.

    `for_all`: it is no answer any more.
    """
    task = reach.visit(tx, case_id)
    if task is None or (not for_all and waiting_at_doors(tx, case_id, now)):
        return
    for state in (ClaimState.HELD, ClaimState.WAITING):
        for claim in rows.holders(tx, task.id, state):
            tx.save(replace(claim, state=ClaimState.GIVEN_BACK, ended_at=now))
            tx.add(happened("visit_dropped", task, None, now, to=claim.person_id))
    tx.save(replace(task, state=TaskState.GONE, taken=0))


def barred(tx: Tx, task: Task, person_id: int | None) -> bool:
    """Whether a return visit is not theirs to know of: they had a hand in the service, or gave the stars."""
    rating = tx.get(Rating, task.rating_id)
    if rating is None or person_id is None:
        return False
    return person_id in (rating.handler_id, rating.person_id) or rows.ever_held(tx, rating.task_id, person_id)


def sends(by: Actor, task: Task) -> bool:
    """Whether a return visit lies at their desk; of what is private only at that unit's own."""
    own = task.unit_id in by.units(DESKS)
    return own or (bool(task.title) and by.runs(task.unit_id))
