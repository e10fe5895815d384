"""`python -m tests.faults.armed run`: Linli, killed by itself at a placed point.

FAULT_POINT=after_commit:37 kills at the 37th time; FAULT_CLOCK=-3600 turns the clock;
FAULT_PAGES names a file with the number of pages the disk has room for; with FAULT_POISON=1 the turn of a
message that begins with POISON raises. The product knows nothing of it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect

POINTS = (
    "before_commit",
    "after_commit",
    "before_send",
    "after_send",
    "before_turn",
    "after_turn",
    "before_ack",
)
ROOM = 1_000_000_000  # pages
POISON = "毒"


class Fuse:
    """Kills this process the n-th time its point is passed."""

    def __init__(self, point: str, left: int) -> None:
        self.point, self.left = point, left

    def passes(self, point: str) -> None:
        if point == self.point:
            self.left -= 1
            if self.left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)


def around(owner: Any, name: str, fuse: Fuse, what: str) -> None:
    """The coroutine method passes before_… when it is called, after_… when it has returned."""
    method: Callable[..., Any] = getattr(owner, name)

    async def passing(*given: Any, **named: Any) -> Any:
        fuse.passes(f"before_{what}")
        result = await method(*given, **named)
        fuse.passes(f"after_{what}")
        return result

    setattr(owner, name, passing)


def arm(fuse: Fuse) -> None:
    """Lays the points: commits, turns, sends and acknowledgements."""
    from bot.channels.telegram import TelegramChannel
    from bot.channels.telegram_poll import Webhook
    from bot.house import House

    commit = DefaultDialect.do_commit

    def do_commit(self: DefaultDialect, connection: Any) -> None:
        fuse.passes("before_commit")
        commit(self, connection)
        fuse.passes("after_commit")

    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]
    around(House, "receive", fuse, "turn")
    around(TelegramChannel, "send", fuse, "send")
    around(Webhook, "handle_update", fuse, "door")
    if fuse.point == "before_ack":
        from bot.channels.telegram import _Bot

        around(_Bot, "raw_updates", fuse, "ack")


def turn_clock(seconds: int) -> None:
    """Every reading of the clock is so many seconds off."""
    from bot import house

    def now() -> datetime:
        return house.now() + timedelta(seconds=seconds)

    house.House.__init__.__defaults__ = (now, None)  # type: ignore[misc]


def poison() -> None:
    """Turns of poisoned messages raise, whatever they are about."""
    from bot.turn import Turn

    reply = Turn.reply

    def breaking(self: Turn) -> Any:
        if self.incoming.text.startswith(POISON):
            raise ZeroDivisionError
        return reply(self)

    Turn.reply = breaking  # type: ignore[method-assign]


def fill_disk(file: Path) -> None:
    """The database may grow to as many pages as the file says, read anew for each transaction."""

    @event.listens_for(Engine, "begin")
    def _limit(connection: Any) -> None:
        room = file.read_text().strip() if file.exists() else ""
        connection.exec_driver_sql(f"PRAGMA max_page_count={room or ROOM}")


def main() -> None:
    point, _, left = os.environ.get("FAULT_POINT", "").partition(":")
    if point:
        arm(Fuse(point, int(left)))
    if clock := int(os.environ.get("FAULT_CLOCK", "0")):
        turn_clock(clock)
    if pages := os.environ.get("FAULT_PAGES"):
        fill_disk(Path(pages))
    if os.environ.get("FAULT_POISON"):
        poison()
    from bot.__main__ import main as linli

    linli()


if __name__ == "__main__":
    main()
