"""The disk is full, the database dies: people are told that nothing was saved, and nothing is lost (L9)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sqlalchemy import func, select

from bot import texts
from storage.tables import events
from tests import postgres
from tests.faults.figures import Outcome
from tests.faults.kills import Door, judge
from tests.faults.sizes import Sizes
from tests.faults.stage import Stage
from tests.faults.world import World, wait_until

BROKEN_FOR = 4.0  # seconds
ENOUGH = 180.0


def disk_full(stage: Stage, sizes: Sizes) -> Outcome:
    """No page more for the SQLite file, while people write, and then room again."""
    outcome = Outcome(trial="disk full: SQLite")
    with stage.world() as here:
        room = here.home / "pages"
        here.own_cases()
        here.linli.start(module="tests.faults.armed", FAULT_PAGES=str(room))

        def breaks() -> None:
            with here.store.read() as tx:
                room.write_text(str(tx.connection.exec_driver_sql("PRAGMA page_count").scalar_one()))

        return _suffers(here, sizes, outcome, breaks, partial(room.write_text, ""))


def database_killed(stage: Stage, sizes: Sizes) -> Outcome:
    """PostgreSQL is killed while people write, and comes back."""
    outcome = Outcome(trial="database killed: PostgreSQL")
    with postgres.cluster() as own:
        if own is None:
            outcome.acknowledged = 1
            outcome.notes["skipped"] = "PostgreSQL's programs are not installed"
            return outcome
        with replace(stage, cluster=own).world(on_postgres=True) as here:
            here.own_cases()
            here.linli.start()
            return _suffers(here, sizes, outcome, own.crash, own.start)


def _suffers(
    here: World, sizes: Sizes, outcome: Outcome, breaks: Callable[[], object], mends: Callable[[], object]
) -> Outcome:
    begun = time.monotonic()
    door = Door("web chat", here, sizes.broken)
    assert door.browsers is not None
    outcome.check(wait_until(lambda: door.how_many() >= sizes.broken // 3, ENOUGH), "nobody was heard")
    breaks()
    time.sleep(BROKEN_FOR)
    refused, answered = list(door.browsers.refused), door.how_many()
    time.sleep(1.0)
    outcome.check(door.how_many() <= answered + len(door.browsers.threads), "it said yes without a database")
    mends()
    mended = time.monotonic()
    outcome.check(wait_until(lambda: door.how_many() == sizes.broken, ENOUGH), "not all were heard")
    outcome.notes["all heard after"] = f"{time.monotonic() - mended:.0f} s"
    kind = texts.say("zh_Hans", "web.not_saved")
    outcome.check(refused, "nobody was told")
    outcome.check(all(kind in words for _, words in refused), f"unkind: {refused[:1]}")
    outcome.notes["told that nothing was saved"] = len(door.browsers.refused)
    here.a_minute_passes()
    todo = select(func.count()).select_from(events).where(events.c.handled_at.is_(None))
    outcome.check(wait_until(lambda: here.count(todo) == 0, ENOUGH), "something was told to nobody")
    outcome.check(here.linli.stop() == 0, "it did not stop in order")
    judge(here, door, outcome)
    outcome.seconds = time.monotonic() - begun
    return outcome
