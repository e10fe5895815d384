"""退回 or 转交: cannot do it after all."""

from __future__ import annotations

from typing import Any

from actions import tasks
from bot.messages import Reply
from bot.talk import Choice, Slot, Talk, intent, whole
from domain.people import Person
from domain.tasks import ClaimState
from handlers.cards import task_title
from handlers.claim_task import MEMBERS, in_hand
from handlers.finish_task import HELD
from handlers.slots import REASON
from storage import tasks as rows


def _colleagues(talk: Talk) -> list[Choice]:
    task = talk.known(HELD)
    if task is None:
        return []
    found = tasks.colleagues(talk.tx, talk.actor, task.unit_id, talk.now, of=task)
    return [Choice(label=person.name, value=person.id) for person in found]


def _load_colleague(talk: Talk, value: Any) -> Person | None:
    task = talk.known(HELD)
    if task is None:
        return None
    return tasks.colleague(talk.tx, talk.actor, task.unit_id, whole(value), talk.now)


COLLEAGUE: Slot[Person] = Slot(
    name="colleague", read=lambda talk, heard: None, load=_load_colleague, offer=_colleagues
)


@intent(roles=MEMBERS)
def give_back_task(talk: Talk) -> Reply:
    """With a reason it goes back on the list; the next in line gets a post's place."""
    held = rows.held_by(talk.tx, talk.person.id)
    if "task" not in talk.flow.told | talk.flow.heard and not held:
        return talk.say("none")
    task = talk.ask(HELD)
    waits = any(one.id == task.id and claim.state is ClaimState.WAITING for one, claim in held)
    reason = "" if waits else talk.ask(REASON, number=task.number, title=task_title(talk, task))
    tasks.give_back(talk.tx, talk.actor, task.id, reason, talk.now)
    hand_over = talk.button("claim_more", "claim_task")
    return talk.say("done", number=task.number, buttons=[hand_over])


@intent(roles=MEMBERS, texts="give_back_task")
def hand_over_task(talk: Talk) -> Reply:
    """A colleague is asked; until they accept it stays with the member."""
    task = talk.ask(HELD)
    colleague = talk.ask(COLLEAGUE, number=task.number)
    tasks.offer_hand_over(talk.tx, talk.actor, task.id, colleague.id, "", talk.now)
    return talk.say("offered", number=task.number, name=colleague.name)


@intent(roles=MEMBERS, texts="give_back_task")
def accept_hand_over(talk: Talk) -> Reply:
    """The colleague takes it over."""
    task = tasks.accept_hand_over(talk.tx, talk.actor, talk.told_id("offer"), talk.now)
    return talk.say(
        "accepted",
        number=task.number,
        title=task_title(talk, task),
        buttons=in_hand(talk, task),
    )


@intent(roles=MEMBERS, texts="give_back_task")
def refuse_hand_over(talk: Talk) -> Reply:
    """The colleague cannot either."""
    task = tasks.refuse_hand_over(talk.tx, talk.actor, talk.told_id("offer"), talk.now)
    return talk.say("refused", number=task.number)
