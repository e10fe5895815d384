"""接单: a member takes a task."""

from __future__ import annotations

import re
from typing import Any

from actions import closing, return_visits, tasks, visits
from actions.concern import public_words
from bot.messages import Button, Reply
from bot.talk import Choice, Heard, Slot, Talk, intent, whole
from domain.case import Case
from domain.errors import NotFound
from domain.people import STAFF, Person, RoleKind
from domain.tasks import ClaimState, Task
from handlers.cards import place_of, task_line, task_title, visit_of
from handlers.slots import named_number
from storage import community as places
from storage import tasks as rows

_TAKES = re.compile(  # 接单 alone asks for the list
    r"(?:那|好的?|行|嗯|可以|就|来|[,，])*(?:我?(?:接|认领|领)(?:下|走)?(?:了|吧|这个|这件|它)|我(?:来)?(?:接|认领|领|去|来))[吧了。.!]*"
    r"|i'?ll take it",
    re.IGNORECASE,
)
MEMBERS = STAFF | {RoleKind.MEMBER}
_LISTED = 60


def _open(talk: Talk) -> list[Task]:
    return rows.open_in(talk.tx, talk.actor.service_area(), limit=_LISTED)


def _read(talk: Talk, heard: Heard) -> Any:
    number = named_number(heard.meaning)
    if number is None:
        found = _open(talk) if _TAKES.fullmatch(heard.meaning.text) else []
        return found[0].id if len(found) == 1 else None
    task = rows.numbered(talk.tx, number, talk.actor.service_area())
    return task.id if task else None


def _load(talk: Talk, value: Any) -> Task:
    return tasks.visible(talk.tx, talk.actor, whole(value))


TASK: Slot[Task] = Slot(
    name="task",
    read=_read,
    load=_load,
    offer=lambda talk: [Choice(label=task_line(talk, task), value=task.id) for task in _open(talk)],
    early=True,
)


@intent(roles=MEMBERS, menu=True)
def claim_task(talk: Talk) -> Reply:
    """One tap, one holder; the others are told who, or wait in line."""
    if "task" not in talk.flow.told | talk.flow.heard and not _open(talk):
        return talk.say("none", buttons=[talk.button("my_tasks", "my_tasks")])
    chosen = talk.ask(TASK)
    task, claim = tasks.claim(talk.tx, talk.actor, chosen.id, talk.now)
    if claim.state is ClaimState.WAITING:
        ahead = len(rows.holders(talk.tx, task.id, ClaimState.WAITING))
        return talk.say("waiting", title=task_title(talk, task), places=task.places, ahead=ahead)
    if task.visits_case_id is not None:
        return door(talk, task)
    if task.rating_id is not None:
        return called_on(talk, task)
    if visit_of(talk, task):
        return homes(talk, task)
    case = talk.tx.get(Case, task.case_id)
    place = place_of(talk, case) if case else ""
    return talk.say(
        "done" if case and case.place_id else "done_post",
        number=task.number,
        place=place,
        title=task_title(talk, task),
        due=case.answer_by if case else talk.now,
        buttons=in_hand(talk, task),
    )


def door(talk: Talk, task: Task) -> Reply:
    """Whom to go to and what to tell them: an answer that no message could bring."""
    case = talk.tx.get(Case, task.visits_case_id)
    assert case is not None
    doors = _doors(talk, case)
    hidden = bool(case.anonymity) and not talk.actor.may_name(case)
    if doors and (case.delivered_at is not None or hidden):
        return talk.say(
            "claim_task.doors",
            number=task.number,
            count=len(doors),
            doors="\n".join(doors),
            text=public_words(talk.tx, case)[:60],
            answer=case.answer,
            buttons=in_hand(talk, task),
        )
    person = None if hidden else talk.tx.get(Person, case.beneficiary_id)
    at_home = person.room if person and person.home_place_id == case.place_id else ""
    room = "" if hidden else case.room or at_home
    return talk.say(
        "claim_task.door",
        number=task.number,
        place=place_of(talk, case),
        room=talk.text("words.room", name="", room=room) if room else "",
        name=(person.name if person else "") or talk.text("words.resident"),
        text=public_words(talk.tx, case)[:60],
        answer=case.answer + _and_further(talk, doors),
        buttons=in_hand(talk, task),
    )


def _doors(talk: Talk, case: Case) -> list[str]:
    """Whom else to tell: those who joined the case and whom no message reached."""
    found = []
    for one in closing.unreached(talk.tx, case, talk.now):
        person = talk.tx.get(Person, one.person_id)
        home = places.place(talk.tx, person.home_place_id if person else None)
        name = (person.name if person else "") or talk.text("words.resident")
        room = talk.text("words.room", name="", room=person.room) if person and person.room else ""
        found.append(f"{home.full_name if home else place_of(talk, case)}{room}，{name}")
    return found


def _and_further(talk: Talk, doors: list[str]) -> str:
    return "\n" + talk.text("claim_task.further", count=len(doors), doors="\n".join(doors)) if doors else ""


def called_on(talk: Talk, task: Task) -> Reply:
    """Whom to call on after low stars, and what they said."""
    task, rating, case = return_visits.in_hand(talk.tx, talk.actor, task.id)
    person = talk.tx.get(Person, rating.person_id)
    if case.anonymity and rating.person_id == case.beneficiary_id:  # it became so after the stars
        raise NotFound()
    own = person is not None and person.id == case.beneficiary_id
    room = (case.room if own else "") or (person.room if person else "")
    home = places.place(talk.tx, person.home_place_id if person else None)
    return talk.say(
        "return_visits.card",
        number=task.number,
        place=place_of(talk, case) if own or home is None else home.full_name,
        room=talk.text("words.room", name="", room=room) if room else "",
        name=(person.name if person else "") or talk.text("words.resident"),
        text=public_words(talk.tx, case)[:60],
        answer=case.answer,
        stars="★" * rating.stars,
        words=rating.words or talk.text("words.no_words_given"),
        buttons=in_hand(talk, task),
    )


def homes(talk: Talk, task: Task) -> Reply:
    """The homes nobody of whom has heard a notice of safety, and what they are to be told."""
    visit, notice, people = visits.doors(talk.tx, talk.actor, task)
    place = places.place(talk.tx, visit.place_id)
    lines = [
        talk.text(
            "visit_homes.door",
            room=talk.text("words.room", name="", room=person.room) if person.room else "",
            name=person.name or talk.text("words.resident"),
        )
        for person in people
    ]
    return talk.say(
        "visit_homes.list" if people else "visit_homes.nobody",
        number=task.number,
        place=place.full_name if place else "",
        doors="\n".join(lines),
        text=notice.text,
        buttons=in_hand(talk, task),
    )


def finishing(task: Task) -> str:
    """The flow in which a task is finished."""
    if task.rating_id is not None:
        return "tell_visit"
    return "told_at_door" if task.visits_case_id else "finish_task"


def in_hand(talk: Talk, task: Task) -> list[Button]:
    """What can be done with a task one holds."""
    of_case = [
        talk.button("details", "handle_case", case=task.case_id),
        talk.button("progress", "report_progress", task=task.id),
    ]
    at_door = [talk.button("details", "call_on" if task.rating_id else "visit_door", task=task.id)]
    return [
        *(of_case if task.case_id else at_door if task.visits_case_id or task.rating_id else []),
        *([talk.button("details", "visit_homes", task=task.id)] if visit_of(talk, task) else []),
        talk.button("finish", finishing(task), task=task.id),
        talk.button("give_back", "give_back_task", task=task.id),
        talk.button("hand_over", "hand_over_task", task=task.id),
    ]
