"""The water is cut off: a whole estate writes within a minute, and somewhere in it a house burns (L3).

Everybody reports through the webhook at a steady pace, every fifth message arrives twice, and whoever has
read the answer joins what a neighbour has reported. Two web processes and a worker share the database.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, defaultdict
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import Any

import httpx
from sqlalchemy import func, select

from domain.clusters import ALERT_EVERY
from storage import tables
from tests.faults.figures import Outcome
from tests.faults.sizes import Sizes
from tests.faults.stage import Stage
from tests.faults.world import World, wait_until
from tests.processes.running import Linli

FIRST, SECRET, SECRETARY = 400_000, "s3cret", 9100
BUILDINGS = 12
DANGER_EACH = 50  # one report of so many is a fire
TWICE = 5  # one message of so many comes twice
PROCESSES = 2
CONNECTIONS = 20  # connections that Telegram opens to a webhook
READS = (0.5, 2.0)  # of the storm's length until an answer is read and followed
CLUSTERS_AT_MOST = 30
SAID = ("阳光花园{}栋停水了", "阳光花园{}栋没水", "阳光花园{}栋2单元断水了", "陽光花園{}棟冇水")
FIRE = "阳光花园{}栋{}单元着火了，楼道里全是烟"


@dataclass(slots=True, kw_only=True)
class Crowd:
    """Who writes what, when each message was answered, and how."""

    here: World
    running: list[Linli]
    outcome: Outcome
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    answers: Counter[int] = field(default_factory=Counter)
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONNECTIONS))
    lines: list[httpx.AsyncClient] = field(default_factory=list)
    took: float = 0.0  # seconds until everybody had said everything

    def words(self, n: int) -> str:
        if n % DANGER_EACH == 0:
            return FIRE.format(n // DANGER_EACH % BUILDINGS + 1, n % 2 + 1)
        return SAID[n % len(SAID)].format(n % BUILDINGS + 1)

    async def send(self, chat: int, said: str, due: float, what: str, copies: int = 1) -> None:
        """Says something when it is due; the time it waits for a line of Telegram's counts, too."""
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        update = self.here.bot.say(chat, said)
        await asyncio.gather(*(self._post(update, due, what, which) for which in range(copies)))

    async def _post(self, update: dict[str, Any], due: float, what: str, which: int) -> None:
        async with self.gate:  # in the order in which they come
            line = self.lines.pop()
            answer = await line.post(
                f"{self.running[(update['update_id'] + which) % PROCESSES].url}/telegram",
                json=update,
                headers={"X-Telegram-Bot-Api-Secret-Token": SECRET},
            )
            self.lines.append(line)
        self.seconds[what].append(time.monotonic() - due)
        self.answers[answer.status_code] += 1

    async def writes(self, n: int, due: float, reads: float) -> None:
        """Somebody reports, perhaps twice, and joins their neighbours once they have read the question."""
        await self.send(FIRST + n, self.words(n), due, "report", 2 if n % TWICE == 1 else 1)
        if n % DANGER_EACH:
            await self.send(FIRST + n, "加入", due + reads, "join")

    async def storm(self, count: int, over: float) -> None:
        """A client a line: one that keeps many connections looks through all of them at every request."""
        async with AsyncExitStack() as open_lines:
            for _ in range(CONNECTIONS):
                line = httpx.AsyncClient(timeout=180, trust_env=False)
                self.lines.append(await open_lines.enter_async_context(line))
            begun = time.monotonic()
            await asyncio.gather(
                *(
                    self.writes(n, begun + over * n / count, over * random.uniform(*READS))
                    for n in range(count)
                )
            )
            self.took = time.monotonic() - begun


def storm(stage: Stage, sizes: Sizes, seed: int = 20261125) -> Outcome:
    """`sizes.storm` reports within `sizes.storm_seconds`, those that come twice counted twice."""
    begun, people = time.monotonic(), sizes.storm * TWICE // (TWICE + 1)
    outcome = Outcome(trial=f"storm: {PROCESSES} web, 1 worker")
    with stage.world(on_postgres=stage.cluster is not None, TELEGRAM_WEBHOOK_SECRET=SECRET) as here:
        here.bot.manual = True
        here.arrive(range(FIRST, FIRST + people))
        here.is_at("sunli", SECRETARY)
        crowd = Crowd(here=here, running=[here.linli, here.another()], outcome=outcome)
        worker = here.another()
        for one in crowd.running:
            one.start(role="web")
        worker.start(role="worker")
        beats = (
            select(func.count()).select_from(tables.heartbeats).where(tables.heartbeats.c.kind == "worker")
        )
        outcome.check(wait_until(lambda: here.count(beats), 60), "the worker did not start")
        random.seed(seed)
        asyncio.run(crowd.storm(people, sizes.storm_seconds))
        todo = select(func.count()).select_from(tables.events).where(tables.events.c.handled_at.is_(None))
        alerts = (
            select(func.count())
            .select_from(tables.deliveries)
            .where(tables.deliveries.c.lane.in_(("reply", "alert")), tables.deliveries.c.state == "queued")
        )
        calm = wait_until(lambda: here.count(todo) == 0 and here.count(alerts) == 0, 300)
        outcome.check(calm, "five minutes later there was still work")
        for one in (*crowd.running, worker):
            outcome.check(one.stop() == 0, "a process did not stop in order")
        _judge(crowd, people)
    outcome.seconds = time.monotonic() - begun
    return outcome


def _judge(crowd: Crowd, people: int) -> None:
    here, outcome = crowd.here, crowd.outcome
    chats = {row.person_id: int(row.address) for row in here.rows("addresses") if row.address.isdigit()}
    cases = here.rows("cases")
    own = Counter(chats[row.reporter_id] for row in cases)
    joined = Counter(chats[row.person_id] for row in here.rows("joiners"))
    everybody = set(range(FIRST, FIRST + people))
    fires = {FIRST + n for n in range(0, people, DANGER_EACH)}
    outcome.acknowledged = people
    outcome.done = len(own | joined)
    outcome.lost = len(everybody - set(own) - set(joined))
    outcome.doubled = sum(count > 1 for count in own.values()) + sum(count > 1 for count in joined.values())
    outcome.unexpected = len((set(own) | set(joined)) - everybody)
    burning = [row for row in cases if chats[row.reporter_id] in fires]
    outcome.check(len(burning) == len(fires) and all(row.urgent for row in burning), "a fire was not heard")
    hidden = {row.id for row in burning} & {row.case_id for row in here.rows("clusters")}
    outcome.check(not hidden, "a fire stands in a cluster")
    water = len(cases) - len(burning)
    outcome.sent = sum(row.state == "sent" for row in here.rows("deliveries"))
    outcome.check(water <= CLUSTERS_AT_MOST, f"{water} cases of one matter")
    outcome.check(set(crowd.answers) == {200}, f"answers {dict(crowd.answers)}")
    outcome.check(not here.rows("quarantine"), "something is in quarantine")
    _alerts(crowd, {row.id for row in burning})
    stored = sorted(crowd.seconds["report"])
    joins = sorted(crowd.seconds["join"])
    outcome.notes |= {
        "reports": len(stored),
        "cases": water,
        "behind them": len((set(own) | set(joined)) - fires),
        "fires": len(fires),
        "stored p50": f"{stored[len(stored) // 2]:.2f} s",
        "p99": f"{stored[int(len(stored) * 0.99)]:.2f} s",
        "joined p99": f"{joins[int(len(joins) * 0.99)]:.2f} s",
        "everything said and answered after": f"{crowd.took:.0f} s",
        "on": "PostgreSQL" if here.settings.get("DATABASE", "").startswith("postgresql") else "SQLite",
    }


def _alerts(crowd: Crowd, burning: set[int]) -> None:
    """Nobody is alerted twice within five minutes of one cluster; a fire overtakes what waits."""
    here, outcome = crowd.here, crowd.outcome
    events = {row.id: row for row in here.rows("events")}
    heard: dict[tuple[int, int], list[Any]] = defaultdict(list)
    late = timedelta(0)
    for row in here.rows("deliveries"):
        event = events.get(row.event_id)
        if event is None or row.person_id is None:
            continue
        if event.kind == "cluster_grown":
            heard[row.person_id, event.subject_id].append(event.at)
        if event.subject_id in burning and row.lane == "alert":
            outcome.check(row.state in ("sent", "unreached"), f"an alarm is {row.state}")
            if row.sent_at is not None:
                late = max(late, row.sent_at - event.at)
    for times in heard.values():
        times.sort()
        close = any(b - a < ALERT_EVERY for a, b in pairwise(times))
        outcome.check(not close, "two alerts of one cluster within five minutes")
    outcome.notes["an alarm took at most"] = f"{late.total_seconds():.1f} s"
