"""What is to be done when a reminder's moment comes. A reminder is a row: it is done once, late or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from actions import audit, calls, joining, notices
from domain.case import Case
from domain.events import Event, Reminder
from domain.notices import Activity, Notice, Theme
from storage import outbox
from storage.tx import Tx

REPORT_AFTER = timedelta(minutes=5)
THEME_STALE = timedelta(days=10)  # a theme's first reminder later than this would confuse


def run_due(tx: Tx, now: datetime) -> int:
    """Does everything that has come due; returns how much there was."""
    due = outbox.due(tx, now)
    for reminder in due:
        DOES[reminder.kind](tx, reminder, now)
    return len(due)


def _happened(kind: str, subject: str, reminder: Reminder, unit_id: int, now: datetime, **data: int) -> Event:
    return Event(
        kind=kind, at=now, subject=subject, subject_id=reminder.subject_id, unit_id=unit_id, data=dict(data)
    )


def _overdue(tx: Tx, reminder: Reminder, now: datetime) -> None:
    case = tx.get(Case, reminder.subject_id)
    if case is None or not case.overdue(now):
        if case is not None and case.answer_by > now:  # the deadline has moved: ask again then
            key = f"{reminder.key}:{case.answer_by.isoformat()}"
            outbox.remind(
                tx, Reminder(key=key[:120], kind="overdue", subject_id=case.id, due_at=case.answer_by)
            )
        return
    tx.add(_happened("case_overdue", "case", reminder, case.unit_id, now))


def _theme(tx: Tx, reminder: Reminder, now: datetime) -> None:
    theme = tx.get(Theme, reminder.subject_id)
    if theme is not None and now - reminder.due_at < THEME_STALE:
        tx.add(_happened("theme_due", "theme", reminder, theme.unit_id, now))


def _activity(tx: Tx, reminder: Reminder, now: datetime) -> None:
    activity = tx.get(Activity, reminder.subject_id)
    if activity is not None and activity.state == "open" and activity.starts_at > now:
        hours = reminder.kind.removeprefix("activity_")
        tx.add(_happened(f"activity_due_{hours}", "activity", reminder, activity.unit_id, now))


def _call(tx: Tx, reminder: Reminder, now: datetime) -> None:
    calls.ring_is_over(tx, reminder.subject_id, now)


def _notice_sent(tx: Tx, reminder: Reminder, now: datetime) -> None:
    notice = notices.went_out(tx, reminder.subject_id)
    if notice is not None:
        _ask_for_report(tx, notice.id, now)


def _ask_for_report(tx: Tx, notice_id: int, now: datetime) -> None:
    due = now + REPORT_AFTER
    key = f"notice_report:{notice_id}:{due.isoformat()}"
    outbox.remind(tx, Reminder(key=key, kind="notice_report", subject_id=notice_id, due_at=due))


def _notice_report(tx: Tx, reminder: Reminder, now: datetime) -> None:
    """The author hears the totals once nothing waits any more."""
    notice = tx.get(Notice, reminder.subject_id)
    if notice is None:
        return
    counts = outbox.notice_counts(tx, notice.id)
    if counts.get("queued", 0) + counts.get("sending", 0):
        _ask_for_report(tx, notice.id, now)
        return
    sent = counts.get("sent", 0)
    failed = notice.recipients - sent
    totals = {"sent": sent, "failed": failed, "read": counts["read"]}
    tx.add(_happened("notice_report", "notice", reminder, notice.unit_id, now, **totals))


def _cluster(tx: Tx, reminder: Reminder, now: datetime) -> None:
    joining.alert_due(tx, reminder.subject_id, now)


DOES: dict[str, Callable[[Tx, Reminder, datetime], None]] = {
    "anchor": audit.drop_anchor,
    "overdue": _overdue,
    "cluster": _cluster,
    "theme": _theme,
    "activity_48h": _activity,
    "activity_2h": _activity,
    "call": _call,
    "notice_sent": _notice_sent,
    "notice_report": _notice_report,
}
