"""The resident is asked something: meanwhile the clock stands still, but not for ever."""

from __future__ import annotations

from datetime import datetime

from actions import deadlines, lapses
from domain.case import Case
from domain.events import Event, Reminder
from domain.tree import Community
from storage import outbox
from storage.tx import Tx

AT_MOST = "3wd"  # without a reply the clock goes on


def pause(tx: Tx, community: Community, case: Case, now: datetime) -> Case:
    """The case with its clock stopped, not yet saved."""
    until = community.calendar.after(now, AT_MOST)
    paused = case.pause(now, until)
    lapses.stop(tx, case)
    key = deadlines.key("pause_over", paused)
    outbox.remind(tx, Reminder(key=key, kind="pause_over", subject_id=case.id, due_at=until))
    return paused


def resume(tx: Tx, community: Community, case: Case, now: datetime) -> Case:
    """The case with what was left of its time left again, not yet saved; unchanged when it did not stand."""
    if case.paused_at is None:
        return case
    rule = deadlines.promise(community, case.category, urgent=case.urgent)
    goes = case.resume(community.calendar.moved(case.answer_by, case.paused_at, now, rule.answer))
    lapses.go_on(tx, community, case, now)
    deadlines.watch(tx, community, goes, now)
    return goes


def over(tx: Tx, community: Community, case_id: int, now: datetime) -> bool:
    """No reply for so long: the clock goes on. False when it does not stand, or has longer to stand."""
    case = tx.get(Case, case_id)
    if case is None or case.paused_until is None or now < case.paused_until:
        return False
    goes = resume(tx, community, case, now)
    told = Event(kind="case_resumed", at=now, subject="case", subject_id=case.id, unit_id=case.unit_id)
    tx.save(goes, told)
    return True
