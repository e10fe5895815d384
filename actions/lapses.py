"""First asked, first responsible: who takes a task works on it, or it goes back on the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions.holding import free_task, happened
from domain.case import Case, Status
from domain.events import Reminder
from domain.tasks import Claim, ClaimState, Task
from domain.tree import Community
from storage import outbox
from storage import tasks as rows
from storage.tx import Tx


def begin(tx: Tx, community: Community, case: Case, claim: Claim, now: datetime) -> Claim:
    """The days in which progress is expected begin, and begin again with every progress."""
    days = max(1, community.category(case.category).lapse_days)
    calendar = community.calendar
    due = calendar.after(now, f"{days}wd")
    told = calendar.after(now, f"{days - 1}wd") if days > 1 else calendar.after(now, "1wd", 0.5)
    kept = tx.save(replace(claim, lapses_at=due))
    for kind, at in (("lapse_soon", told), ("lapse", due)):
        outbox.remind(tx, Reminder(key=_key(kind, kept), kind=kind, subject_id=claim.id, due_at=at))
    return kept


def stop(tx: Tx, case: Case) -> None:
    """While the resident is asked nobody has to show progress."""
    claim = holder(tx, case)
    if claim is not None:
        tx.save(replace(claim, lapses_at=None))


def go_on(tx: Tx, community: Community, case: Case, now: datetime) -> None:
    claim = holder(tx, case)
    if claim is not None:
        begin(tx, community, case, claim, now)


def holder(tx: Tx, case: Case) -> Claim | None:
    """Who has taken a case, if anybody has."""
    task = rows.of_case(tx, case.id)
    held = rows.holders(tx, task.id, limit=1) if task else []
    return held[0] if held else None


def _key(kind: str, claim: Claim) -> str:
    return f"{kind}:{claim.id}:{int(claim.lapses_at.timestamp()) if claim.lapses_at else 0}"


# -- when a reminder's moment has come ----------------------------------------------------------------
def lapse_soon(tx: Tx, reminder: Reminder, now: datetime) -> None:
    claim = tx.get(Claim, reminder.subject_id)
    if claim is not None and claim.state is ClaimState.HELD and _key("lapse_soon", claim) == reminder.key:
        task = tx.get(Task, claim.task_id)
        assert task is not None
        tx.add(happened("claim_lapse_soon", task, None, now, claim=claim.id))


def lapse(tx: Tx, claim_id: int, now: datetime) -> bool:
    """Takes a case back from who did nothing with it; False when that is not so (any more)."""
    claim = tx.get(Claim, claim_id)
    if claim is None or claim.state is not ClaimState.HELD or not claim.lapses_at or now < claim.lapses_at:
        return False
    task = rows.locked(tx, claim.task_id)
    case = tx.get(Case, task.case_id) if task else None
    if task is None or case is None or case.status is not Status.CLAIMED:
        return False
    tx.save(replace(claim, state=ClaimState.LAPSED, ended_at=now))
    freed = case.lapse()
    free_task(tx, freed, now)
    tx.save(freed, happened("claim_lapsed", task, None, now, claim=claim.id, owner=claim.person_id))
    return True
