"""Times, names and numbers as the desk shows them: masked unless somebody asks."""

from __future__ import annotations

from datetime import datetime

from domain.case import UNFINISHED, Case
from web.desk.visit import Visit

_SIZES = {"days": 86_400, "hours": 3_600, "minutes": 60}


def left(visit: Visit, case: Case) -> str:
    """剩 3 小时, 逾期 2 天; that the clock stands; nothing when it is over."""
    if case.status not in UNFINISHED:
        return ""
    if case.paused_at is not None:
        return visit.word("clock_stands")
    return moment_left(visit, case.answer_by)


def moment_left(visit: Visit, due: datetime) -> str:
    """How long until a moment, or since."""
    late = visit.now >= due
    seconds = int(abs(due - visit.now).total_seconds())
    for unit, size in _SIZES.items():
        if seconds >= size:
            return visit.word(f"late_{unit}" if late else f"left_{unit}", count=seconds // size)
    return visit.word("late_now") if late else visit.word("left_minutes", count=1)
