"""回访 at the desk: who gave low stars waits for somebody who had no hand in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from actions import doors
from actions import return_visits as actions
from domain.errors import NotFound, NothingSaid
from domain.masks import masked_name
from domain.people import Person
from domain.ratings import Outcome, Rating
from domain.tasks import ClaimState, Task
from storage import desk_queue
from storage import tasks as rows
from web.desk import mine
from web.desk.visit import Visit

OUTCOMES = (Outcome.SETTLED, Outcome.REOPENED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One visit that is not done: who served is not said, nor who gave the stars."""

    task: Task
    title: str
    stars: int
    words: str
    goes: str  # the names of who has it
    late: bool
    mine: bool
    may_go: bool
    may_give: list[Person]
    doors: list[doors.Door]
    handing: dict[str, Any]


def page(visit: Visit, *, opened: int = 0) -> Response:
    """Those that wait and those they hold; `opened` is the one whose door was asked for just now."""
    given = actions.waiting(visit.tx, visit.actor)
    held = [
        task
        for task, claim in rows.held_by(visit.tx, visit.actor.id, mine.SHOWN)
        if task.rating_id is not None and claim.state is ClaimState.HELD
    ]
    sends = {one.id for one in given}
    found = {one.id: one for one in [*held, *given]}
    return visit.page(
        "visits.html",
        entries=[_entry(visit, one, sends=one.id in sends) for one in found.values()],
        outcomes=OUTCOMES,
        opened=opened,
        masked=masked_name,
    )


def _entry(visit: Visit, task: Task, *, sends: bool) -> Entry:
    rating = visit.tx.get(Rating, task.rating_id)
    assert rating is not None
    goes = [one.person_id for one in rows.holders(visit.tx, task.id)]
    names = desk_queue.names(visit.tx, set(goes))
    own = visit.actor.id in goes
    goers = actions.goers(visit.tx, visit.actor, task, visit.now) if sends else []
    return Entry(
        task=task,
        title=mine.title(visit, task),
        stars=rating.stars,
        words=rating.words,
        goes="、".join(names.get(one, "") for one in goes),
        late=actions.late(visit.community, task, visit.now),
        mine=own,
        may_go=sends and not goes,
        may_give=[one for one in goers if one.id not in goes],
        doors=doors.of(visit.tx, visit.actor, task, visit.now) if own else [],
        handing=mine.handing(visit, task) if own else {"colleagues": [], "asked": ""},
    )


# -- what is done ----------------------------------------------------------------------------------
def _give(visit: Visit, task: int) -> str:
    actions.to_give(visit.tx, visit.actor, task)
    if not visit.number("member"):
        raise NothingSaid()
    actions.give(visit.tx, visit.actor, task, visit.number("member"), visit.now)
    return "visit_given"


def _go(visit: Visit, task: int) -> str:
    actions.go(visit.tx, visit.actor, task, visit.now)
    return "visit_taken"


def _tell(visit: Visit, task: int) -> str:
    actions.in_hand(visit.tx, visit.actor, task)
    outcome = visit.told("outcome")
    if outcome not in OUTCOMES:
        raise NothingSaid()
    actions.tell(visit.tx, visit.actor, task, Outcome(outcome), mine.said(visit), visit.now)
    return "visit_reopened" if outcome == Outcome.REOPENED else "visit_settled"


DEEDS: dict[str, Callable[[Visit, int], str]] = {"give": _give, "go": _go, "tell": _tell}


def do(visit: Visit) -> str:
    """One of DEEDS on one visit. Raises NotFound for what is none."""
    deed = DEEDS.get(str(visit.request.path_params.get("deed", "")))
    if deed is None:
        raise NotFound()
    return f"/desk/visits?said={deed(visit, visit.key('task'))}"


def show(visit: Visit) -> Response:
    """Whom to call on, in full; that it was read is kept."""
    doors.read(visit.tx, visit.actor, visit.key("task"), visit.now)
    return page(visit, opened=visit.key("task"))
