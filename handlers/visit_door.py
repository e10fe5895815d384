"""上门告知: an answer that no message could bring is told at the door."""

from __future__ import annotations

from actions import closing
from bot.messages import Reply
from bot.talk import Choice, Heard, Slot, Talk, intent
from domain.tasks import Task
from handlers.claim_task import MEMBERS, door
from handlers.finish_task import HELD
from handlers.slots import text_slot

_SAID = ("solved", "not_solved", "said_nothing")


def _read(talk: Talk, heard: Heard) -> str | None:
    text = heard.meaning.text
    return next((said for said in _SAID if talk.text(f"buttons.{said}") == text), None)


SAID: Slot[str] = Slot(
    name="said",
    read=_read,
    load=lambda talk, value: str(value) if value in _SAID else None,
    offer=lambda talk: [Choice(label=talk.text(f"buttons.{said}"), value=said) for said in _SAID],
)
WORDS = text_slot("words")


@intent(roles=MEMBERS, texts="visit_door")
def visit_door(talk: Talk) -> Reply:
    """Whom to go to, for who has taken it."""
    return door(talk, closing.to_visit(talk.tx, talk.actor, talk.told_id("task"))[0])


@intent(roles=MEMBERS, texts="visit_door")
def told_at_door(talk: Talk) -> Reply:
    """It was told: what the resident said to it closes the case, or brings it back."""
    task: Task = talk.ask(HELD)
    said = talk.ask(SAID, number=task.number)
    words = talk.ask(WORDS, number=task.number)
    closing.told_at_the_door(talk.tx, talk.actor, task.id, said, words, talk.now)
    return talk.say("not_solved" if said == "not_solved" else "done", number=task.number)
