"""By when: what a category and a level promise, and the reminders that watch over it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from domain.calendar import in_work
from domain.case import UNFINISHED, Case
from domain.community import CategoryRow
from domain.events import Event, Reminder
from domain.tree import Community
from storage import outbox
from storage.tx import Tx

SOON = 0.8  # of the time: the owner is reminded
SIGN_GRACE = timedelta(minutes=15)  # "now" means that somebody looks within this


def promise(community: Community, category: str, *, urgent: bool) -> CategoryRow:
    """The spans that hold for a case; danger has its own, whatever it is about."""
    return community.category("danger" if urgent else category)


def set_from(community: Community, case: Case, start: datetime) -> Case:
    """Both deadlines of the level that has the case, counted from a moment.

    What came up from below takes no longer than the level's own span, when the community sets one.
    """
    rule, calendar = promise(community, case.category, urgent=case.urgent), community.calendar
    answer = calendar.after(start, rule.answer)
    level = community.levels.get(community.units[case.unit_id].kind)
    if level and case.level_since is not None:
        answer = min(answer, calendar.after(start, level))
    return replace(case, sign_by=min(answer, calendar.after(start, rule.sign)), answer_by=answer)


def watch(tx: Tx, community: Community, case: Case, now: datetime) -> None:
    """Notes down what is due about a case: to sign, at four fifths of the time, at the end of it."""
    start = case.level_since or case.created_at
    if not case.signed:
        _remind(tx, "unsigned", case, max(case.sign_by, start + SIGN_GRACE))
    _remind(tx, "due_soon", case, _part(community, case, start))
    _remind(tx, "overdue", case, case.answer_by)
    if not community.calendar.is_known(case.answer_by):
        _say_unknown_year(tx, case, now)


def _part(community: Community, case: Case, start: datetime) -> datetime:
    calendar = community.calendar
    if in_work(promise(community, case.category, urgent=case.urgent).answer):
        return calendar.add_work(start, calendar.work_between(start, case.answer_by) * SOON)
    return start + (case.answer_by - start) * SOON


def key(kind: str, case: Case) -> str:
    """A deadline that moves gets another reminder; the old one finds that it is not meant any more."""
    moment = {"unsigned": case.sign_by, "pause_over": case.paused_until}.get(kind, case.answer_by)
    return f"{kind}:{case.id}:{int((moment or case.answer_by).timestamp())}"


def _remind(tx: Tx, kind: str, case: Case, due: datetime) -> None:
    outbox.remind(tx, Reminder(key=key(kind, case), kind=kind, subject_id=case.id, due_at=due))


def _say_unknown_year(tx: Tx, case: Case, now: datetime) -> None:
    """Once for each year: its holidays are not published yet, so weekdays count."""
    year = case.answer_by.year
    outbox.remind(tx, Reminder(key=f"calendar:{year}", kind="calendar", subject_id=case.unit_id, due_at=now))


# -- when a reminder's moment has come ----------------------------------------------------------------
def unsigned(tx: Tx, reminder: Reminder, now: datetime) -> None:
    """Nobody at the desk has looked at it."""
    case = tx.get(Case, reminder.subject_id)
    if case is not None and not case.signed and key("unsigned", case) == reminder.key:
        tx.add(_happened("case_unsigned", case, now))


def due_soon(tx: Tx, reminder: Reminder, now: datetime) -> None:
    """Four fifths of the time are over."""
    case = tx.get(Case, reminder.subject_id)
    if case is None or case.status not in UNFINISHED or case.paused_at or now >= case.answer_by:
        return
    if key("due_soon", case) == reminder.key:
        tx.add(_happened("case_due_soon", case, now))


def unknown_year(tx: Tx, reminder: Reminder, now: datetime) -> None:
    year = int(reminder.key.rpartition(":")[2])
    tx.add(
        Event(
            kind="calendar_missing",
            at=now,
            subject="unit",
            subject_id=reminder.subject_id,
            unit_id=reminder.subject_id,
            data={"year": year},
        )
    )


def _happened(kind: str, case: Case, now: datetime) -> Event:
    return Event(kind=kind, at=now, subject="case", subject_id=case.id, unit_id=case.unit_id)
