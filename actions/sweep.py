"""The independent look once a minute: what a lost reminder would have done is done, and said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from actions import closing, escalations, lapses, pauses, supervision
from domain.errors import Conflict
from domain.events import Event
from domain.tree import Community
from storage import community as settings
from storage import outbox, overlooked
from storage.tx import Tx

BEAT = "sweep_at"


def sweep(tx: Tx, picture: Callable[[], Community], now: datetime) -> dict[str, int]:
    """Does what should have happened; how much of each kind. The operator hears of it."""
    done: dict[str, int] = {}
    for kind, (find, do) in _MOVES.items():
        for subject in find(tx, now):
            try:
                with tx.savepoint():
                    moved = do(tx, picture(), subject, now)
            except Conflict:
                continue  # somebody is at it: the next look comes in a minute
            except Exception as error:
                outbox.crashed(
                    tx, "sweep", kind, str(subject), words="", reason=type(error).__name__, now=now
                )
                continue
            done[kind] = done.get(kind, 0) + int(bool(moved))
    done = {kind: count for kind, count in done.items() if count}
    settings.set_meta(tx, BEAT, now.isoformat())
    if done:
        count = sum(done.values())
        tx.add(Event(kind="sweep_found", at=now, subject="sweep", subject_id=0, data=done | {"count": count}))
    return done


Find = Callable[[Tx, datetime], list[int]]
Do = Callable[[Tx, Community, int, datetime], object]
_MOVES: dict[str, tuple[Find, Do]] = {
    "pause_over": (overlooked.paused, pauses.over),  # first: what goes on may be overdue at once
    "overdue": (lambda tx, now: overlooked.overdue(tx, now, now - escalations.DAILY), escalations.overdue),
    "supervision_late": (
        lambda tx, now: overlooked.supervisions(tx, now, now - supervision.DAILY),
        lambda tx, _, asked, now: supervision.late(tx, asked, now),
    ),
    "silence": (
        lambda tx, now: overlooked.silent(tx, now, now - closing.SILENT_FOR),
        lambda tx, _, case, now: closing.silence(tx, case, now),
    ),
    "lapse": (overlooked.lapsed, lambda tx, _, claim, now: lapses.lapse(tx, claim, now)),
}
