"""A notice to everybody while its sender is killed, chats refuse it and answers are lost (G6, G7).

Meanwhile a few people ask something every second: how long they wait for an answer is told beside it.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from actions import notices
from domain.access import Actor
from domain.notices import Notice, NoticeState
from storage import community, people
from storage.tables import deliveries
from storage.tx import Tx
from tests.faults.figures import Outcome
from tests.faults.sizes import Sizes
from tests.faults.stage import Stage
from tests.faults.world import World, wait_until
from tests.telegram.bot_api import Call

FIRST = 600_000
BRANCH = "b-yangguanghuayuan"
FLOODS, BLOCKED, DROPPED = 0.03, 0.02, 0.01  # of the recipients
IN_HAND = 60  # what one sender may have begun when it dies
ENOUGH = 3600.0
ASKING = range(650_000, 650_020)
EVERY = 1.0  # seconds between two questions
SETTLED = 5.0  # seconds after a start, which is no longer counted to the wait for an answer
ENDS = frozenset({"sent", "refused", "unknown", "unreached", "cancelled"})


def broadcast(stage: Stage, sizes: Sizes, seed: int = 20261128) -> Outcome:
    """`sizes.recipients` people, `sizes.broadcast_kills` kills of the one worker."""
    chance, begun = random.Random(seed), time.monotonic()
    outcome = Outcome(trial="broadcast: 1 worker")
    with stage.world(TELEGRAM_PER_SECOND=str(sizes.pace)) as here:
        chats = range(FIRST, FIRST + sizes.recipients)
        here.members(chats, BRANCH)
        for chat in chats:
            here.bot.person(chat)
        dropped = _faults(here, chats, chance)
        notice = _sent(here)
        asking = Asking(here)
        _kill_by_kill(here, sizes, chance, asking)
        outcome.check(wait_until(lambda: _over(here, notice), ENOUGH), "it did not end")
        asking.over.set()
        outcome.check(here.linli.stop() == 0, "it did not stop in order")
        outcome.kills = sizes.broadcast_kills
        _judge(here, outcome, notice, set(chats), dropped + sizes.broadcast_kills * IN_HAND)
        outcome.notes |= asking.waits()
    outcome.seconds = time.monotonic() - begun
    return outcome


def _faults(here: World, chats: range, chance: random.Random) -> int:
    """Each kind for its share of the chats; how many answers are lost."""
    order = chance.sample(chats, len(chats))
    floods, blocked, dropped = (max(1, round(share * len(order))) for share in (FLOODS, BLOCKED, DROPPED))
    for chat in order[:floods]:
        here.bot.fault("flood", chat=chat, retry_after=1)
    for chat in order[floods : floods + blocked]:
        here.bot.blocked.add(chat)
    for chat in order[floods + blocked : floods + blocked + dropped]:
        here.bot.fault("drop", chat=chat)
    return dropped


def _sent(here: World) -> int:
    """孙丽 sends it, and 许静 agrees where a second person must; the minute to undo is over."""
    now = datetime.now(UTC) - timedelta(seconds=90)
    with here.store.begin() as tx:
        by = _actor(tx, "sunli", now)
        unit = next(one.id for one in by.community.units.values() if one.key == BRANCH)
        told = {"text": "明天停水", "audience": "members", "previewed": 0, "safety": True}
        notice = notices.send(tx, by, unit, now=now, **told)  # type: ignore[arg-type]
    if notice.state is NoticeState.WAITING:
        with here.store.begin() as tx:
            notices.approve(tx, _actor(tx, "xujing", now), notice.id, now)
    return notice.id


def _actor(tx: Tx, key: str, now: datetime) -> Actor:
    person = people.by_key(tx, key)
    assert person is not None, key
    return Actor(
        person=person, roles=tuple(people.roles_of(tx, person.id, now)), community=community.load(tx)
    )


class Asking:
    """People who ask for their cases while the notice is on its way."""

    def __init__(self, here: World) -> None:
        here.arrive(ASKING)
        self.here, self.over = here, threading.Event()
        self.life = 0.0  # when the process that answers was up
        self.open: dict[int, float] = {}
        self.waited: list[float] = []
        here.bot.heard = self._heard
        threading.Thread(target=self._ask, daemon=True).start()

    def _ask(self) -> None:
        turn = 0
        while not self.over.wait(EVERY):
            chat = ASKING[turn % len(ASKING)]
            turn += 1
            self.open[chat] = time.monotonic()
            self.here.bot.say(chat, "我的诉求")

    def _heard(self, call: Call) -> None:
        chat = int(call.params.get("chat_id", "0")) if call.method == "sendMessage" else 0
        asked = self.open.pop(chat, None)
        if asked is not None and asked > self.life + SETTLED:
            self.waited.append(time.monotonic() - asked)

    def waits(self) -> dict[str, object]:
        """Of questions to a process that was up: not of those that waited for the next one."""
        waited = sorted(self.waited)
        if not waited:
            return {}
        at = f"{waited[len(waited) // 2]:.2f} s, p95 {waited[int(len(waited) * 0.95)]:.2f} s"
        return {"answers meanwhile": len(waited), "p50": at}


def _kill_by_kill(here: World, sizes: Sizes, chance: random.Random, asking: Asking) -> None:
    """Kills the sender again and again on its way through the list, and starts it once more."""
    for kill in range(sizes.broadcast_kills):
        here.linli.start()
        asking.life = time.monotonic()
        until = sizes.recipients * (kill + 1) // (sizes.broadcast_kills + 2)
        wait_until(lambda until=until: len(here.bot.called("sendMessage")) >= until, ENOUGH)
        time.sleep(chance.uniform(0.0, 0.2))
        here.linli.kill()
        here.a_minute_passes()
    here.linli.start()
    asking.life = time.monotonic()


def _over(here: World, notice: int) -> bool:
    """Nothing is waiting or on its way any more; leases of the dead run out meanwhile."""
    here.a_minute_passes()
    time.sleep(1.0)
    with here.store.read() as tx:
        states = {row.state for row in tx.rows(_states(notice))}
    return bool(states) and states <= ENDS


def _states(notice: int) -> Any:
    return select(deliveries.c.state, deliveries.c.person_id).where(deliveries.c.notice_id == notice)


def _judge(here: World, outcome: Outcome, notice: int, chats: set[int], unknown_at_most: int) -> None:
    with here.store.read() as tx:
        rows = tx.rows(_states(notice))
        kept = tx.get(Notice, notice)
    assert kept is not None
    states = Counter(row.state for row in rows)
    got = Counter(m["chat"]["id"] for m in here.bot.said if m["chat"]["id"] in chats)
    outcome.acknowledged, outcome.done = kept.recipients, sum(states.values())
    outcome.sent = sum(got.values())
    outcome.lost = kept.recipients - sum(states[state] for state in ENDS)
    outcome.doubled = sum(count > 1 for count in got.values())
    outcome.unexpected = len(rows) - len({row.person_id for row in rows})
    outcome.check(states["unknown"] <= unknown_at_most, f"{states['unknown']} unknown")
    missing = len(chats - set(got)) - states["refused"] - states["unreached"] - states["unknown"]
    outcome.check(missing <= 0, f"{missing} heard nothing and nobody knows")
    outcome.check(states["sent"] <= len(got), "somebody counts as reached who got nothing")
    outcome.notes |= dict(sorted(states.items()))
