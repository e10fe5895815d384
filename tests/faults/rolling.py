"""A deployment: two web sides and two workers are replaced one after the other while people write (G1, G2).

Each is told to stop and started again; some are killed instead. The pages ask whoever answers.
"""

from __future__ import annotations

import random
import time
from collections import Counter

from sqlalchemy import func, select

from storage import tables
from tests.faults.figures import Outcome
from tests.faults.kills import Door, judge
from tests.faults.sizes import Sizes
from tests.faults.stage import Stage
from tests.faults.world import World, wait_until
from tests.processes.running import Linli

ENOUGH = 300.0
ROLES = ("web", "web", "worker", "worker")


def rolling(stage: Stage, sizes: Sizes, seed: int = 20261127) -> Outcome:
    """`sizes.rolled` messages while every process is replaced `sizes.rounds` times."""
    begun, chance = time.monotonic(), random.Random(seed)
    outcome = Outcome(trial="rolling restart: 2 web, 2 workers")
    with stage.world(on_postgres=stage.cluster is not None) as here:
        here.own_cases()
        running = [here.another() for _ in ROLES]
        for one, role in zip(running, ROLES, strict=True):
            one.start(role=role)
        urls = [one.url for one, role in zip(running, ROLES, strict=True) if role == "web"]
        door = Door("web chat", here, sizes.rolled, urls)
        stopped: Counter[str] = Counter()
        try:
            for turn in range(sizes.rounds):
                for at, role in enumerate(ROLES):
                    share = (turn * len(ROLES) + at + 1) / (sizes.rounds * len(ROLES) + 1)
                    wait_until(lambda share=share: door.how_many() >= share * sizes.rolled, ENOUGH)
                    stopped[_replaced(running[at], role, chance, outcome)] += 1
            outcome.check(wait_until(lambda: door.how_many() == sizes.rolled, ENOUGH), "not all were heard")
            _calm(here, outcome)
        finally:
            if door.browsers:
                door.browsers.stopped = True
            for one in running:
                if not one.dead:
                    one.stop()
        outcome.kills = stopped["killed"]
        outcome.notes = {"replaced in order": stopped["stopped"], "killed": stopped["killed"]}
        outcome.notes["on"] = "PostgreSQL" if stage.cluster else "SQLite"
        judge(here, door, outcome)
    outcome.seconds = time.monotonic() - begun
    return outcome


def _replaced(one: Linli, role: str, chance: random.Random, outcome: Outcome) -> str:
    how = "killed" if chance.random() < 0.25 else "stopped"
    if how == "killed":
        one.kill()
    else:
        outcome.check(one.stop() == 0, f"a {role} did not stop in order")
    one.start(role=role)
    return how


def _calm(here: World, outcome: Outcome) -> None:
    """What dead senders had taken is taken up again, and everybody has been told."""
    here.a_minute_passes()
    events = tables.events
    todo = select(func.count()).select_from(events).where(events.c.handled_at.is_(None))
    outcome.check(wait_until(lambda: here.count(todo) == 0, ENOUGH), "something was told to nobody")
