"""Upwards, one level at a time: overdue, beyond the powers of a level, or in somebody else's hands."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from actions import deadlines, private
from actions.cases import happened
from actions.holding import free_task
from actions.levels import above
from domain.access import Actor
from domain.case import UNFINISHED, Case
from domain.errors import NobodyAbove, NotPreviewed, WrongState
from domain.events import Reminder
from domain.tree import Community
from storage import cases as rows
from storage import outbox
from storage.tx import Tx

DAILY = timedelta(days=1)
FOLLOW_UP = "3wd"  # until the branch is asked how it goes with what others have


def go_up(
    tx: Tx,
    community: Community,
    case: Case,
    now: datetime,
    *,
    why: str,
    by: Actor | None = None,
    note: int = 0,
) -> Case | None:
    """The case one level up with a deadline of that level; None when there is no level above."""
    up = above(tx, community, case.unit_id, now)
    if up is None:
        return None
    moved = case.escalate(up.id, now)
    moved = deadlines.set_from(community, moved, now)
    free_task(tx, moved, now)
    deadlines.watch(tx, community, moved, now)
    told = {"before": case.unit_id, "owner": case.owner_id, "why": why, "note": note}
    return tx.save(moved, happened("case_escalated", moved, by, now, **told))


def escalate(tx: Tx, by: Actor, case_id: int, reason: str, now: datetime) -> Case:
    """超出权限,上报. Raises NotFound, WrongState, NobodyAbove."""
    case = by.case_of_queue(tx.get(Case, case_id))
    case.move("escalate")
    note = rows.add_note(tx, case.id, by.id, reason, now, kind="reason")
    moved = go_up(tx, by.community, case, now, why="beyond", by=by, note=note)
    if moved is None:
        raise NobodyAbove(number=case.number)
    return moved


def overdue(tx: Tx, community: Community, case_id: int, now: datetime) -> bool:
    """What follows when the time is over: one level up; at the top an alarm each day.

    False when the case is not overdue (any more), or the day's alarm was given.
    """
    case = tx.get(Case, case_id)
    if case is None or not case.overdue(now):
        return False
    if go_up(tx, community, case, now, why="overdue") is not None:
        return True
    if case.alarmed_at is not None and now - case.alarmed_at < DAILY:
        return False
    alarmed = tx.save(replace(case, alarmed_at=now), happened("case_alarm", case, None, now))
    key = f"alarm:{case.id}:{int(now.timestamp())}"
    outbox.remind(tx, Reminder(key=key, kind="overdue", subject_id=alarmed.id, due_at=now + DAILY))
    return True


def not_ours(
    tx: Tx,
    by: Actor,
    case_id: int,
    responsible: str,
    reason: str,
    number: str,
    now: datetime,
    shared: str = "",
) -> Case:
    """不归我们管: names who is responsible; the case stays open here until the resident has an answer.

    Of a private or anonymous case they get `shared`, which the desk has confirmed, and no more.
    Raises NotFound, WrongState, NotPreviewed.
    """
    case = by.case_of_queue(tx.get(Case, case_id))
    if case.status not in UNFINISHED:
        raise WrongState(number=case.number, status=case.status)
    if private.guarded(case) and not shared:
        raise NotPreviewed(number=case.number)
    note = rows.add_note(tx, case.id, by.id, reason, now, kind="reason")
    passed = replace(
        case,
        shared=private.masked_for(tx, case, shared) if shared else case.shared,
        responsible=responsible[:120],
        external_number=number[:60],
        passed_on_at=now,
        signed_at=case.signed_at or now,
    )
    _ask_again(tx, by.community, passed, now)
    return tx.save(passed, happened("case_passed_on", passed, by, now, note=note))


def follow_up(tx: Tx, community: Community, reminder: Reminder, now: datetime) -> None:
    """Somebody else has it: the level that is accountable asks how far they are."""
    case = tx.get(Case, reminder.subject_id)
    if case is None or case.status not in UNFINISHED or case.passed_on_at is None:
        return
    if reminder.key.startswith(_since(case)):  # else others were named meanwhile
        tx.add(happened("case_follow_up", case, None, now))
        _ask_again(tx, community, case, now)


def _ask_again(tx: Tx, community: Community, case: Case, now: datetime) -> None:
    due = community.calendar.after(now, FOLLOW_UP)
    key = f"{_since(case)}{int(due.timestamp())}"
    outbox.remind(tx, Reminder(key=key, kind="follow_up", subject_id=case.id, due_at=due))


def _since(case: Case) -> str:
    since = int(case.passed_on_at.timestamp()) if case.passed_on_at else 0
    return f"follow_up:{case.id}:{since}:"
