"""Sheets of people that a desk handed in are read, compared and, once somebody said yes, written.

Every step is a row: whoever dies on a sheet leaves a lease that runs out, and a sheet is written in the same
transaction that says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from actions import rosters
from actions.rosters import Sheet
from bot.conversation import Conversation
from domain.access import Actor
from domain.errors import Conflict
from domain.people import Person
from domain.rosters import Found, Roster, RosterState
from storage import people
from storage import rosters as rows
from storage.tx import Tx

log = structlog.get_logger()

EVERY = 0.5  # seconds between two looks when all is quiet


class Clerk:
    """Works through the sheets, one at a time."""

    def __init__(self, conversation: Conversation, clock: Callable[[], datetime]) -> None:
        self.conversation = conversation
        self.store = conversation.store
        self.clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """Works until told to stop."""
        stopping = asyncio.create_task(stop.wait())
        while not stop.is_set():
            try:
                busy = await asyncio.to_thread(self.step)
            except Exception as error:
                log.exception("clerk_failed", error=type(error).__name__)
                busy = False
            if not busy:
                await asyncio.wait([stopping], timeout=EVERY)
        stopping.cancel()

    def step(self) -> bool:
        """One sheet a step further. False when none waits."""
        now = self.clock()
        with self.store.read() as tx:
            if not rows.anything(tx, now):
                return False
        with self.store.begin() as tx:
            job = rows.lease(tx, now)
            if job is None:
                return False
            if rows.worn_out(job):
                rows.end(tx, job, RosterState.WRONG, _broken())
                return True
        try:
            self._work(job)
        except Conflict:  # another sheet took its place, or somebody of it changed meanwhile: once more
            with self.store.begin() as tx:
                rows.let_go(tx, job.id)
        return True

    def _work(self, job: Roster) -> None:
        with self.store.read() as tx:
            sheet = rosters.read(tx, self._actor(tx, job), job, lambda done: self._told(job, done, 0))
        if job.state is RosterState.CHECKING:
            self._check(job, sheet)
            return
        with self.store.read() as tx:
            ready = rosters.prepare(tx, self._actor(tx, job), job, sheet, self.clock())
        with self.store.begin() as tx:
            if isinstance(ready, Found):
                rows.end(tx, self._now(tx, job), RosterState.STALE, ready)
            else:
                rosters.write(tx, self._actor(tx, job), self._now(tx, job), ready, self.clock())

    def _check(self, job: Roster, sheet: Sheet) -> None:
        with self.store.read() as tx:
            by = self._actor(tx, job)
            found, plan = rosters.check(
                tx, by, job, sheet, self.clock(), lambda done, total: self._told(job, done, total)
            )
        state = RosterState.WRONG if found.wrong else RosterState.READY
        with self.store.begin() as tx:
            rows.end(tx, self._now(tx, job), state, found, plan)

    def _told(self, job: Roster, done: int, total: int) -> None:
        with self.store.begin() as tx:
            rows.went_on(tx, job.id, done, total, self.clock())

    def _actor(self, tx: Tx, job: Roster) -> Actor:
        """Who handed it in, with what they hold now."""
        person = tx.get(Person, job.person_id)
        assert person is not None
        held = tuple(people.roles_of(tx, person.id, self.clock()))
        return Actor(person=person, roles=held, community=self.conversation.community(tx))

    def _now(self, tx: Tx, job: Roster) -> Roster:
        """The sheet as it stands; Conflict when it is no longer the one that was taken."""
        found = tx.get(Roster, job.id)
        if found is None or found.version != job.version:
            raise Conflict("Roster", job.id)
        return found


def _broken() -> Found:
    return Found(problems=((0, "", "loading.broken_sheet", {}),), wrong=1)
