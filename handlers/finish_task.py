"""办结: done, with an answer to the person."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from actions import tasks
from bot.messages import Reply
from bot.talk import LOOKS, Choice, Heard, Slot, Talk, intent, whole
from domain.case import Case
from domain.people import Person
from domain.tasks import ClaimState, Task
from handlers.cards import task_line, task_title
from handlers.claim_task import MEMBERS, in_hand
from handlers.slots import ANSWER, named_number, text_slot
from nlu.thresholds import SWITCH
from storage import tasks as rows


def _held(talk: Talk) -> list[Task]:
    found = rows.held_by(talk.tx, talk.person.id)
    return [task for task, claim in found if claim.state is ClaimState.HELD]


def _read(talk: Talk, heard: Heard) -> Any:
    held = _held(talk)
    number = named_number(heard.meaning)
    if number is not None:
        return next((task.id for task in held if task.number == number), None)
    return held[0].id if len(held) == 1 else None


def _load(talk: Talk, value: Any) -> Task:
    return tasks.held(talk.tx, talk.actor, whole(value))[0]


HELD: Slot[Task] = Slot(
    name="task",
    read=_read,
    load=_load,
    offer=lambda talk: [Choice(label=task_line(talk, task), value=task.id) for task in _held(talk)],
    early=True,
)


FEWEST = 6  # characters that can be an answer
_NUMBERED = r"#?\d{1,6}\s?号?(?:任务|诉求|心愿|工单)?"
_WORD = r"(?:已?(?:办结|辦結|办好|辦好|办妥|辦妥|完成|做完|搞定)了?|done|finished)"
_DONE = re.compile(
    rf"(?:{_NUMBERED}[,，:：\s]*)?{_WORD}(?:[,，:：\s]*{_NUMBERED})?"
    r"(?:[,，。.:：;；!！\s]++(?P<words>\S.{2,}+(?<![?？吗么没呢]))?)?",
    re.IGNORECASE | re.DOTALL,
)


def _with_the_word(slot: Slot[str]) -> Slot[str]:
    """What stands behind the word 办结 is the answer already; alone it is none. Other words are offered."""

    def read(talk: Talk, heard: Heard) -> Any:
        said = _DONE.fullmatch(heard.text.strip())
        if said is not None:
            return said["words"]
        if talk.flow.asked != slot.name:
            return None
        looks = heard.meaning.intent in LOOKS and heard.meaning.confidence >= SWITCH
        return None if looks else slot.read(talk, heard)  # 我这个月干了几件 is no answer to a resident

    def offer(talk: Talk) -> list[Choice]:
        words = next((words.strip() for words in talk.flow.words if len(words.strip()) >= FEWEST), "")
        as_said = words and not _DONE.fullmatch(words)
        return [Choice(label=talk.text("buttons.as_said"), value=words)] if as_said else []

    return replace(slot, read=read, offer=offer, early=True)


NOTE = _with_the_word(text_slot("note"))
DONE = _with_the_word(ANSWER)


@intent(roles=MEMBERS)
def finish_task(talk: Talk) -> Reply:
    """The member tells the person what was done; a photo may go with it."""
    if "task" not in talk.flow.told | talk.flow.heard and not _held(talk):
        return talk.say("none")
    task = talk.ask(HELD)
    if task.rating_id is not None:
        return talk.say("return_visits.at_the_door", number=task.number, buttons=in_hand(talk, task))
    if task.visits_case_id is not None:
        return talk.say("at_the_door", number=task.number, buttons=in_hand(talk, task))
    if task.case_id is not None:
        answer = talk.ask(DONE, number=task.number)
    else:
        answer = talk.ask(NOTE, title=task_title(talk, task))
    task = tasks.finish(talk.tx, talk.actor, task.id, answer, talk.files, talk.now)
    case = talk.tx.get(Case, task.case_id)
    person = talk.tx.get(Person, case.beneficiary_id) if case else None
    return talk.say("done" if person else "done_post", number=task.number)
