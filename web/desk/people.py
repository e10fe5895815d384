"""人员: members and wishes that wait for a yes, and the sentences the model was not sure of."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from actions import learning, people
from domain.desk_queue import Part
from domain.errors import NotAllowed, NotFound
from domain.labels import Category, Intent
from domain.learning import Lesson, Question
from domain.people import RUNS_A_QUEUE, Person
from nlu import learned
from storage import desk_queue, lessons
from storage import people as rows
from web.desk.visit import Visit

SHOWN = 30


def _must_run_a_queue(visit: Visit) -> None:
    if not visit.actor.has(RUNS_A_QUEUE):
        raise NotAllowed()


def teaches(visit: Visit) -> bool:
    """Whether they may label sentences: these come from the whole community, so staff of the whole."""
    return visit.actor.has(RUNS_A_QUEUE) and visit.actor.runs(visit.community.duty().id)


def page(visit: Visit) -> Response:
    """Who and what waits."""
    _must_run_a_queue(visit)
    reach = visit.actor.reach()
    waiting = lessons.waiting(visit.tx, SHOWN) if teaches(visit) else []
    return visit.page(
        "people.html",
        members=[_member(visit, one) for one in rows.pending_members(visit.tx, reach.units, SHOWN)],
        wishes=desk_queue.counts(visit.tx, reach, visit.now)[Part.VERIFY],
        teaches=teaches(visit),
        lessons=[(one, _name(visit, one, one.guess), _choices(visit, one)) for one in waiting],
    )


def _member(visit: Visit, asked: Any) -> dict[str, Any]:
    person = visit.tx.get(Person, asked.person_id)
    return {
        "asked": asked,
        "name": person.name if person else "",
        "unit": visit.community.units[asked.unit_id].name,
        "skills": "、".join(asked.skills),
    }


def decide_member(visit: Visit) -> str:
    """Confirms or refuses. Raises NotFound, NotAllowed (themselves), AlreadyDone."""
    _must_run_a_queue(visit)
    accept = visit.told("accept") == "yes"
    people.decide_member(visit.tx, visit.actor, visit.key("membership"), accept=accept, now=visit.now)
    return f"/desk/people?said={'member_confirmed' if accept else 'member_refused'}"


# -- what the model was not sure of ------------------------------------------------------------------
def _name(visit: Visit, lesson: Lesson, label: str) -> str:
    """A label in words, when there is one."""
    if lesson.question is Question.CATEGORY:
        return visit.community.category_name(label, visit.locale)
    named = visit.intent_name(label)
    return named or label


def _choices(visit: Visit, lesson: Lesson) -> list[tuple[str, str]]:
    labels = Category if lesson.question is Question.CATEGORY else Intent
    return [(str(one), _name(visit, lesson, str(one))) for one in labels]


def label(visit: Visit) -> str:
    """Accepts a sentence under a label, so that it becomes an example, or leaves it out."""
    if not teaches(visit):
        raise NotAllowed()
    accept = visit.told("accept") == "yes"
    try:
        decided = learning.decide(
            visit.tx, visit.key("lesson"), accept=accept, now=visit.now, label=visit.told("label")
        )
    except ValueError:
        raise NotFound() from None
    if accept:
        learned.add(visit.learned, decided.question, decided.label, decided.text)
    return f"/desk/people?said={'lesson_kept' if accept else 'lesson_dropped'}"
