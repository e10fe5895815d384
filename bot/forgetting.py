"""What an erasure leaves to do outside the database: files that go, and a journal that outlives a restore.

The journal is a file with a line for each erasure: when, and a mark that says nothing without the key. After
an older database was restored, whoever stands in the journal and not in the database is erased once more.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from actions import my_data
from bot.media import Files
from domain.access import Actor
from domain.calendar import BEIJING
from domain.tree import Community
from storage import erasing, people
from storage.store import Store, Unavailable
from storage.tx import Tx

EVERY = 20.0  # seconds between looks
log = structlog.get_logger()


class Forgetting:
    """Finishes erasures, after a crash too: the database says what is still to do."""

    def __init__(self, store: Store, files: Files, journal: Path, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.files = files
        self.journal = journal
        self.clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await asyncio.to_thread(self.finish)
            except (Unavailable, OSError) as error:
                log.warning("erasure_waits", error=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), EVERY)

    def finish(self) -> int:
        """Notes new erasures in the journal and deletes their files; returns how many there were."""
        with self.store.read() as tx:
            waiting = erasing.to_note(tx)
        for one in waiting:
            if one.mark not in self.noted():
                self._write(one.mark, one.at)
            with self.store.begin() as tx:
                for name in erasing.unused(tx, one.files):
                    self.files.path(name).unlink(missing_ok=True)
                erasing.noted(tx, one.id, self.clock())
        return len(waiting)

    def noted(self) -> dict[str, str]:
        """The journal: mark → when."""
        if not self.journal.exists():
            return {}
        lines = (line.split() for line in self.journal.read_text(encoding="ascii").splitlines())
        return {words[1]: words[0] for words in lines if len(words) == 2}

    def _write(self, mark: str, at: datetime) -> None:
        self.journal.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="ascii") as file:
            file.write(f"{at.astimezone(BEIJING).isoformat(timespec='seconds')} {mark}\n")
            file.flush()
            os.fsync(file.fileno())

    # -- after a restore ----------------------------------------------------------------------------
    def catch_up(self, picture: Callable[[Tx], Community]) -> int:
        """Erases once more whom the journal has and the database does not; returns how many were found."""
        journal = set(self.noted())
        if not journal:
            return 0
        with self.store.read() as tx:
            missing = journal - erasing.marks(tx)
        return self._find(missing, picture) if missing else 0

    def _find(self, missing: set[str], picture: Callable[[Tx], Community]) -> int:
        found, after = 0, 0
        while True:
            with self.store.begin() as tx:
                page = erasing.everybody(tx, after)
                for person in page:
                    if erasing.mark_of(tx, person) in missing:
                        roles = tuple(people.roles_of(tx, person.id, self.clock()))
                        by = Actor(person=person, roles=roles, community=picture(tx))
                        my_data.erase_again(tx, by, self.clock())
                        found += 1
            if not page:
                break
            after = page[-1].id
        log.warning("erased_again", count=found, unknown=len(missing) - found)
        return found
