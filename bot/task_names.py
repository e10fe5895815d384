"""What a task is called in a list: the same words in chat and at the desk."""

from __future__ import annotations

from bot import texts
from domain.notices import DoorVisit
from domain.tasks import Task
from storage import broadcasts
from storage import community as places
from storage.tx import Tx


def title(tx: Tx, task: Task, locale: str) -> str:
    """Of a private one only that there is one."""
    name = task.title or texts.say(locale, "words.private_case")
    if task.rating_id is not None:
        return texts.say(locale, "return_visits.title", title=name)
    if visit := homes_of(tx, task):
        place = places.place(tx, visit.place_id)
        where = place.full_name if place else ""
        return texts.say(locale, "words.notice_visit", place=where, text=name[:20])
    return texts.say(locale, "words.door_visit", title=name) if task.visits_case_id else name


def homes_of(tx: Tx, task: Task) -> DoorVisit | None:
    """The homes a task is about, when it is to knock at doors with a notice."""
    if task.case_id is not None or task.visits_case_id is not None:
        return None
    return broadcasts.visit_of(tx, task.id)
