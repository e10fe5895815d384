"""一事一评: one to five stars, once, by the person served, who may change them for a week."""

from __future__ import annotations

from typing import Any

from actions import ratings
from bot.messages import Reply
from bot.talk import Choice, Heard, Slot, Talk, intent, whole
from domain.case import Case
from domain.errors import AlreadyRated
from domain.ratings import LOW
from domain.tasks import Task
from handlers.slots import case_label, named_number, stars_slot

STARS = stars_slot()


def _read_task(talk: Talk, heard: Heard) -> Any:
    waiting = ratings.rateable(talk.tx, talk.actor)
    number = named_number(heard.meaning)
    if number is not None:
        return next((task.id for case, task in waiting if case.number == number), None)
    return waiting[0][1].id if len(waiting) == 1 else None


def _load_task(talk: Talk, value: Any) -> Task:
    return ratings.to_rate(talk.tx, talk.actor, whole(value), talk.now)[0]


def _offer_task(talk: Talk) -> list[Choice]:
    return [
        Choice(label=case_label(talk, case), value=task.id)
        for case, task in ratings.rateable(talk.tx, talk.actor)
    ]


TASK: Slot[Task] = Slot(name="task", read=_read_task, load=_load_task, offer=_offer_task, early=True)
WORDS: Slot[str] = Slot(
    name="words",
    read=lambda talk, heard: heard.text or None,
    load=lambda talk, value: str(value),
    offer=lambda talk: [Choice(label=talk.text("buttons.no_words"), value="-")],
    free=True,
)


SAYS_MORE = 6  # characters: 五星 alone says nothing that could be passed on


@intent(consent=True, menu=True, keeps_words=True)
def rate_service(talk: Talk) -> Reply:
    """The person served gives stars and, if they like, a word."""
    if not talk.flow.told and not talk.flow.heard and not ratings.rateable(talk.tx, talk.actor):
        return _nothing(talk)
    task = talk.ask(TASK)
    case = talk.tx.get(Case, task.case_id)
    before = ratings.given(talk.tx, talk.actor, task.id)
    stars = talk.ask(STARS, number=case.number if case else task.number)
    if before is not None and before.stars == stars and not _was_asked(talk, "stars"):
        raise AlreadyRated(number=task.number)  # the same button again; other words come by way of 评价
    anonymous = case is not None and case.anonymity
    promise = talk.text("no_promise" if anonymous else "promise")
    words = talk.ask(WORDS, stars="★" * stars, promise=promise) if stars <= LOW else ""
    words = "" if words == "-" else words
    ratings.rate(talk.tx, talk.actor, task.id, stars, words, talk.now)
    done = "changed" if before is not None else "done"
    how = "" if stars > LOW else "_low_anonymous" if anonymous else "_low"
    return talk.say(f"{done}{how}", stars="★" * stars)


def _was_asked(talk: Talk, slot: str) -> bool:
    return any(name == slot for name, _ in talk.flow.answers)


def _nothing(talk: Talk) -> Reply:
    """Nothing waits for stars; what was given in the last seven days may be changed."""
    found = ratings.changeable(talk.tx, talk.actor, talk.now)
    if not found:
        if len(talk.heard.meaning.text) < SAYS_MORE:
            return talk.say("none")
        talk.state.lose(talk.heard.text)  # praise or blame of somebody: the branch may hear of it
        return talk.say("none_said", buttons=[talk.button("human", "talk_to_human")])
    buttons = [
        talk.button(talk.text("change", number=task.number), "rate_service", task=task.id) for task in found
    ]
    return talk.say("none_but_changes", buttons=buttons)
