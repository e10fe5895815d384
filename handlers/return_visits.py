"""回访: the desk asks somebody to call on a resident who gave one or two stars; what came of it."""

from __future__ import annotations

from typing import Any

from actions import return_visits as actions
from bot.messages import Button, Reply
from bot.talk import Choice, Heard, Slot, Talk, intent, rows_of, whole
from domain.people import DESKS, Person
from domain.ratings import Outcome, Rating
from domain.tasks import Task
from handlers.cards import task_title
from handlers.claim_task import MEMBERS, called_on
from handlers.finish_task import HELD
from handlers.slots import text_slot
from storage import tasks as task_rows

_TEXTS = "return_visits"
_LISTED = 8
_ENDS = (Outcome.SETTLED, Outcome.REOPENED)


@intent(roles=DESKS)
def return_visits(talk: Talk) -> Reply:
    """待回访: who gave low stars to whom is not said; what was said is."""
    found = actions.waiting(talk.tx, talk.actor)
    if not found:
        return talk.say("none")
    buttons: list[list[Button]] = []
    for task in found[:_LISTED]:
        give = talk.button(talk.text("give", number=task.number), "give_visit", task=task.id)
        go = talk.button(talk.text("go", number=task.number), "claim_task", task=task.id)
        buttons.append([give] if task_rows.holders(talk.tx, task.id) else [give, go])
    lines = "\n".join(_line(talk, task) for task in found[:_LISTED])
    return Reply(text=talk.text("list", count=len(found), lines=lines), buttons=rows_of(buttons))


def _line(talk: Talk, task: Task) -> str:
    rating = talk.tx.get(Rating, task.rating_id)
    assert rating is not None
    goes = [talk.tx.get(Person, one.person_id) for one in task_rows.holders(talk.tx, task.id)]
    return talk.text(
        "line",
        number=task.number,
        title=task_title(talk, task),
        stars="★" * rating.stars,
        words=rating.words or talk.text("words.no_words_given"),
        name="、".join(one.name for one in goes if one) or talk.text("words.nobody"),
    )


TASK: Slot[Task] = Slot(
    name="task",
    read=lambda talk, heard: None,
    load=lambda talk, value: actions.to_give(talk.tx, talk.actor, whole(value)),
)


def _members(talk: Talk) -> list[Choice]:
    task = talk.known(TASK)
    found = actions.goers(talk.tx, talk.actor, task, talk.now) if task else []
    return [Choice(label=person.name, value=person.id) for person in found]


def _read_member(talk: Talk, heard: Heard) -> Any:
    named = (one for one in _members(talk) if one.label and one.label in heard.meaning.text)
    return next((one.value for one in named), None)


def _load_member(talk: Talk, value: Any) -> Person | None:
    allowed = {one.value for one in _members(talk)}
    return talk.tx.get(Person, whole(value)) if whole(value) in allowed else None


MEMBER: Slot[Person] = Slot(name="member", read=_read_member, load=_load_member, offer=_members)


@intent(roles=DESKS, texts=_TEXTS)
def give_visit(talk: Talk) -> Reply:
    """The desk asks one member to go; who did the work is not among those offered."""
    task = talk.ask(TASK)
    if not _members(talk):
        return talk.say("nobody", number=task.number)
    member = talk.ask(MEMBER, number=task.number)
    actions.give(talk.tx, talk.actor, task.id, member.id, talk.now)
    return talk.say("given", number=task.number, name=member.name)


@intent(roles=MEMBERS, texts=_TEXTS)
def call_on(talk: Talk) -> Reply:
    """Whom to call on, for who has taken it."""
    return called_on(talk, actions.in_hand(talk.tx, talk.actor, talk.told_id("task"))[0])


def _read_outcome(talk: Talk, heard: Heard) -> str | None:
    text = heard.meaning.text
    return next((str(one) for one in _ENDS if talk.text(f"return_visits.{one}") == text), None)


OUTCOME: Slot[Outcome] = Slot(
    name="outcome",
    read=_read_outcome,
    load=lambda talk, value: Outcome(value) if value in _ENDS else None,
    offer=lambda talk: [Choice(label=talk.text(f"return_visits.{one}"), value=str(one)) for one in _ENDS],
)
WORDS = text_slot("words")


@intent(roles=MEMBERS, texts=_TEXTS)
def tell_visit(talk: Talk) -> Reply:
    """What the resident said, and whether it is settled or has to be done again."""
    task: Task = talk.ask(HELD)
    outcome = talk.ask(OUTCOME, number=task.number)
    words = talk.ask(WORDS, number=task.number)
    actions.tell(talk.tx, talk.actor, task.id, outcome, words, talk.now)
    return talk.say("done_again" if outcome is Outcome.REOPENED else "done", number=task.number)
