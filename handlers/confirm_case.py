"""解决了: one tap."""

from __future__ import annotations

from actions import cases, joining
from bot.messages import Button, Reply
from bot.talk import Talk, intent
from domain.case import Status
from handlers.slots import own_case
from storage import ratings
from storage import tasks as rows

CASE = own_case({Status.ANSWERED, Status.CLOSED})


@intent()
def confirm_case(talk: Talk) -> Reply:
    """The person served says it is right, and is asked for stars once."""
    case = talk.ask(CASE)
    joined = joining.joined(talk.tx, talk.actor, case)
    if joined:
        case = joining.say_solved(talk.tx, talk.actor, case.id, talk.now)
    else:
        case = cases.confirm(talk.tx, talk.actor, case.id, talk.now)
    task = rows.of_case(talk.tx, case.id)
    if task is None or ratings.of(talk.tx, task.id, talk.person.id):
        return talk.say("thanks" if joined else "done", number=case.number)
    return talk.say(
        "thanks_rate" if joined else "done_rate",
        number=case.number,
        buttons=star_buttons(talk.locale, task.id),
    )


def star_buttons(locale: str, task_id: int) -> list[Button]:
    return [
        Button(label="★" * stars, payload=f"rate_service task={task_id} stars={stars}")
        for stars in (5, 4, 3, 2, 1)
    ]
