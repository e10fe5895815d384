"""One process answers for a long time: what it holds in memory may not grow after the first part (G19).

People at the web page say what people say all day, each message with an answer. They are enough, and what
they say is varied enough, that every cache of the process is full when its memory is first looked at.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from rich.progress import Progress
from sqlalchemy import func, select

from bot.channels.webchat import HEADER
from storage import tables
from tests.faults.figures import Outcome
from tests.faults.sizes import Sizes
from tests.faults.stage import Stage
from tests.faults.world import cookie

FIRST, PEOPLE, PAGES = 800_000, 400, 2
WARM = 0.05  # of all messages
GROWS_AT_MOST = 1.05
TRIES = 5
SAID = (
    "阳光花园{}栋2单元楼道灯坏了", "在{}栋", "我的诉求", "你好", "电梯又坏了，{}楼", "算了", "谢谢",
    "居住证怎么办", "这周有什么活动", "找我们网格的党员", "有什么通知", "What about my report {}?",
    "我想要{}把轮椅", "不用了", "孩子{}岁怎么上学", "天气真好", "帮我找个人", "噪音投诉，{}点还在装修",
    "幫我睇下{}棟冇水",
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Talk:
    """What was answered, and what the process held meanwhile."""

    messages: int
    answers: Counter[int] = field(default_factory=Counter)
    held: list[tuple[int, int]] = field(default_factory=list)  # answers so far, bytes
    given: int = 0
    seen: dict[int, int] = field(default_factory=dict)  # by person: the newest message on the page
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> int | None:
        """The number of the next message; None when all are given out."""
        with self.lock:
            self.given += 1
            return self.given - 1 if self.given <= self.messages else None

    def page(self, port: int, chance: random.Random) -> None:
        """Sends messages one after another, each until it is taken."""
        line = HTTPConnection("127.0.0.1", port, timeout=60)
        while (number := self.next()) is not None:
            person = FIRST + number % PEOPLE
            words = chance.choice(SAID).format(chance.randint(1, 99))
            body = json.dumps({"id": f"soak-{number:08d}", "text": words, "after": self.seen.get(person, 0)})
            headers = {
                HEADER: "1",
                "Cookie": f"linli={cookie(person)}",
                "Content-Type": "application/json",
            }
            for _ in range(TRIES):
                try:
                    line.request("POST", "/api/messages", body, headers)
                    answer = line.getresponse()
                    found = json.loads(answer.read())
                    self.answers[answer.status] += 1
                    if found.get("messages"):
                        self.seen[person] = found["messages"][-1]["id"]
                    break
                except (HTTPException, OSError):
                    line.close()
        line.close()


def held_by(pid: int) -> int:
    """Bytes of a process's own memory, without the pages of files that it maps."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    cells = dict(line.split(":", 1) for line in lines)
    return int(cells["RssAnon"].split()[0]) * 1024


def soak(stage: Stage, sizes: Sizes, seed: int = 20261130) -> Outcome:
    """`sizes.soak` messages to one `linli run` on SQLite."""
    begun = time.monotonic()
    outcome = Outcome(trial="soak: web chat, 1 process")
    with stage.world(TELEGRAM_TOKEN="") as here:
        here.arrive(range(0), range(FIRST, FIRST + PEOPLE))
        here.linli.start()
        assert here.linli.process is not None
        talk, pid = Talk(messages=sizes.soak), here.linli.process.pid
        pages = [
            threading.Thread(
                target=talk.page, args=(here.linli.port, random.Random(f"{seed} {n}")), daemon=True
            )
            for n in range(PAGES)
        ]
        for page in pages:
            page.start()
        with Progress(transient=True) as progress:
            bar = progress.add_task("soak", total=sizes.soak)
            while any(page.is_alive() for page in pages):
                time.sleep(1.0)
                done = talk.answers.total()
                progress.update(bar, completed=done)
                if done >= sizes.soak * WARM:
                    talk.held.append((done, held_by(pid)))
        outcome.check(here.linli.stop() == 0, "it did not stop in order")
        mailbox = tables.mailbox
        kept = here.count(select(func.count()).select_from(mailbox).where(mailbox.c.mine.is_(True)))
        outcome.acknowledged, outcome.done = talk.answers[200], kept
        outcome.lost, outcome.unexpected = max(0, talk.answers[200] - kept), max(0, kept - talk.answers[200])
        outcome.check(set(talk.answers) == {200}, f"answers {dict(talk.answers)}")
        outcome.check(not here.rows("quarantine"), "something is in quarantine")
    outcome.seconds = time.monotonic() - begun
    _judge(outcome, talk)
    return outcome


def _judge(outcome: Outcome, talk: Talk) -> None:
    """The end against the first look; a twentieth at either end is taken together."""
    several = max(1, len(talk.held) // 20)
    bytes_ = [held for _, held in talk.held]
    first, last = sorted(bytes_[:several])[several // 2], sorted(bytes_[-several:])[several // 2]
    outcome.check(last <= first * GROWS_AT_MOST, "it holds more and more")
    outcome.notes = {
        "own memory after the first twentieth": f"{first / 1e6:.0f} MB",
        "at the end": f"{last / 1e6:.0f} MB",
        "grown by": f"{(last / first - 1) * 100:+.1f} %",
        "messages a second": f"{outcome.done / outcome.seconds:.0f}",
    }
