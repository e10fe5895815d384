"""Much comes due while three schedulers are killed and their clocks jump: each once, none left (G8)."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from domain.events import Reminder
from domain.notices import Activity
from storage import outbox
from storage.tables import events, reminders, units
from tests.conftest import ROOT, ZONES
from tests.faults.figures import Outcome
from tests.faults.sizes import Sizes
from tests.faults.stage import Stage
from tests.faults.world import World, wait_until

SCHEDULERS = 3
JUMPS = (0, 0, 3600, -3600)  # seconds


def due(stage: Stage, sizes: Sizes, seed: int = 20261125) -> Outcome:
    """Activities whose reminder was due while everything was down."""
    chance, begun = random.Random(seed), time.monotonic()
    outcome = Outcome(trial=f"due: {SCHEDULERS} schedulers")
    with stage.world() as here:
        wanted = _activities(here, sizes.due)
        running = [_start(here, n, 0) for n in range(SCHEDULERS)]
        for _ in range(sizes.due_kills):
            time.sleep(chance.uniform(0.0, 0.4))
            which = chance.randrange(SCHEDULERS)
            running[which].kill()
            running[which].wait()
            running[which] = _start(here, which, chance.choice(JUMPS))
        left = (
            select(func.count())
            .select_from(reminders)
            .where(reminders.c.kind == "activity_48h", reminders.c.done_at.is_(None))
        )
        wait_until(lambda: here.count(left) == 0, 300)
        for one in running:
            one.kill()
            one.wait()
        with here.store.read() as tx:
            kind = events.c.kind == "activity_due_48h"
            told = Counter(row.subject_id for row in tx.rows(select(events.c.subject_id).where(kind)))
        outcome.acknowledged, outcome.done = len(wanted), len(told)
        outcome.lost = len(wanted - set(told))
        outcome.doubled = sum(count > 1 for count in told.values())
        outcome.unexpected = len(set(told) - wanted)
        outcome.kills = sizes.due_kills
    outcome.seconds = time.monotonic() - begun
    return outcome


def _activities(here: World, count: int) -> set[int]:
    now = datetime.now(UTC)
    found = set()
    with here.store.begin() as tx:
        unit = tx.connection.execute(select(units.c.id).limit(1)).scalar_one()
        for n in range(count):
            soon = now + timedelta(days=2)
            one = tx.add(Activity(unit_id=unit, title="义诊", starts_at=soon, created_at=now)).id
            late = now - timedelta(hours=8) + timedelta(seconds=n % 3600)
            outbox.remind(tx, Reminder(key=f"trial:{one}", kind="activity_48h", subject_id=one, due_at=late))
            found.add(one)
    return found


def _start(here: World, number: int, jump: int) -> subprocess.Popen[bytes]:
    """One scheduler, in a host zone of its own."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TZ": ZONES[number % len(ZONES)]}
    command = [sys.executable, "-m", "tests.faults.ticking", str(here.store.url), str(jump)]
    return subprocess.Popen(command, cwd=here.home, env=environment, stderr=subprocess.DEVNULL)
