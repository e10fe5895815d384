"""A task is anything a member can take: a case, a wish, a post with places."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class TaskState(StrEnum):
    OPEN = "open"
    FULL = "full"
    DONE = "done"
    GONE = "gone"  # withdrawn or closed without it


class ClaimState(StrEnum):
    HELD = "held"
    WAITING = "waiting"
    GIVEN_BACK = "given_back"
    DONE = "done"
    LAPSED = "lapsed"


ACTIVE_CLAIM = (ClaimState.HELD, ClaimState.WAITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One entry of the list members choose from."""

    id: int = 0
    case_id: int | None = None  # None: a post
    visits_case_id: int | None = None  # a post at somebody's door: the answer of this case is to be told
    rating_id: int | None = None  # a return visit (回访): who gave this rating is called on
    unit_id: int
    number: int
    title: str
    places: int = 1
    taken: int = 0
    starts_at: datetime | None = None
    skills: tuple[str, ...] = ()
    listed: bool = True  # false: only assigned, never offered to all
    urgent: bool = False
    state: TaskState = TaskState.OPEN
    created_at: datetime
    version: int = 0

    @property
    def free(self) -> int:
        return max(0, self.places - self.taken) if self.state is TaskState.OPEN else 0

    @property
    def over(self) -> bool:
        """Whether there is nothing left to offer: it is done or gone, or a case that somebody has."""
        if self.state is TaskState.FULL:
            return self.case_id is not None
        return self.state is not TaskState.OPEN

    def take(self) -> Task:
        taken = self.taken + 1
        return replace(self, taken=taken, state=TaskState.FULL if taken >= self.places else TaskState.OPEN)

    def release(self) -> Task:
        return replace(self, taken=max(0, self.taken - 1), state=TaskState.OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One person's hold on one task, or their place in its waiting list."""

    id: int = 0
    task_id: int
    person_id: int
    state: ClaimState = ClaimState.HELD
    claimed_at: datetime
    lapses_at: datetime | None = None  # without progress until then it goes back; None: not while it waits
    ended_at: datetime | None = None
    note: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A hand-over that counts only when the other side accepts: a member's task, or a unit's case."""

    id: int = 0
    task_id: int
    from_person_id: int
    to_person_id: int | None = None
    to_unit_id: int | None = None
    note: str = ""
    state: str = "open"  # open | accepted | refused | gone
    created_at: datetime
    version: int = 0
