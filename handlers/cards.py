"""A case, a task, an activity as a card and as a line."""

from __future__ import annotations

from datetime import datetime, timedelta

from actions import joining, private
from bot import task_names
from bot.messages import Card
from bot.talk import Talk
from domain.case import Case, CaseKind, Status
from domain.notices import DoorVisit
from domain.tasks import Task
from storage import community as places

FOLLOW_UP = timedelta(seconds=120)

_SIZES = {"days": 86_400, "hours": 3_600, "minutes": 60}
_PROGRESS = {
    Status.UNVERIFIED: 0.1,
    Status.OPEN: 0.25,
    Status.CLAIMED: 0.5,
    Status.ANSWERED: 0.8,
    Status.CLOSED: 1.0,
}


def place_of(talk: Talk, case: Case) -> str:
    """Where a case is, in words."""
    place = places.place(talk.tx, case.place_id)
    name = (place.full_name if place else "") + case.place_text
    return name or talk.text("words.no_place")


def time_left(talk: Talk, case: Case) -> str:
    """剩 3 小时, 逾期 2 天; or that the clock stands."""
    if case.paused_at is not None:
        return talk.text("words.clock_stands")
    return moment_left(talk, case.answer_by)


def moment_left(talk: Talk, due: datetime) -> str:
    """How long until a moment, or since."""
    late = talk.now >= due
    seconds = int(abs(due - talk.now).total_seconds())
    for unit, size in _SIZES.items():
        if seconds >= size:
            word = f"late_{unit}" if late else f"left_{unit}"
            return talk.text(f"words.{word}", count=seconds // size)
    return talk.text("words.late_now") if late else talk.text("words.left_minutes", count=1)


def case_card(talk: Talk, case: Case) -> Card:
    """Number, place, state, due time, progress."""
    category = talk.community.category_name(case.category, talk.locale)
    outside = case.external_number and talk.text("words.case_outside", number=case.external_number)
    return Card(
        kind="wish" if case.kind is CaseKind.WISH else "case",
        title=talk.text("words.case_title", number=case.number, kind=case.kind),
        lines=(
            talk.text("words.case_what", category=category, text=case_text(talk, case)),
            talk.text("words.case_where", place=place_of(talk, case)),
            talk.text("words.case_state", status=case.status, due=case.answer_by),
            *([outside] if outside else ()),
        ),
        progress=_PROGRESS.get(case.status),
    )


def task_title(talk: Talk, task: Task) -> str:
    """What a task is called in a list."""
    return task_names.title(talk.tx, task, talk.locale)


def visit_of(talk: Talk, task: Task) -> DoorVisit | None:
    """The homes a task is about, when it is to knock at doors with a notice."""
    return task_names.homes_of(talk.tx, task)


def case_text(talk: Talk, case: Case) -> str:
    """The words of a case for this reader."""
    return private.words_for(talk.tx, talk.actor, case)


def task_line(talk: Talk, task: Task) -> str:
    """One line of a list of tasks."""
    places_left = talk.text("words.places", free=task.free, places=task.places) if task.places > 1 else ""
    when = talk.text("words.at", when=task.starts_at) if task.starts_at else ""
    urgent = talk.text("words.urgent") if task.urgent else ""
    return talk.text(
        "words.task_line",
        number=task.number,
        title=f"{urgent}{task_title(talk, task)}{_households(talk, task)}",
        when=when,
        places=places_left,
        needs=talk.text("words.needs", skills="、".join(task.skills)) if task.skills else "",
    )


def _households(talk: Talk, task: Task) -> str:
    """One outage is one task, however many doors wait for it."""
    size = joining.size(talk.tx, task.case_id) if task.case_id else 1
    return talk.text("words.households", households=size) if size > 1 else ""


def remember(talk: Talk, case: Case) -> None:
    """For two minutes what has no intent of its own belongs to this case."""
    incoming = talk.heard.incoming
    talk.state.recent = {
        "case": case.id,
        "category": case.category,
        "until": (talk.now + FOLLOW_UP).isoformat(),
        "album": incoming.album if incoming else "",
        "message": incoming.message_id if incoming else "",
    }
