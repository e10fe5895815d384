"""Stories told by processes that die at every step: before a commit, and after each one that wrote (G4, G5).

Before the story goes on, a forked child does the same and is killed; then another, until one gets through.
What is told must not change by a letter.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event, text

from bot.messages import Incoming
from tests.story import Player

DEATHS_AT_MOST = 200  # in one step
ALIVE_AT_MOST = 120  # seconds
_NAMED = "cases tasks proposals supervisions notices appraisals roles memberships".split()
_WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass(slots=True, kw_only=True)
class Mortal(Player):
    """A player whose processes die; everything but the database is made new after each death."""

    twice: bool = False
    restart: bool = True
    deaths: int = 0
    turns: int = 0

    def _receive(self, incoming: Incoming) -> None:
        self.turns += 1
        self._dying(lambda: Player._receive(self, incoming))

    def _work(self) -> None:
        self._dying(lambda: Player._work(self))

    def _tick(self) -> int:
        return self._dying(lambda: Player._tick(self))

    def _settle(self) -> int:
        return self._dying(lambda: Player._settle(self))

    def _dying(self, act: Callable[[], int | None]) -> int:
        """Does it at last; how many died of it, and whether there was something to do."""
        before = self.deaths
        if self._dies(act, after=False):
            while self._dies(act, after=True):
                assert self.deaths - before < DEATHS_AT_MOST, "it does not get on"
        self.build()
        return self.deaths - before + (act() or 0)

    def _dies(self, act: Callable[[], int | None], *, after: bool) -> bool:
        """Whether a child that does it comes to the commit of something written, and is killed there."""
        self.store.engine.dispose()
        child = os.fork()
        if not child:
            self._live(act, after=after)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0, "the child broke"
            return False
        assert os.WTERMSIG(status) == signal.SIGKILL
        self.deaths += 1
        if self.store.engine.dialect.name == "postgresql":
            self._give_ids_again()
        return True

    def _give_ids_again(self) -> None:
        """A sequence of PostgreSQL keeps what a dead transaction took; a forged button names its id."""
        given = (
            "setval(pg_get_serial_sequence('{0}', 'id'), coalesce((SELECT max(id) FROM {0}), 0) + 1, false)"
        )
        again = ", ".join(given.format(name) for name in _NAMED)
        with self.store.engine.connect() as connection:
            connection.execute(text(f"SELECT {again}"))
        self.store.engine.dispose()

    def _live(self, act: Callable[[], int | None], *, after: bool) -> None:
        """In the child: never returns."""
        signal.alarm(ALIVE_AT_MOST)
        try:
            _arm(self.store.engine, after=after)
            self.build()
            act()
            os._exit(0)
        finally:
            os._exit(1)


def _arm(engine: Any, *, after: bool) -> None:
    """This process is killed at the next commit of a transaction that has changed a row."""
    wrote = False
    commit = engine.dialect.do_commit

    def executed(_c: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal wrote
        wrote = wrote or (cursor.rowcount > 0 and statement.lstrip().upper().startswith(_WRITES))

    def do_commit(connection: Any) -> None:
        nonlocal wrote
        if not wrote:
            commit(connection)
            return
        if after:
            commit(connection)
        os.kill(os.getpid(), signal.SIGKILL)

    def rolled_back(_c: Any) -> None:
        nonlocal wrote
        wrote = False

    event.listen(engine, "after_cursor_execute", executed)
    event.listen(engine, "rollback", rolled_back)
    engine.dialect.do_commit = do_commit
