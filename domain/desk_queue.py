"""What somebody at the desk asks of a queue: a part of it, narrowed, and a page after the last row seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.case import Case


class Part(StrEnum):
    """The parts of a queue, what is late first."""

    OVERDUE = "overdue"
    NEW = "new"  # nobody has it and nobody has looked at it
    UNCLAIMED = "unclaimed"  # looked at, and still nobody's
    SUPERVISED = "supervised"
    CLAIMED = "claimed"
    WAITING = "waiting"  # for the resident's word, or for somebody outside
    VERIFY = "verify"  # wishes
    ALL = "all"
    OVER = "over"  # closed, withdrawn, merged


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """The last row of the page before."""

    urgent: bool
    due: datetime
    id: int

    def written(self) -> str:
        return f"{int(self.urgent)}_{self.due.timestamp():.6f}_{self.id}"

    @classmethod
    def of(cls, case: Case) -> After:
        return cls(urgent=case.urgent, due=case.answer_by, id=case.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A part of the queue and what narrows it; empty or 0 narrows nothing."""

    part: Part = Part.ALL
    category: str = ""
    place_ids: tuple[int, ...] = ()
    unit_id: int = 0
    owner_id: int = 0
    words: str = ""
    number: int = 0
    whole_text: bool = True  # false: the reader sees summaries, so only those are searched
    after: After | None = None
