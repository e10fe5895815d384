"""党员的服务: what each person has done in a period and how it was rated, counted from the record alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.events import Event
from domain.figures import FEWEST

KINDS = frozenset(
    {
        "task_claimed", "case_assigned", "hand_over_accepted", "place_freed", "case_answered",
        "case_reopened", "case_withdrawn", "post_finished", "task_given_back", "claim_lapsed",
        "task_progress", "service_rated", "rating_changed", "return_visit_given",
    }
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Service:
    """What one person did in one unit."""

    taken: int = 0  # tasks that came into their hands
    done: int = 0  # cases whose answer from them stands
    posts: int = 0  # places of a post they finished
    progress: int = 0  # times they told how it goes
    visits: int = 0  # answers they brought to a door
    given_back: int = 0
    lapsed: int = 0
    ratings: int = 0
    stars: int = 0  # their sum

    @property
    def average(self) -> float | None:
        """Of five ratings and more, so that nobody knows whose they are."""
        return self.stars / self.ratings if self.ratings >= FEWEST else None


def served(events: Iterable[Event], start: datetime, end: datetime) -> dict[tuple[int, int], Service]:
    """What everybody did in [start, end), by unit and person. `events` are those of KINDS, in their order.

    Done is done when nobody said otherwise: an answer that came back or was no longer needed is not
    counted, even if that happened after `end`. So it is with changed stars.
    """
    found: dict[tuple[int, int], Service] = {}
    answered: dict[int, tuple[int, int] | None] = {}  # case → unit and person of the answer that stands
    rated: dict[tuple[int, int], tuple[int, int, int]] = {}  # case and who → unit, handler, stars
    for event in events:
        case_id = event.subject_id if event.subject == "case" else event.data.get("case")
        within = start <= event.at < end
        if event.kind == "case_answered":
            answered[event.subject_id] = _who(event, "owner") if within else None
        elif event.kind in ("case_reopened", "case_withdrawn"):
            answered.pop(event.subject_id, None)
        elif event.kind in ("service_rated", "rating_changed") and isinstance(case_id, int):
            _rate(rated, answered, event, case_id, within)
        elif within and (deed := _DEEDS.get(event.kind)):
            _count(found, event, deed)
    for key in answered.values():
        if key is not None:
            found.setdefault(key, Service()).done += 1
    for unit_id, handler, stars in rated.values():
        one = found.setdefault((unit_id, handler), Service())
        one.ratings, one.stars = one.ratings + 1, one.stars + stars
    return found


def _rate(
    rated: dict[tuple[int, int], tuple[int, int, int]],
    answered: dict[int, tuple[int, int] | None],
    event: Event,
    case_id: int,
    within: bool,
) -> None:
    key = (case_id, event.actor_id or 0)
    before = rated.get(key)
    stars = int(event.data.get("stars", 0))
    if before is not None:
        rated[key] = (*before[:2], stars)
        return
    handler = _who(event, "handler") or answered.get(case_id)
    if within and handler is not None:
        rated[key] = (*handler, stars)


def _who(event: Event, name: str) -> tuple[int, int] | None:
    """The unit and the person an event names; without a name who did it, if that is what it tells."""
    person = event.data.get(name, event.actor_id if name == "owner" else None)
    return (event.unit_id, person) if event.unit_id is not None and isinstance(person, int) else None


def _count(found: dict[tuple[int, int], Service], event: Event, deed: tuple[str, str]) -> None:
    name, whose = deed
    if event.data.get("visits") is not None:
        name = "visits"
    person = event.data.get(whose) if whose else event.actor_id
    if event.unit_id is not None and isinstance(person, int):
        one = found.setdefault((event.unit_id, person), Service())
        setattr(one, name, getattr(one, name) + 1)


_DEEDS = {
    "task_claimed": ("taken", ""),
    "case_assigned": ("taken", "to"),
    "hand_over_accepted": ("taken", ""),
    "place_freed": ("taken", "to"),
    "return_visit_given": ("taken", "to"),
    "post_finished": ("posts", ""),
    "task_progress": ("progress", ""),
    "task_given_back": ("given_back", ""),
    "claim_lapsed": ("lapsed", "owner"),
}
"""What an event counts as, and where it names the person: "" is who did it."""
