"""Many people say twenty things each, to three processes, faster than they are answered (G3).

Whoever talks in a crowd hears what somebody who talks alone and slowly hears, in the same order. Some of the
messages come a second time, to another process, while the next ones are already on their way.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import defaultdict
from itertools import pairwise
from typing import Any

import httpx

from tests.faults.figures import Outcome
from tests.faults.sizes import Sizes
from tests.faults.stage import Stage
from tests.faults.storm import CONNECTIONS, SECRET
from tests.faults.world import World, wait_until
from tests.processes.running import Linli
from tests.races.test_order import LINES

ALONE, FIRST = 300_000, 300_001
PROCESSES = 3
TWICE = 0.2  # of the messages
NUMBER = re.compile(r"\d+")


def order(stage: Stage, sizes: Sizes, seed: int = 20261130) -> Outcome:
    """`sizes.talkers` people."""
    begun, chance = time.monotonic(), random.Random(seed)
    outcome = Outcome(trial=f"order: {PROCESSES} web")
    with stage.world(on_postgres=stage.cluster is not None, TELEGRAM_WEBHOOK_SECRET=SECRET) as here:
        here.bot.manual = True
        here.own_cases()
        chats = range(FIRST, FIRST + sizes.talkers)
        here.arrive(range(ALONE, FIRST + sizes.talkers))
        running = [here.linli, *(here.another() for _ in range(PROCESSES - 1))]
        for one in running:
            one.start(role="web")
        worker = here.another()
        worker.start(role="worker")
        asyncio.run(_talk(here, running, [ALONE], random.Random(0), twice=0.0))
        asyncio.run(_talk(here, running, list(chats), chance, twice=TWICE))
        wait_until(lambda: len(here.bot.said) >= len(LINES) * (sizes.talkers + 1), 60)
        for one in (*running, worker):
            outcome.check(one.stop() == 0, "a process did not stop in order")
        _judge(here, outcome, chats)
    outcome.seconds = time.monotonic() - begun
    return outcome


async def _talk(
    here: World, running: list[Linli], chats: list[int], chance: random.Random, *, twice: float
) -> None:
    """Each chat's messages go out one after the other, as Telegram keeps them; those of many side by side."""
    gate, headers = asyncio.Semaphore(CONNECTIONS), {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with httpx.AsyncClient(timeout=120, trust_env=False) as client:

        async def post(update: dict[str, Any]) -> None:
            url = f"{chance.choice(running).url}/telegram"
            answer = await client.post(url, json=update, headers=headers)
            assert answer.status_code == 200, answer.text

        async def talks(chat: int) -> None:
            async with gate:
                again: list[asyncio.Task[None]] = []
                for line in LINES:
                    said = here.bot.say(chat, line)
                    if chance.random() < twice:
                        again.append(asyncio.create_task(post(said)))
                    await post(said)
                await asyncio.gather(*again)

        await asyncio.gather(*map(talks, chats))


def _judge(here: World, outcome: Outcome, chats: range) -> None:
    """By the rows of what was answered; whether it arrived in that order is counted, too."""
    chat_of = {row.id: int(row.address) for row in here.rows("addresses") if row.address.isdigit()}
    answers: dict[int, list[str]] = defaultdict(list)
    arrived: dict[int, list[int]] = defaultdict(list)  # the numbers Telegram gave them
    for row in sorted(here.rows("deliveries"), key=lambda row: row.id):
        if row.kind == "reply":
            answers[chat_of[row.address_id]].append(NUMBER.sub("#", row.payload["text"]))
            arrived[chat_of[row.address_id]].append(int(row.ref))
    alone = answers[ALONE]
    outcome.check(len(alone) == len(LINES), f"somebody alone heard {len(alone)} answers")
    outcome.acknowledged = len(LINES) * len(chats)
    outcome.done = sum(len(answers[chat]) for chat in chats)
    outcome.sent = len(here.bot.said)
    outcome.lost = sum(max(0, len(alone) - len(answers[chat])) for chat in chats)
    outcome.doubled = sum(max(0, len(answers[chat]) - len(alone)) for chat in chats)
    other = [(a, b) for chat in chats for a, b in zip(answers[chat], alone, strict=False) if a != b]
    outcome.unexpected = len(other)
    outcome.check(not other, f"{other[0][0]!r} instead of {other[0][1]!r}" if other else "")
    outcome.check(not here.rows("quarantine"), "something is in quarantine")
    overtaken = sum(a > b for chat in chats for a, b in pairwise(arrived[chat]))
    outcome.notes = {"people": len(chats), "answers that overtook another": overtaken}
