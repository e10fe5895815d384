"""有进展: a member says how it goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from actions import lapses, tasks
from actions.holding import happened
from domain.access import Actor
from domain.case import Case
from domain.errors import NotFound
from domain.tasks import ClaimState, Task
from storage import cases as rows
from storage.tx import Tx


def progress(tx: Tx, by: Actor, task_id: int, words: str, files: Sequence[int], now: datetime) -> Task:
    """有进展: the resident hears how it goes, and the days begin again. Raises NotFound, WrongState."""
    task, mine = tasks.held(tx, by, task_id)
    case = tx.get(Case, task.case_id)
    if case is None or mine.state is not ClaimState.HELD:
        raise NotFound()
    note = rows.add_note(tx, case.id, by.id, words, now, kind="progress")
    rows.attach(tx, case.id, files, by.id)
    if case.paused_at is None:
        lapses.begin(tx, by.community, case, mine, now)
    tx.add(happened("task_progress", task, by, now, note=note, files=list(files)))
    return task
