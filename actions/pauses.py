"""The resident is asked something: meanwhile the clock stands still, but not for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions import deadlines, lapses
from domain.case import Case
from domain.events import Event, Reminder
from domain.tree import Community
from storage import cases as rows
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


def credited(tx: Tx, community: Community, case: Case) -> Case:
    """The case, whose deadline was counted anew, with the time its clock stood at this level given back."""
    span = deadlines.promise(community, case.category, urgent=case.urgent).answer
    due = case.answer_by
    for stood, goes in _stood(tx, case):
        if stood < due:
            due = community.calendar.moved(due, stood, goes, span)
    return replace(case, answer_by=due)


def _stood(tx: Tx, case: Case) -> list[tuple[datetime, datetime]]:
    """From when to when the clock stood since this level has the case, but for a time that is not over."""
    spans: list[tuple[datetime, datetime]] = []
    begun: datetime | None = None
    for event in rows.history(tx, case.id):
        if event.at < (case.level_since or case.created_at):
            continue
        if event.kind == "case_question":
            begun = begun or event.at
        elif begun and (event.kind == "case_resumed" or event.data.get("waited")):
            spans.append((begun, event.at))
            begun = None
    return spans


def over(tx: Tx, community: Community, case_id: int, now: datetime) -> bool:
    """No reply for so long: the clock goes on. False when it does not stand, or has longer to stand."""
    case = tx.get(Case, case_id)
    if case is None or case.paused_until is None or now < case.paused_until:
        return False
    goes = resume(tx, community, case, now)
    told = Event(kind="case_resumed", at=now, subject="case", subject_id=case.id, unit_id=case.unit_id)
    tx.save(goes, told)
    return True
