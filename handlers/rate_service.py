"""一事一评: one to five stars, once, by the person served."""

from __future__ import annotations

from typing import Any

from actions import tasks
from bot.messages import Reply
from bot.talk import Choice, Heard, Slot, Talk, intent, whole
from domain.case import Case
from domain.tasks import LOW, Task
from handlers.slots import case_label, named_number, stars_slot

STARS = stars_slot()


def _read_task(talk: Talk, heard: Heard) -> Any:
    waiting = tasks.rateable(talk.tx, talk.actor)
    number = named_number(heard.meaning)
    if number is not None:
        return next((task.id for case, task in waiting if case.number == number), None)
    return waiting[0][1].id if len(waiting) == 1 else None


def _load_task(talk: Talk, value: Any) -> Task:
    return tasks.to_rate(talk.tx, talk.actor, whole(value))[0]


def _offer_task(talk: Talk) -> list[Choice]:
    return [
        Choice(label=case_label(talk, case), value=task.id)
        for case, task in tasks.rateable(talk.tx, talk.actor)
    ]


TASK: Slot[Task] = Slot(name="task", read=_read_task, load=_load_task, offer=_offer_task, early=True)
WORDS: Slot[str] = Slot(
    name="words",
    read=lambda talk, heard: heard.text or None,
    load=lambda talk, value: str(value),
    offer=lambda talk: [Choice(label=talk.text("buttons.no_words"), value="-")],
    free=True,
)


@intent(consent=True, menu=True)
def rate_service(talk: Talk) -> Reply:
    """The person served gives stars and, if they like, a word."""
    if not talk.flow.told and not talk.flow.heard and not tasks.rateable(talk.tx, talk.actor):
        return talk.say("none")
    task = talk.ask(TASK)
    case = talk.tx.get(Case, task.case_id)
    stars = talk.ask(STARS, number=case.number if case else task.number)
    words = talk.ask(WORDS, stars="★" * stars) if stars <= LOW else ""
    tasks.rate(talk.tx, talk.actor, task.id, stars, "" if words == "-" else words, talk.now)
    return talk.say("done_low" if stars <= LOW else "done", stars="★" * stars)
