"""Linli is killed again and again while people write: at random, and at placed points (G1, G5)."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select

from bot.channels.webchat import address_of
from storage.tables import cases, deliveries, events, quarantine
from tests.faults.armed import POINTS
from tests.faults.browsers import Browsers
from tests.faults.figures import Outcome
from tests.faults.sizes import Sizes
from tests.faults.stage import Stage
from tests.faults.world import MARK, MEMBER, World, cookie, report, wait_until

FIRST = 100_000
CLOCKS = (0, 0, 3600, -3600)  # seconds by which the clock is off in one life
WAITING = 60  # updates at the Bot API server at a time
ENOUGH = 240.0  # seconds for one life


class Door:
    """How the messages come in: through polling, the webhook or the web chat."""

    def __init__(self, kind: str, here: World, updates: int, urls: Sequence[str] = ()) -> None:
        self.kind, self.here = kind, here
        self.numbers = range(FIRST, FIRST + updates)
        self.left = list(self.numbers)
        on_web = kind == "web chat"
        here.arrive(range(0) if on_web else self.numbers, self.numbers if on_web else range(0))
        self.browsers = Browsers(*(urls or [here.linli.url]), numbers=self.numbers) if on_web else None
        if self.browsers:
            self.browsers.start()

    def feed(self) -> None:
        """More messages come as earlier ones are taken."""
        if self.browsers is None:
            for _ in range(max(0, WAITING - len(self.here.bot.pending()))):
                if self.left:
                    number = self.left.pop()
                    self.here.bot.say(number, report(number))

    def acknowledged(self) -> set[int]:
        if self.browsers:
            return set(self.browsers.saved)
        bot = self.here.bot
        return {u["message"]["chat"]["id"] for u in bot.updates if u["update_id"] in bot.confirmed}

    def how_many(self) -> int:
        return len(self.browsers.saved) if self.browsers else len(self.here.bot.confirmed)


def kills(stage: Stage, sizes: Sizes, kind: str, seed: int = 20261123) -> Outcome:
    """One door's trial."""
    chance, begun = random.Random(f"{seed} {kind}"), time.monotonic()
    outcome = Outcome(trial=f"kills: {kind}")
    webhook = {"TELEGRAM_WEBHOOK_SECRET": "s3cret"} if kind == "webhook" else {}
    with stage.world(**webhook) as here:
        here.own_cases()
        here.is_at("liming", MEMBER)
        door = Door(kind, here, sizes.updates)
        lives = ["placed"] * sizes.placed + ["random"] * (sizes.kills - sizes.placed)
        chance.shuffle(lives)
        points = [point for point in POINTS if kind == "polling" or point != "before_ack"]
        hit: Counter[str] = Counter()
        for number, life in enumerate(lives, 1):
            hit[_live(here, door, chance, life, points, sizes.updates * number // (sizes.kills + 1))] += 1
        _rest(here, door, outcome)
        outcome.kills = sizes.kills
        outcome.notes["at"] = " ".join(f"{point} {count}" for point, count in sorted(hit.items()))
        judge(here, door, outcome)
    outcome.seconds = time.monotonic() - begun
    return outcome


def _live(here: World, door: Door, chance: random.Random, life: str, points: list[str], until: int) -> str:
    """One life, until it has acknowledged so many or its point is reached; where it ended."""
    environment = {"FAULT_CLOCK": str(chance.choice(CLOCKS))}
    point = chance.choice(points) if life == "placed" else ""
    if point:
        environment["FAULT_POINT"] = f"{point}:{chance.randint(1, max(2, until - door.how_many()))}"
    here.linli.start(module="tests.faults.armed", **environment)
    end = time.monotonic() + ENOUGH
    while door.how_many() < until and not here.linli.dead and time.monotonic() < end:
        door.feed()
        time.sleep(0.01)
    if here.linli.dead:
        return point
    door.feed()
    if chance.random() < 0.1:
        here.linli.pause()
        time.sleep(0.5)
        here.linli.go_on()
    time.sleep(chance.uniform(0.0, 0.3))
    here.linli.kill()
    return "random"


def _rest(here: World, door: Door, outcome: Outcome) -> None:
    """Everything is heard, and what a dead sender had taken is taken up again."""
    here.linli.start()
    wait_until(lambda: door.feed() or door.how_many() == len(door.numbers), ENOUGH)
    here.a_minute_passes()
    todo = select(func.count()).select_from(events).where(events.c.handled_at.is_(None))
    waits = (
        select(func.count())
        .select_from(deliveries)
        .where(deliveries.c.lane == "reply", deliveries.c.state.in_(("queued", "sending")))
    )
    wait_until(lambda: here.count(todo) == 0 and here.count(waits) == 0, 120)
    outcome.check(here.linli.stop() == 0, "it did not stop in order")


def judge(here: World, door: Door, outcome: Outcome) -> None:
    """Counts what was acknowledged against what is there."""
    said = door.acknowledged()
    with here.store.read() as tx:
        filed = Counter(
            int(mark[1]) for row in tx.rows(select(cases.c.text)) if (mark := MARK.search(row.text))
        )
        told = Counter(
            row.event_id
            for row in tx.rows(
                select(deliveries.c.event_id)
                .join(events, events.c.id == deliveries.c.event_id)
                .where(events.c.kind == "case_reported")
            )
        )
        reported = {row.id for row in tx.rows(select(events.c.id).where(events.c.kind == "case_reported"))}
        broken = tx.connection.execute(select(func.count()).select_from(quarantine)).scalar()
    outcome.acknowledged, outcome.done = len(said), len(filed)
    outcome.lost = len(said - set(filed))
    outcome.doubled = sum(count > 1 for count in filed.values())
    outcome.unexpected = len(set(filed) - said)
    outcome.check(len(said) == len(door.numbers), f"{len(door.numbers) - len(said)} never acknowledged")
    outcome.check(not broken, f"{broken} in quarantine")
    outcome.check(len(reported) == len(filed), "a case without what happened, or the other way round")
    outcome.check(
        set(told) == reported and len(set(told.values())) == 1, "a case was not told, or told twice"
    )
    _answers(here, door, outcome)


def _answers(here: World, door: Door, outcome: Outcome) -> None:
    """Nobody waits for an answer; in the web chat it stands exactly once."""
    if door.browsers is None:
        replies = Counter(m["chat"]["id"] for m in here.bot.said if "已登记" in m.get("text", ""))
        waiting = [number for number in door.numbers if not replies[number]]
        outcome.sent = len(here.bot.said)
        outcome.notes["replies sent again"] = sum(replies[n] - 1 for n in door.numbers if replies[n])
        outcome.check(not waiting, f"{len(waiting)} wait for their answer")
        return
    ours = {address_of(cookie(number)) for number in door.numbers}
    ids = {row.id for row in here.rows("addresses") if row.address in ours}
    boxes = Counter((row.address_id, row.mine) for row in here.rows("mailbox") if row.address_id in ids)
    outcome.sent = sum(not mine for _, mine in boxes)
    outcome.check(
        boxes == Counter({(key, mine): 1 for key in ids for mine in (True, False)}),
        "a mailbox without its answer, or with two",
    )
