"""Among ordinary messages come some that are garbled and some that break the turn: nobody else notices (G10).

A garbled update has one of its cells replaced by something that Telegram never sends; one that breaks makes
the turn raise each time (tests.faults.armed). Nothing is killed: the one process has to live through it.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from copy import deepcopy
from typing import Any

from tests.faults.armed import POISON
from tests.faults.figures import Outcome
from tests.faults.kills import ENOUGH, FIRST, WAITING
from tests.faults.sizes import Sizes
from tests.faults.stage import Stage
from tests.faults.world import MARK, World, report, wait_until

BAD = 700_000
JUNK: tuple[Any, ...] = (
    None, True, -1, 2**63, 1e308, "", "x" * 5000, "\u202e\u0000\ufeff", [], {}, [[[[]]]], {"id": {"id": {}}},
    [None, 1, "a"], "NaN", {"type": "private", "id": "0"},
)  # fmt: skip


def poison(stage: Stage, sizes: Sizes, seed: int = 20261129) -> Outcome:
    """`sizes.good` messages, and `sizes.bad` among them, half of which break their turn."""
    chance, begun = random.Random(seed), time.monotonic()
    outcome = Outcome(trial="poison: polling")
    with stage.world() as here:
        here.own_cases()
        good, bad = range(FIRST, FIRST + sizes.good), range(BAD, BAD + sizes.bad)
        here.arrive(good)
        here.arrive(bad)
        left = [*good, *bad]
        chance.shuffle(left)
        here.linli.start(module="tests.faults.armed", FAULT_POISON="1")

        def over() -> bool:
            for _ in range(max(0, WAITING - len(here.bot.pending()))):
                if left:
                    _write(here, left.pop(), chance)
            return here.linli.dead or not (left or here.bot.pending())

        outcome.check(wait_until(over, ENOUGH + (sizes.good + sizes.bad) * 0.2), "not all were taken")
        breaking = {number for number in bad if _breaks(number)}
        wait_until(lambda: here.linli.dead or {*good, *breaking} <= _answered(here), 120)
        outcome.check(not here.linli.dead and here.linli.stop() == 0, "the process ended by itself")
        _judge(here, outcome, set(good), breaking)
        outcome.notes = {"broke their turn": len(breaking), "garbled": sizes.bad - len(breaking)}
    outcome.seconds = time.monotonic() - begun
    return outcome


def _breaks(number: int) -> bool:
    return number % 2 == 0


def _write(here: World, number: int, chance: random.Random) -> None:
    if number < BAD:
        here.bot.say(number, report(number))
    elif _breaks(number):
        here.bot.say(number, f"{POISON}{number}")
    else:
        with here.bot.lock:
            bold = [{"type": "bold", "offset": 0, "length": 2}]
            _garble(here.bot.say(number, "你好", entities=bold), chance)


def _garble(update: dict[str, Any], chance: random.Random) -> None:
    """Replaces, or leaves out, one cell of an update, however deep it lies; never its number."""
    update["message"] = deepcopy(update["message"])  # the chat and the person in it belong to the server
    at, key = update, "message"
    while isinstance(at[key], dict) and chance.random() < 0.7:
        at = at[key]
        key = chance.choice(sorted(at))
    if chance.random() < 0.2 and at is not update:
        del at[key]
    else:
        at[key] = chance.choice(JUNK)


def _answered(here: World) -> set[int]:
    return {message["chat"]["id"] for message in here.bot.said}


def _judge(here: World, outcome: Outcome, good: set[int], breaking: set[int]) -> None:
    texts = [row.text for row in here.rows("cases")]
    filed = Counter(int(mark[1]) for text in texts if (mark := MARK.search(text)))
    answered = _answered(here)
    kept = here.rows("quarantine")
    outcome.acknowledged, outcome.done = len(good), len(filed)
    outcome.sent = len(here.bot.said)
    outcome.lost = len(good - set(filed)) + len(good - answered)
    outcome.doubled = sum(count > 1 for count in filed.values())
    outcome.unexpected = len(set(filed) - good)
    aside = {int(row.address) for row in kept if row.crashes >= 3 and row.reason}
    outcome.check(aside == breaking, f"{len(aside)} of {len(breaking)} were put aside with a reason")
    outcome.check(breaking <= answered, "somebody whose message broke us heard nothing")
    outcome.notes = {
        "put aside": len(aside),
        "garbled": sum(not _breaks(n) for n in range(len(breaking) * 2)),
    }
