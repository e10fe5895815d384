"""我的任务 at the desk: what they hold, what colleagues ask of them, and what they can take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import Response

from actions import closing, doors, progress, tasks
from bot import task_names
from domain.case import Case
from domain.errors import AlreadyDone, NotFound, NothingSaid
from domain.masks import masked_name
from domain.people import Person
from domain.tasks import Claim, ClaimState, Task
from storage import desk_case, desk_queue
from storage import tasks as rows
from web.desk.visit import Visit
from web.desk.words import moment_left

SHOWN = 40
AT_THE_DOOR = ("solved", "not_solved", "said_nothing")
_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A task in their hands, with what can be done with it now."""

    task: Task
    title: str
    place: str
    left: str
    late: bool
    waits: bool  # it stands on the waiting list of a post
    case_id: int  # 0 when the case does not stand in a queue of theirs
    answer: str  # what is to be told at the door
    doors: list[doors.Door]
    colleagues: list[Person]
    asked: str  # the colleague who was asked to take it over


def page(visit: Visit, *, opened: int = 0) -> Response:
    """Everything of theirs; `opened` is the visit whose doors were asked for just now."""
    units = visit.actor.service_area()
    held = [one for one in rows.held_by(visit.tx, visit.actor.id, SHOWN) if one[0].rating_id is None]
    mine = {task.id for task, _ in held}
    free = [
        one for one in rows.open_in(visit.tx, units, SHOWN) if one.id not in mine and not _queued(visit, one)
    ]
    return visit.page(
        "mine.html",
        asked_of_me=offered(visit),
        held=[_held(visit, task, claim) for task, claim in held],
        free=[(one, title(visit, one), visit.community.units[one.unit_id].name) for one in free],
        finished=rows.done_by(visit.tx, visit.actor.id),
        opened=opened,
        masked=masked_name,
        said_at_door=AT_THE_DOOR,
    )


def title(visit: Visit, task: Task) -> str:
    return task_names.title(visit.tx, task, visit.locale)


def _queued(visit: Visit, task: Task) -> bool:
    """Whether it stands in a queue of theirs anyway."""
    case = visit.tx.get(Case, task.case_id)
    return case is not None and visit.actor.may_run(case)


def offered(visit: Visit) -> list[tuple[int, int, str, str]]:
    """What colleagues would like them to take over: the offer, its number, its title and who asks."""
    found = rows.offered_to(visit.tx, visit.actor.id)
    names = desk_queue.names(visit.tx, {offer.from_person_id for offer, _ in found})
    return [
        (offer.id, task.number, title(visit, task), names.get(offer.from_person_id, ""))
        for offer, task in found
    ]


def _held(visit: Visit, task: Task, claim: Claim) -> Held:
    case = visit.tx.get(Case, task.case_id)
    about = case or visit.tx.get(Case, task.visits_case_id)
    waits = claim.state is ClaimState.WAITING
    return Held(
        task=task,
        title=title(visit, task),
        place=_place(visit, about),
        left=moment_left(visit, case.answer_by) if case and case.paused_at is None else "",
        late=bool(case and case.overdue(visit.now)),
        waits=waits,
        case_id=case.id if case and visit.actor.may_run(case) else 0,
        answer=about.answer if about and task.visits_case_id else "",
        doors=[] if waits or case else doors.of(visit.tx, visit.actor, task, visit.now),
        **handing(visit, task),
    )


def _place(visit: Visit, case: Case | None) -> str:
    if case is None:
        return ""
    return (
        desk_queue.place_names(visit.tx, {case.place_id or 0}).get(case.place_id or 0, "") + case.place_text
    )


def handing(visit: Visit, task: Task) -> dict[str, Any]:
    """To whom it could be handed, and who has been asked."""
    offers = rows.offers_for(visit.tx, task.id)
    asked = next((one for one in offers if one.to_person_id and one.from_person_id == visit.actor.id), None)
    person = visit.tx.get(Person, asked.to_person_id) if asked else None
    return {
        "colleagues": tasks.colleagues(visit.tx, visit.actor, task.unit_id, visit.now, of=task),
        "asked": person.name if person else "",
    }


# -- what is done ----------------------------------------------------------------------------------
def said(visit: Visit, name: str = "text") -> str:
    """What has to be written. Raises NothingSaid."""
    text = visit.told(name)
    if not text:
        raise NothingSaid()
    return text


def once(visit: Visit, case_id: int | None, words: str) -> str:
    """The words, unless they were written just now: the button was pressed twice. Raises AlreadyDone."""
    since: datetime = visit.now - _MOMENT
    for _, text, by, at in desk_case.notes_of(visit.tx, case_id or 0):
        if (text, by) == (words, visit.actor.id) and at > since:
            raise AlreadyDone()
    return words


def _claim(visit: Visit, task: int) -> str:
    tasks.visible(visit.tx, visit.actor, task)
    claim = tasks.claim(visit.tx, visit.actor, task, visit.now)[1]
    return "task_waits" if claim.state is ClaimState.WAITING else "claim"


def _progress(visit: Visit, task: int) -> str:
    found = tasks.held(visit.tx, visit.actor, task)[0]
    words = once(visit, found.case_id, said(visit))
    progress.progress(visit.tx, visit.actor, task, words, visit.photo_ids(), visit.now)
    return "progress"


def _finish(visit: Visit, task: int) -> str:
    """A case or a post; what came of a return visit or was said at a door is told elsewhere."""
    found = tasks.held(visit.tx, visit.actor, task)[0]
    if found.rating_id is not None or found.visits_case_id is not None:
        raise NotFound()
    tasks.finish(visit.tx, visit.actor, task, said(visit), visit.photo_ids(), visit.now)
    return "finish"


def _tell(visit: Visit, task: int) -> str:
    heard = visit.told("said")
    if heard not in AT_THE_DOOR:
        raise NothingSaid()
    closing.told_at_the_door(visit.tx, visit.actor, task, heard, said(visit), visit.now)
    return "door_not_solved" if heard == "not_solved" else "door_told"


def _give_back(visit: Visit, task: int) -> str:
    mine = tasks.held(visit.tx, visit.actor, task)[1]
    reason = "" if mine.state is ClaimState.WAITING else said(visit, "reason")
    tasks.give_back(visit.tx, visit.actor, task, reason, visit.now)
    return "give_back"


def _hand_over(visit: Visit, task: int) -> str:
    found = tasks.held(visit.tx, visit.actor, task)[0]
    if not visit.number("member"):
        raise NothingSaid()
    to = tasks.colleague(visit.tx, visit.actor, found.unit_id, visit.number("member"), visit.now)
    tasks.offer_hand_over(visit.tx, visit.actor, task, to.id, "", visit.now)
    return "hand_over"


DEEDS: dict[str, Callable[[Visit, int], str]] = {
    "claim": _claim,
    "progress": _progress,
    "finish": _finish,
    "tell": _tell,
    "give_back": _give_back,
    "hand_over": _hand_over,
}
"""Each does one thing with a task and names the sentence that says so."""


def do(visit: Visit) -> str:
    """One of DEEDS on one task. Raises NotFound for what is none."""
    deed = DEEDS.get(str(visit.request.path_params.get("deed", "")))
    if deed is None:
        raise NotFound()
    return f"/desk/mine?said={deed(visit, visit.key('task'))}"


def show(visit: Visit) -> Response:
    """Whom to call on, in full; that it was read is kept."""
    doors.read(visit.tx, visit.actor, visit.key("task"), visit.now)
    return page(visit, opened=visit.key("task"))


def take_over(visit: Visit) -> str:
    """What a colleague would like them to take: yes or no."""
    offer = visit.key("offer")
    if visit.told("accept") != "yes":
        tasks.refuse_hand_over(visit.tx, visit.actor, offer, visit.now)
        return "/desk/mine?said=not_taken_over"
    task = tasks.accept_hand_over(visit.tx, visit.actor, offer, visit.now)
    if task.rating_id is not None:
        return "/desk/visits?said=taken_over"
    return "/desk/mine?said=taken_over"
