"""The end of a case: an answer that arrived, 解决了吗, and what follows when neither comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from actions import cases, tasks
from actions.holding import FETCHED, UNREAD_FOR, drop_visit, happened, title_of, waiting_at_doors
from domain.access import Actor
from domain.case import Case, Status
from domain.clusters import Joiner
from domain.errors import NotFound
from domain.events import Reminder
from domain.tasks import ClaimState, Task, TaskState
from domain.tree import Community
from storage import clusters, outbox, reach
from storage import community as places
from storage.tx import Tx

SILENT_FOR = timedelta(days=7)
VISIT_WITHIN = "3wd"


def settle(tx: Tx, picture: Callable[[], Community], now: datetime) -> int:
    """Looks at every answer of which it is not known that it arrived; how many were settled."""
    settled = 0
    for one in reach.undelivered(tx):
        case = tx.get(Case, one.case_id)
        arrived = _arrived(one)
        if case is None or case.status is not Status.ANSWERED or case.delivered_at is not None:
            continue
        if arrived is not None:
            delivered(tx, case, arrived, "message", None, now)
            settled += 1
        elif _lost(one, now):
            settled += visit_wanted(tx, picture(), case, now)
    return settled


def settle_joiners(tx: Tx, picture: Callable[[], Community], now: datetime) -> int:
    """Those who joined are owed the answer too: one visit for all doors it did not reach."""
    settled = 0
    found = reach.joined(tx, now, UNREAD_FOR, FETCHED)
    for one in found:
        mine = tx.get(Joiner, one.joiner_id)
        if mine is not None and one.arrived_at is not None:
            tx.save(replace(mine, delivered_at=one.arrived_at))
            settled += 1
    for case_id in dict.fromkeys(one.case_id for one in found):
        case = tx.get(Case, case_id)
        if case is None:
            continue
        if any(one.case_id == case_id and one.arrived_at is None for one in found):
            settled += visit_wanted(tx, picture(), case, now)
        elif case.delivered_at is not None:
            drop_visit(tx, case.id, now)
    return settled


def unreached(tx: Tx, case: Case, now: datetime) -> list[Joiner]:
    """Who joined a case and has not heard its answer, when no message will bring it."""
    found = (tx.get(Joiner, key) for key in waiting_at_doors(tx, case.id, now))
    return [one for one in found if one is not None]


def _arrived(one: reach.Reach) -> datetime | None:
    if one.state != "sent":
        return None
    return one.read_at if one.channel in FETCHED else one.sent_at


def _lost(one: reach.Reach, now: datetime) -> bool:
    """Whether no message will bring the answer any more."""
    if not one.told or one.state in ("queued", "sending"):
        return False
    return one.state != "sent" or (one.sent_at is not None and now - one.sent_at >= UNREAD_FOR)


def delivered(tx: Tx, case: Case, at: datetime, how: str, by: Actor | None, now: datetime) -> Case:
    """The answer arrived: by "message", "read" in the chat, or at the "door". Seven days begin."""
    reached = tx.save(
        replace(case, delivered_at=at), cases.happened("answer_delivered", case, by, now, how=how)
    )
    drop_visit(tx, case.id, now)
    key = f"silence:{case.id}:{int(at.timestamp())}"
    outbox.remind(tx, Reminder(key=key, kind="silence", subject_id=case.id, due_at=at + SILENT_FOR))
    return reached


def seen(tx: Tx, by: Actor, case: Case, now: datetime) -> Case:
    """The person it is for reads the answer in the chat."""
    _seen_by_joiner(tx, by, case, now)
    waiting = case.status is Status.ANSWERED and case.delivered_at is None
    return delivered(tx, case, now, "read", by, now) if waiting and by.id == case.beneficiary_id else case


def _seen_by_joiner(tx: Tx, by: Actor, case: Case, now: datetime) -> None:
    mine = clusters.joiner(tx, case.id, by.id)
    answered = case.answered_at if case.status in (Status.ANSWERED, Status.CLOSED) else None
    if mine is not None and answered and (mine.delivered_at is None or mine.delivered_at < answered):
        tx.save(replace(mine, delivered_at=now))
        if case.delivered_at is not None:
            drop_visit(tx, case.id, now)


# -- the door ------------------------------------------------------------------------------------------
def visit_wanted(tx: Tx, community: Community, case: Case, now: datetime) -> bool:
    """No message reaches the resident: somebody goes there and tells them. False when that is under way.

    Nobody may know where somebody lives who is unknown to all: their answer waits until they look. To
    somebody known to the desk only the desk goes.
    """
    if reach.visit(tx, case.id) is not None:
        return False
    if case.anonymity == "all" and not unreached(tx, case, now):
        return False
    branch = None if case.private else community.branch_of(places.place(tx, case.place_id))
    task = tx.add(
        Task(
            visits_case_id=case.id,
            unit_id=branch.id if branch else case.unit_id,
            number=case.number,
            title=title_of(tx, case),
            listed=not (case.private or case.anonymity == "desk"),
            urgent=case.urgent,
            created_at=now,
        )
    )
    tx.add(cases.happened("answer_unreached", case, None, now, task=task.id))
    _ask_again(tx, community, task, now)
    return True


def _ask_again(tx: Tx, community: Community, task: Task, now: datetime) -> None:
    due = community.calendar.after(now, VISIT_WITHIN)
    key = f"visit:{task.id}:{int(due.timestamp())}"
    outbox.remind(tx, Reminder(key=key, kind="visit", subject_id=task.id, due_at=due))


def visit_due(tx: Tx, community: Community, reminder: Reminder, now: datetime) -> None:
    """Nobody has told them yet: the desk hears so, every three working days."""
    task = tx.get(Task, reminder.subject_id)
    if task is not None and task.state in (TaskState.OPEN, TaskState.FULL):
        tx.add(happened("visit_due", task, None, now))
        _ask_again(tx, community, task, now)


def to_visit(tx: Tx, by: Actor, task_id: int) -> tuple[Task, Case]:
    """A visit somebody has taken, with the case whose answer they bring. Raises NotFound, AlreadyDone."""
    task, mine = tasks.held(tx, by, task_id)
    case = tx.get(Case, task.visits_case_id)
    if case is None or mine.state is not ClaimState.HELD:
        raise NotFound()
    return task, case


def told_at_the_door(
    tx: Tx, by: Actor, task_id: int, said: str, words: str, now: datetime
) -> tuple[Case, str]:
    """上门告知: the answer arrived; `said` is what the resident said to it: solved, not_solved or nothing.

    Raises NotFound, AlreadyDone, WrongState.
    """
    task, case = to_visit(tx, by, task_id)
    told = unreached(tx, case, now)
    tasks.finish(tx, by, task.id, words, (), now)
    for one in told:
        tx.save(replace(one, delivered_at=now))
    for_joiners = case.delivered_at is not None  # whose case it is has heard it: only they say "solved"
    if told and for_joiners and case.status in (Status.ANSWERED, Status.CLOSED):
        again = said == "not_solved"
        return (cases.come_back(tx, by, case, words, now) if again else case), said
    if case.status is not Status.ANSWERED:
        return case, said
    if case.delivered_at is None:
        case = _fresh(tx, delivered(tx, case, now, "door", by, now))
    if said == "solved":
        closed = case.confirmed(now)
        return tx.save(closed, cases.happened("case_confirmed", closed, by, now)), said
    if said == "not_solved":
        return cases.come_back(tx, by, case, words, now), said
    return case, said


def _fresh(tx: Tx, case: Case) -> Case:
    found = tx.get(Case, case.id)
    assert found is not None
    return found


# -- silence -------------------------------------------------------------------------------------------
def silence(tx: Tx, case_id: int, now: datetime) -> bool:
    """Seven days without a word after the answer arrived: closed, as not confirmed. False when not so."""
    case = tx.get(Case, case_id)
    if case is None or case.status is not Status.ANSWERED or case.delivered_at is None:
        return False
    if now - case.delivered_at < SILENT_FOR:
        return False
    closed = case.expire(now)
    tx.save(closed, cases.happened("case_expired", closed, None, now))
    return True
