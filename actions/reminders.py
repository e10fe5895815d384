"""What is to be done when a reminder's moment comes. A reminder is a row: it is done once, late or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from actions import (
    appraisals,
    audit,
    broadcasts,
    calls,
    closing,
    deadlines,
    deciding,
    escalations,
    joining,
    lapses,
    own_ratings,
    pauses,
    proposals,
    return_visits,
    supervision,
)
from domain.errors import Conflict
from domain.events import Event, Reminder
from domain.notices import Activity, Theme
from domain.tree import Community
from storage import outbox
from storage.tx import Tx

THEME_STALE = timedelta(days=10)  # a theme's first reminder later than this would confuse


def run_due(tx: Tx, picture: Callable[[], Community], now: datetime) -> int:
    """Does everything that has come due; returns how much there was. One that breaks stops no other."""
    due = outbox.due(tx, now)
    for reminder in due:
        try:
            with tx.savepoint():
                DOES[reminder.kind](tx, picture(), reminder, now)
        except Conflict:
            raise  # somebody is at the same row: all of it is done again
        except Exception as error:
            reason = type(error).__name__
            outbox.crashed(tx, "reminder", reminder.kind, reminder.key, words="", reason=reason, now=now)
    return len(due)


def _happened(kind: str, subject: str, reminder: Reminder, unit_id: int, now: datetime, **data: int) -> Event:
    return Event(
        kind=kind, at=now, subject=subject, subject_id=reminder.subject_id, unit_id=unit_id, data=dict(data)
    )


def _theme(tx: Tx, _: Community, reminder: Reminder, now: datetime) -> None:
    theme = tx.get(Theme, reminder.subject_id)
    if theme is not None and now - reminder.due_at < THEME_STALE:
        tx.add(_happened("theme_due", "theme", reminder, theme.unit_id, now))


def _activity(tx: Tx, _: Community, reminder: Reminder, now: datetime) -> None:
    activity = tx.get(Activity, reminder.subject_id)
    if activity is not None and activity.state == "open" and activity.starts_at > now:
        hours = reminder.kind.removeprefix("activity_")
        tx.add(_happened(f"activity_due_{hours}", "activity", reminder, activity.unit_id, now))


def _call(tx: Tx, _: Community, reminder: Reminder, now: datetime) -> None:
    calls.ring_is_over(tx, reminder.subject_id, now)


Does = Callable[[Tx, Community, Reminder, datetime], object]
DOES: dict[str, Does] = {
    "anchor": lambda tx, _, due, now: audit.drop_anchor(tx, due, now),
    "unsigned": lambda tx, _, due, now: deadlines.unsigned(tx, due, now),
    "due_soon": lambda tx, _, due, now: deadlines.due_soon(tx, due, now),
    "overdue": lambda tx, community, due, now: escalations.overdue(tx, community, due.subject_id, now),
    "pause_over": lambda tx, community, due, now: pauses.over(tx, community, due.subject_id, now),
    "follow_up": escalations.follow_up,
    "lapse_soon": lambda tx, _, due, now: lapses.lapse_soon(tx, due, now),
    "lapse": lambda tx, _, due, now: lapses.lapse(tx, due.subject_id, now),
    "supervision_half": lambda tx, _, due, now: supervision.half(tx, due, now),
    "supervision_late": lambda tx, _, due, now: supervision.late(tx, due.subject_id, now),
    "silence": lambda tx, _, due, now: closing.silence(tx, due.subject_id, now),
    "visit": closing.visit_due,
    "return_visit": return_visits.due,
    "own_ratings": own_ratings.show,
    "appraisal_ends": lambda tx, _, due, now: appraisals.end(tx, due, now),
    "appraisal_last": lambda tx, _, due, now: appraisals.last_call(tx, due, now),
    "proposal_talked": lambda tx, _, due, now: proposals.talked(tx, due, now),
    "proposal_ends": lambda tx, _, due, now: deciding.end(tx, due, now),
    "proposal_last": lambda tx, _, due, now: deciding.last_call(tx, due, now),
    "proposal_due": lambda tx, _, due, now: proposals.due(tx, due, now),
    "calendar": lambda tx, _, due, now: deadlines.unknown_year(tx, due, now),
    "cluster": lambda tx, _, due, now: joining.alert_due(tx, due.subject_id, now),
    "theme": _theme,
    "activity_48h": _activity,
    "activity_2h": _activity,
    "call": _call,
    "notice_sent": lambda tx, _, due, now: broadcasts.begin(tx, due.subject_id, now),
    "notice_report": broadcasts.look,
}
