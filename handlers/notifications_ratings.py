"""What followed from stars → who hears of it. Who did the work hears nothing of a return visit."""

from __future__ import annotations

from collections.abc import Iterable

from actions import return_visits
from bot.telling import Tell, World, tells
from domain.figures import FEWEST
from domain.ratings import LOW, Batch, Outcome, Rating, ReturnVisit
from domain.tasks import Task
from storage import tasks as rows


def at_desk(world: World, task: Task) -> list[int]:
    """Who runs the queue a task stands in; of a return visit those who had no hand in the service."""
    if task.rating_id is None:
        return world.staff(task.unit_id)
    return return_visits.senders(world.tx, task, task.unit_id, world.now)


@tells("service_rated")
@tells("rating_changed")
def low_stars(world: World) -> Iterable[Tell]:
    """One or two stars: somebody who did not do the work is asked to call on the resident."""
    rating = world.tx.get(Rating, world.event.data["rating"])
    task = world.task()
    now_low = world.event.data["stars"] <= LOW < world.event.data.get("before", LOW + 1)
    if rating is None or task is None or not now_low:
        return
    words = rating.words or {"$word": "no_words_given"}
    facts = {"number": task.number, "stars": "★" * world.event.data["stars"], "words": words}
    visit = world.tx.get(Task, world.event.data.get("visit"))
    if visit is None:
        staff = [one for one in world.staff(rating.unit_id) if one != rating.handler_id]
        for person in staff or world.staff(world.community.next_up(rating.unit_id).id):
            yield Tell(to=person, key="low_rating_only", facts=facts)
        return
    for person in at_desk(world, visit):
        yield Tell(to=person, key="low_rating", facts=facts, buttons=_ways(visit))


def _ways(visit: Task) -> tuple[tuple[str, str], ...]:
    return (("send_visitor", f"give_visit task={visit.id}"), ("visit_myself", f"claim_task task={visit.id}"))


def going(world: World, task: Task, person: int | None) -> Iterable[Tell]:
    """The resident hears who comes."""
    rating = world.tx.get(Rating, task.rating_id)
    if rating is not None:
        facts = {"number": task.number, "name": world.name(person)}
        yield Tell(to=rating.person_id, key="return_visit_going", facts=facts)


@tells("return_visit_given")
def return_visit_given(world: World) -> Iterable[Tell]:
    task = world.task()
    if task is None:
        return
    to = world.event.data["to"]
    buttons = (
        ("details", f"call_on task={task.id}"),
        ("finish", f"tell_visit task={task.id}"),
        ("give_back", f"give_back_task task={task.id}"),
    )
    yield Tell(to=to, key="return_visit_given", facts={"number": task.number}, buttons=buttons)
    yield from going(world, task, to)


@tells("return_visit_due")
def return_visit_due(world: World) -> Iterable[Tell]:
    """Nobody has gone yet."""
    task = world.task()
    if task is None:
        return
    facts = {"number": task.number}
    held = rows.holders(world.tx, task.id)
    for one in held:
        buttons = (("finish", f"tell_visit task={task.id}"), ("give_back", f"give_back_task task={task.id}"))
        yield Tell(to=one.person_id, key="return_visit_yours", facts=facts, buttons=buttons)
    for person in at_desk(world, task):
        if person not in {one.person_id for one in held}:
            yield Tell(to=person, key="return_visit_due", facts=facts, buttons=_ways(task)[:1])


@tells("return_visit_done")
def return_visit_done(world: World) -> Iterable[Tell]:
    """The desk hears what came of it, the resident a word of thanks and the way back."""
    task, visit = world.task(), world.tx.get(ReturnVisit, world.event.data["visit"])
    rating = world.tx.get(Rating, task.rating_id) if task else None
    if task is None or visit is None or rating is None:
        return
    name = world.name(visit.by_id)
    facts = {"number": task.number, "name": name, "words": visit.words}
    facts |= {"outcome": {"$word": f"visit_{visit.outcome}"}}
    for person in at_desk(world, task):
        if person != visit.by_id:
            yield Tell(to=person, key="return_visit_done", facts=facts)
    if visit.outcome is Outcome.SETTLED:
        case = return_visits.case_of(world.tx, rating)
        buttons = (("not_solved", f"reopen_case case={case.id}"),)
        thanks = {"number": task.number, "name": name}
        yield Tell(to=rating.person_id, key="return_visit_thanks", facts=thanks, buttons=buttons)


MINE = (("my_service", "my_service"),)


@tells("own_ratings_shown")
def own_ratings_shown(world: World) -> Iterable[Tell]:
    batch = world.tx.get(Batch, world.event.data["batch"])
    if batch is not None:
        average = f"{batch.stars / batch.ratings:.1f}"
        facts = {"count": batch.ratings, "average": average, "fewest": FEWEST}
        yield Tell(
            to=batch.person_id, key="own_ratings", facts=facts, buttons=(("my_service", "my_service"),)
        )


@tells("own_ratings_few")
def own_ratings_few(world: World) -> Iterable[Tell]:
    yield Tell(to=world.event.subject_id, key="own_ratings_few", facts={"fewest": FEWEST})
