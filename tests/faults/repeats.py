"""The same thing more than once, at several processes at the same time, has one effect (G2)."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import httpx
from sqlalchemy import func, select

from domain.tasks import Task
from storage.tables import cases, claims, events, quarantine, tasks, units
from tests.faults.figures import Outcome
from tests.faults.sizes import Sizes
from tests.faults.stage import Stage
from tests.faults.world import MARK, World, report
from tests.processes.running import Linli

FIRST, MEMBERS = 200_000, 50_000
BRANCH = "b-yangguanghuayuan"
WORKERS = 3
AT_ONCE = 12
SECRET = "s3cret"
PATIENCE = 8  # one chat may send 20 messages in 10 seconds; each member taps so often at most

Post = tuple[int, dict[str, Any]]  # which process, what


def repeats(stage: Stage, sizes: Sizes, seed: int = 20261124) -> Outcome:
    """Updates one to five times, shuffled; taps again under a new number; two people, one task."""
    chance, begun = random.Random(seed), time.monotonic()
    outcome = Outcome(trial=f"repeats: {WORKERS} processes")
    with stage.world(on_postgres=stage.cluster is not None, TELEGRAM_WEBHOOK_SECRET=SECRET) as here:
        here.bot.manual = True
        here.own_cases()
        chats = range(FIRST, FIRST + sizes.repeated)
        here.arrive(chats)
        count = sizes.races + sizes.taps
        members = range(MEMBERS, MEMBERS + 2 * -(-count // PATIENCE))
        here.members(members, BRANCH)
        raced = _posts(here, count)
        running = [here.linli, *(here.another() for _ in range(WORKERS - 1))]
        for one in running:
            one.start(role="web")
        said = [here.bot.say(chat, report(chat)) for chat in chats]
        copies = [update for update in said for _ in range(chance.randint(1, 5))]
        chance.shuffle(copies)
        answers = asyncio.run(_send(running, [[one] for one in _spread(copies, chance)]))
        rounds = _rounds(here, raced, members, sizes, chance)
        answers += asyncio.run(_send(running, rounds))
        for one in running:
            outcome.check(one.stop() == 0, "a process did not stop in order")
        outcome.notes["delivered"] = len(answers)
        outcome.check(set(answers) == {200}, f"answers {dict(Counter(answers))}")
        _judge(here, outcome, set(chats), raced, sizes)
    outcome.notes["on"] = "PostgreSQL" if stage.cluster else "SQLite"
    outcome.seconds = time.monotonic() - begun
    return outcome


def _posts(here: World, count: int) -> list[int]:
    """So many tasks with two places each: a doubled claim would find room."""
    with here.store.begin() as tx:
        branch = tx.connection.execute(select(units.c.id).where(units.c.key == BRANCH)).scalar_one()
        made = [
            tx.add(
                Task(
                    unit_id=branch, number=900_000 + n, title="搬椅子", places=2, created_at=datetime.now(UTC)
                )
            )
            for n in range(count)
        ]
    return [task.id for task in made]


def _spread(updates: Iterable[dict[str, Any]], chance: random.Random) -> list[Post]:
    return [(chance.randrange(WORKERS), update) for update in updates]


def _rounds(
    here: World, raced: list[int], members: range, sizes: Sizes, chance: random.Random
) -> list[list[Post]]:
    """Races for the first tasks (one place is left), a tap sent three times for each of the others."""
    bot, rounds = here.bot, []
    pairs = [(members[n], members[n + 1]) for n in range(0, len(members), 2)]
    with here.store.begin() as tx:
        tx.connection.execute(tasks.update().where(tasks.c.id.in_(raced[: sizes.races])).values(places=1))
    for n, task in enumerate(raced):
        one, other = pairs[n % len(pairs)]
        shown = {"message_id": 1, "chat": bot.chats[one], "date": 0, "text": "?"}
        if n < sizes.races:
            taps = [
                bot.press(who, shown | {"chat": bot.chats[who]}, f"claim_task task={task}", forged=True)
                for who in (one, other)
            ]
        else:
            tap = bot.press(one, shown, f"claim_task task={task}", forged=True)
            taps = [tap, bot.repeat(tap), bot.repeat(tap)]
        rounds.append(_spread(taps, chance))
    return rounds


async def _send(running: list[Linli], rounds: list[list[Post]]) -> list[int]:
    """Posts round after round, those of a round at the same moment; their statuses."""
    gate = asyncio.Semaphore(AT_ONCE)
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with httpx.AsyncClient(timeout=120, trust_env=False) as client:

        async def post(which: int, update: dict[str, Any]) -> int:
            answer = await client.post(f"{running[which].url}/telegram", json=update, headers=headers)
            return answer.status_code

        async def play(posts: list[Post]) -> list[int]:
            async with gate:
                return list(await asyncio.gather(*(post(*one) for one in posts)))

        return [status for several in await asyncio.gather(*map(play, rounds)) for status in several]


def _judge(here: World, outcome: Outcome, chats: set[int], raced: list[int], sizes: Sizes) -> None:
    with here.store.read() as tx:
        filed = Counter(
            int(mark[1]) for row in tx.rows(select(cases.c.text)) if (mark := MARK.search(row.text))
        )
        held = Counter(
            row.task_id for row in tx.rows(select(claims.c.task_id).where(claims.c.state == "held"))
        )
        taken = {
            row.id: row.taken
            for row in tx.rows(select(tasks.c.id, tasks.c.taken).where(tasks.c.id.in_(raced)))
        }
        claimed = Counter(
            row.subject_id
            for row in tx.rows(select(events.c.subject_id).where(events.c.kind == "task_claimed"))
        )
        broken = tx.connection.execute(select(func.count()).select_from(quarantine)).scalar()
    outcome.acknowledged = len(chats) + len(raced)
    outcome.done = len(filed) + len(held)
    outcome.lost = len(chats - set(filed)) + sum(not held[task] for task in raced)
    outcome.doubled = sum(n > 1 for n in filed.values()) + sum(held[task] > 1 for task in raced)
    outcome.unexpected = len(set(filed) - chats)
    outcome.notes |= {"updates": len(chats), "races": sizes.races, "taps": sizes.taps}
    outcome.check(all(taken[task] == 1 for task in raced), "places were taken twice")
    outcome.check(set(claimed.values()) <= {1}, "a claim happened twice")
    outcome.check(not broken, f"{broken} in quarantine")
