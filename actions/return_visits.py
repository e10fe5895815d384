"""回访: after one or two stars somebody who had no hand in it asks the resident what was wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions import cases, tasks
from actions.holding import barred, happened, hold, sends, title_of
from domain.access import Actor
from domain.case import Case, Status
from domain.errors import AlreadyDone, NotFound
from domain.events import Event, Reminder
from domain.people import DESKS, Person
from domain.ratings import Outcome, Rating, ReturnVisit
from domain.tasks import ClaimState, Task, TaskState
from domain.tree import Community
from storage import outbox, people
from storage import ratings as rows
from storage import tasks as task_rows
from storage.tx import Tx

WITHIN = "3wd"


def wanted(tx: Tx, community: Community, rating: Rating, case: Case, now: datetime) -> int:
    """Makes the visit, for the desk to give to somebody; returns its task.

    0 when nobody may know where to go (an anonymous case), or a visit was made before.
    """
    if case.anonymity:
        return 0
    before = rows.visit_of(tx, rating.id, lock=True)
    if before is not None:
        return _once_more(tx, before, now)
    task = Task(
        rating_id=rating.id,
        unit_id=case.unit_id,
        number=case.number,
        title=title_of(tx, case),
        listed=False,
        created_at=now,
    )
    made = tx.add(replace(task, unit_id=_sends(tx, community, task, now)))
    tx.add(ReturnVisit(rating_id=rating.id, task_id=made.id, created_at=now))
    _ask_again(tx, community, made, now)
    return made.id


def _once_more(tx: Tx, before: ReturnVisit, now: datetime) -> int:
    """Dropped because the stars became better, and now they are low again."""
    task = task_rows.locked(tx, before.task_id)
    if task is None or before.outcome is not Outcome.DROPPED:
        return 0
    tx.save(replace(before, outcome=Outcome.OPEN, ended_at=None))
    tx.save(replace(task, state=TaskState.OPEN, taken=0))
    return task.id


def _sends(tx: Tx, community: Community, task: Task, now: datetime) -> int:
    """The lowest unit with somebody at its desk who had no hand in the service."""
    for unit in community.up(task.unit_id):
        if senders(tx, task, unit.id, now):
            return unit.id
    return task.unit_id


def senders(tx: Tx, task: Task, unit_id: int, now: datetime) -> list[int]:
    """Who at a unit's desk may give the visit to somebody."""
    found = people.in_unit(tx, [unit_id], DESKS, now)
    return [one.id for one in found if not barred(tx, task, one.id)]


def not_needed(tx: Tx, rating: Rating, now: datetime) -> None:
    """The stars became better: nobody has to go, unless somebody has taken it."""
    visit = rows.visit_of(tx, rating.id, lock=True)
    task = task_rows.locked(tx, visit.task_id) if visit else None
    if visit is None or task is None or visit.outcome is not Outcome.OPEN or task_rows.holders(tx, task.id):
        return
    tx.save(visit.ended(Outcome.DROPPED, "", None, now))
    tx.save(replace(task, state=TaskState.GONE))


# -- giving it to somebody -------------------------------------------------------------------------
def waiting(tx: Tx, by: Actor) -> list[Task]:
    """The visits of their queues that are not done, but for services of their own."""
    found = rows.open_visits(tx, by.queues())
    return [one for one in found if sends(by, one) and not barred(tx, one, by.id)]


def to_give(tx: Tx, by: Actor, task_id: int) -> Task:
    """A visit they may give to somebody. Raises NotFound, AlreadyDone."""
    task = task_rows.locked(tx, task_id)
    if task is None or task.rating_id is None or not sends(by, task) or barred(tx, task, by.id):
        raise NotFound()
    if task.state in (TaskState.DONE, TaskState.GONE):
        raise AlreadyDone(number=task.number)
    return task


def goers(tx: Tx, by: Actor, task: Task, now: datetime) -> list[Person]:
    """The members who may be asked to go: of the unit that sends, and of the one whose service it was."""
    rating = tx.get(Rating, task.rating_id)
    units = dict.fromkeys([task.unit_id, *([rating.unit_id] if rating else [])])
    found = [one for unit in units for one in tasks.colleagues(tx, by, unit, now, of=task)]
    return list({one.id: one for one in found}.values())


def give(tx: Tx, by: Actor, task_id: int, member_id: int, now: datetime) -> Task:
    """The desk asks a member to go; whoever had it before need not. Raises NotFound, AlreadyDone."""
    task = to_give(tx, by, task_id)
    if member_id not in {one.id for one in goers(tx, by, task, now)}:
        raise NotFound()
    before = task_rows.holders(tx, task.id)
    if any(one.person_id == member_id for one in before):
        raise AlreadyDone(number=task.number)
    for one in before:
        tx.save(replace(one, state=ClaimState.GIVEN_BACK, ended_at=now))
    freed = tx.save(replace(task, taken=0, state=TaskState.OPEN)) if before else task
    hold(tx, freed, member_id, now)
    tx.add(happened("return_visit_given", task, by, now, to=member_id))
    return task


def go(tx: Tx, by: Actor, task_id: int, now: datetime) -> Task:
    """我去回访: they go themselves. Raises NotFound, AlreadyYours, AlreadyDone (over, or somebody goes)."""
    task = to_give(tx, by, task_id)
    if any(one.person_id != by.id for one in task_rows.holders(tx, task.id)):
        raise AlreadyDone(number=task.number)
    return tasks.claim(tx, by, task.id, now)[0]


def late(community: Community, task: Task, now: datetime) -> bool:
    """Whether a visit has waited longer than it should."""
    return now >= community.calendar.after(task.created_at, WITHIN)


# -- going there -----------------------------------------------------------------------------------
def in_hand(tx: Tx, by: Actor, task_id: int) -> tuple[Task, Rating, Case]:
    """A visit somebody has taken, with the stars and the case. Raises NotFound, AlreadyDone."""
    task, mine = tasks.held(tx, by, task_id)
    rating = tx.get(Rating, task.rating_id)
    if rating is None or mine.state is not ClaimState.HELD:
        raise NotFound()
    return task, rating, case_of(tx, rating)


def case_of(tx: Tx, rating: Rating) -> Case:
    """The case that was rated."""
    served = tx.get(Task, rating.task_id)
    case = tx.get(Case, served.case_id) if served else None
    assert case is not None
    return case


def tell(tx: Tx, by: Actor, task_id: int, outcome: Outcome, words: str, now: datetime) -> Case:
    """What came of it: settled, or not solved, which brings the case back one level up.

    Raises NotFound, AlreadyDone.
    """
    task, rating, case = in_hand(tx, by, task_id)
    visit = rows.visit_of(tx, rating.id, lock=True)
    assert visit is not None
    tasks.finish(tx, by, task.id, words, (), now)
    tx.save(visit.ended(outcome, words, by.id, now))
    if outcome is Outcome.REOPENED and case.status in (Status.ANSWERED, Status.CLOSED):
        case = cases.come_back(tx, by, case, words, now)
    tx.add(_told("return_visit_done", task, by, now, visit=visit.id, outcome=str(outcome)))
    return case


def _told(kind: str, task: Task, by: Actor, now: datetime, **data: object) -> Event:
    return happened(kind, task, by, now, rating=task.rating_id, **data)


# -- when a reminder's moment has come ----------------------------------------------------------------
def _ask_again(tx: Tx, community: Community, task: Task, now: datetime) -> None:
    due = community.calendar.after(now, WITHIN)
    key = f"return_visit:{task.id}:{int(due.timestamp())}"
    outbox.remind(tx, Reminder(key=key, kind="return_visit", subject_id=task.id, due_at=due))


def due(tx: Tx, community: Community, reminder: Reminder, now: datetime) -> None:
    """Nobody has gone yet: who has it and the desk hear so, every three working days."""
    task = tx.get(Task, reminder.subject_id)
    if task is not None and task.state in (TaskState.OPEN, TaskState.FULL):
        tx.add(happened("return_visit_due", task, None, now))
        _ask_again(tx, community, task, now)
