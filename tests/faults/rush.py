"""A post with ten places is told to every member, and all of them tap within a minute."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from datetime import UTC, datetime

import httpx
from sqlalchemy import select

from domain.tasks import Task
from storage import tables
from tests.faults.figures import Outcome
from tests.faults.sizes import Sizes
from tests.faults.stage import Stage
from tests.faults.storm import CONNECTIONS, PROCESSES, SECRET
from tests.faults.world import World

FIRST, PLACES = 500_000, 10
BRANCH = "b-yangguanghuayuan"


def rush(stage: Stage, sizes: Sizes, seed: int = 20261126) -> Outcome:
    """`sizes.members` taps, every tenth of them twice, within `sizes.rush_seconds`."""
    begun, chance = time.monotonic(), random.Random(seed)
    outcome = Outcome(trial=f"rush: ten places, {PROCESSES} web")
    with stage.world(on_postgres=stage.cluster is not None, TELEGRAM_WEBHOOK_SECRET=SECRET) as here:
        here.bot.manual = True
        chats = range(FIRST, FIRST + sizes.members)
        people = here.members(chats, BRANCH)
        post = _post(here)
        running = [here.linli, here.another()]
        for one in running:
            one.start(role="web")
        order = [*chats, *chats[::10]]
        chance.shuffle(order)
        answers = asyncio.run(_taps(here, [one.url for one in running], order, post, sizes.rush_seconds))
        for one in running:
            outcome.check(one.stop() == 0, "a process did not stop in order")
        outcome.check(set(answers) == {200}, f"answers {dict(answers)}")
        claims = [row for row in here.rows("claims") if row.task_id == post]
        states = Counter(row.state for row in claims)
        outcome.acknowledged, outcome.done = len(people), len({row.person_id for row in claims})
        outcome.lost = len(set(people) - {row.person_id for row in claims})
        outcome.doubled = len(claims) - outcome.done
        outcome.unexpected = len({row.person_id for row in claims} - set(people))
        outcome.check(states["held"] == PLACES, f"{states['held']} hold one of {PLACES} places")
        outcome.check(not here.rows("quarantine"), "something is in quarantine")
        outcome.notes = {"hold": states["held"], "wait": states["waiting"]}
    outcome.seconds = time.monotonic() - begun
    return outcome


def _post(here: World) -> int:
    units = tables.units
    with here.store.begin() as tx:
        branch = tx.connection.execute(select(units.c.id).where(units.c.key == BRANCH)).scalar_one()
        task = Task(
            unit_id=branch, number=900_000, title="搬椅子", places=PLACES, created_at=datetime.now(UTC)
        )
        return tx.add(task).id


async def _taps(here: World, urls: list[str], order: list[int], post: int, over: float) -> Counter[int]:
    gate, begun, answers = asyncio.Semaphore(CONNECTIONS), time.monotonic(), Counter[int]()
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with httpx.AsyncClient(timeout=180, trust_env=False) as client:

        async def tap(n: int, chat: int) -> None:
            shown = {"message_id": 1, "chat": here.bot.chats[chat], "date": 0, "text": "?"}
            press = here.bot.press(chat, shown, f"claim_task task={post}", forged=True)
            async with gate:
                url = f"{urls[n % len(urls)]}/telegram"
                answers[(await client.post(url, json=press, headers=headers)).status_code] += 1

        running = []
        for n, chat in enumerate(order):
            await asyncio.sleep(max(0.0, begun + over * n / len(order) - time.monotonic()))
            running.append(asyncio.create_task(tap(n, chat)))
        await asyncio.gather(*running)
    return answers
