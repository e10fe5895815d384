"""督办: a level above wants to know, within a time, what becomes of a case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.case import Case
from domain.community import UnitKind
from domain.errors import AlreadyDone, NotAllowed, NotAnswered
from domain.people import RUNS_A_QUEUE, Role
from domain.tree import Community

SUPERVISE = frozenset({UnitKind.COMMUNITY, UnitKind.SUBDISTRICT, UnitKind.DISTRICT, UnitKind.CITY})


class SupervisionState(StrEnum):
    OPEN = "open"  # an answer is due
    ANSWERED = "answered"  # it waits for the supervisor
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """One demand of a level above. It ends only when that level, having an answer, lifts it."""

    id: int = 0
    case_id: int
    unit_id: int  # the level that asks
    by_id: int
    span: str  # "4wh" and "3wd" in working time, "24h" by the clock
    reason: str
    created_at: datetime
    since: datetime  # since when the answer is awaited: asked again after 没解决
    answer_by: datetime
    state: SupervisionState = SupervisionState.OPEN
    late_at: datetime | None = None  # when it was last said that the answer is late
    answer: str = ""
    answered_by: int | None = None
    answered_at: datetime | None = None
    lifted_by: int | None = None
    lifted_at: datetime | None = None
    version: int = 0

    def answered(self, text: str, person_id: int, now: datetime) -> Supervision:
        """Raises AlreadyDone when no answer is due."""
        if self.state is not SupervisionState.OPEN:
            raise AlreadyDone()
        return replace(
            self, state=SupervisionState.ANSWERED, answer=text, answered_by=person_id, answered_at=now
        )

    def lifted(self, person_id: int, now: datetime) -> Supervision:
        """Raises NotAnswered, AlreadyDone."""
        if self.state is SupervisionState.OPEN:
            raise NotAnswered()
        if self.state is SupervisionState.LIFTED:
            raise AlreadyDone()
        return replace(self, state=SupervisionState.LIFTED, lifted_by=person_id, lifted_at=now)

    def again(self, now: datetime, answer_by: datetime) -> Supervision:
        """The answer was not right: another is due. What was answered before stays in the history."""
        return replace(self, state=SupervisionState.OPEN, since=now, answer_by=answer_by, late_at=None)

    def late(self, now: datetime) -> bool:
        return self.state is SupervisionState.OPEN and now >= self.answer_by


def level_of(community: Community, roles: tuple[Role, ...], case: Case) -> int:
    """The nearest unit above the case's queue in whose name these roles may supervise. Raises NotAllowed."""
    mine = {role.unit_id for role in roles if role.kind in RUNS_A_QUEUE}
    above = [unit for unit in community.up(case.unit_id) if unit.id != case.unit_id]
    found = next((unit.id for unit in above if unit.id in mine and unit.kind in SUPERVISE), None)
    if found is None:
        raise NotAllowed()
    return found
