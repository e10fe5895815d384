"""Notices on their way to many: paced, paused and resumed by rows, never sent again on a guess."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from actions import broadcasts as actions
from bot.worker import Push, Worker
from domain.events import Delivery
from domain.notices import STALE_AFTER
from storage import broadcasts, paces
from storage.paces import Pace
from storage.tx import Tx

log = structlog.get_logger()

IN_FLIGHT = 30  # sends of one process at a time
LETTERS = 200  # recipients in one transaction where nothing is pushed
SOON = timedelta(seconds=5)  # a channel that is busy no longer is waited for
BUSY = 0.2  # seconds until a channel is asked again that takes no more
IDLE = 1.0  # seconds between two looks when nothing goes out


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one transaction took: letters are in their mailboxes, pushes go from `begins` on, evenly."""

    letters: int = 0
    pushes: tuple[Push, ...] = ()
    begins: datetime
    per_second: float = 1.0

    def groups(self) -> list[tuple[datetime, tuple[Push, ...]]]:
        """The pushes with their moments; those of the same fiftieth of a second go together."""
        size = max(1, round(self.per_second / 50))
        return [
            (self.begins + timedelta(seconds=at / self.per_second), self.pushes[at : at + size])
            for at in range(0, len(self.pushes), size)
        ]


class Bulk:
    """Sends what goes to many. Any number of processes may: rows and slots are taken in the database."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self._next = worker.clock()
        self._flying: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Works until told to stop; what was begun is finished."""
        while not stop.is_set():
            try:
                busy = await self.step()
            except Exception as error:
                log.exception("bulk_failed", error=type(error).__name__)
                busy = False
            if not busy:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), IDLE)
        await asyncio.gather(*self._flying)

    async def step(self) -> bool:
        """Takes a batch and sends it; False when nobody is to hear anything now."""
        now = self.worker.clock()
        if not await asyncio.to_thread(self._anything):
            return False
        batch = await asyncio.to_thread(self.take, now)
        for planned, group in batch.groups():
            now = self.worker.clock()
            at = max(planned, self._next, now)  # what was late is not made up for in a hurry
            self._next = at + timedelta(seconds=len(group) / batch.per_second)
            await asyncio.sleep((at - now).total_seconds())
            if self.worker.crowded({push.address.channel for push in group}):
                left = [push.delivery for push in batch.pushes[batch.pushes.index(group[0]) :]]
                await asyncio.to_thread(self._give_back, left)
                break
            await self._send(group)
        if not batch.letters and not batch.pushes:
            await asyncio.sleep(BUSY)
        return True

    async def _send(self, group: Sequence[Push]) -> None:
        """Marks them as begun, then sends them; how each ends is kept by the worker."""
        while len(self._flying) >= IN_FLIGHT:
            await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)
        begun = await asyncio.to_thread(self._begin, [push.delivery for push in group])
        for push in group:
            if push.delivery.id in begun:
                task = asyncio.create_task(self.worker.push(push))
                self._flying.add(task)
                task.add_done_callback(self._flying.discard)

    # -- rows ---------------------------------------------------------------------------------------
    def _anything(self) -> bool:
        with self.worker.store.read() as tx:
            return broadcasts.anything(tx, self.worker.clock())

    def take(self, now: datetime) -> Batch:
        """The next recipients of what goes out, as many as the channels take in half a second."""
        worker, posted = self.worker, list[int]()
        with worker.store.begin() as tx:
            known = paces.every(tx, now, lock=True)
            open_at = {name: pace.open_at(now) for name, pace in known.items()}
            shut = {name for name, at in open_at.items() if at > now + SOON}
            usable = [known[name] for name in open_at if name not in shut]
            if any(pace.free_at > now + paces.AHEAD for pace in usable):
                return Batch(begins=now)
            slowest = min(usable, key=lambda pace: pace.per_second, default=None)
            limit = max(1, int(slowest.per_second * paces.AHEAD.total_seconds())) if slowest else LETTERS
            if slowest and slowest.left is not None:
                limit = min(limit, slowest.left)
            community = worker.conversation.community(tx)
            leased = self._lease(tx, now, limit, max(open_at.values(), default=now))
            made = (worker.made_ready(tx, community, one, posted) for one in leased)
            ready = [push for push in made if push is not None]
            late = [push.delivery.id for push in ready if push.address.channel in shut]
            if late:
                broadcasts.give_back(tx, late, min(open_at[name] for name in shut))
            pushes = tuple(push for push in ready if push.delivery.id not in late)
            begins = self._slots(tx, usable, pushes, now)
        for address_id in posted:
            worker.posted(address_id)
        rate = slowest.per_second if slowest else float(LETTERS)
        return Batch(letters=len(leased) - len(pushes), pushes=pushes, begins=begins, per_second=rate)

    @staticmethod
    def _lease(tx: Tx, now: datetime, limit: int, open_at: datetime) -> list[Delivery]:
        leased: list[Delivery] = []
        for notice in broadcasts.going(tx):
            if len(leased) >= limit:
                break
            if notice.stale(now) and now - open_at > STALE_AFTER:
                actions.hold(tx, notice, now)  # nobody sent anything for hours: a human is asked
                continue
            leased += broadcasts.lease(tx, notice.id, now, limit - len(leased))
        return leased

    @staticmethod
    def _slots(tx: Tx, usable: Sequence[Pace], pushes: Sequence[Push], now: datetime) -> datetime:
        """Takes the slots of these pushes; when the first is."""
        begins = now
        for pace in usable:
            if count := sum(push.address.channel == pace.channel for push in pushes):
                begins = max(begins, paces.take(tx, pace, count, now))
        return begins

    def _begin(self, deliveries: Sequence[Delivery]) -> set[int]:
        with self.worker.store.begin() as tx:
            return broadcasts.begin(tx, [one.id for one in deliveries], self.worker.clock())

    def _give_back(self, deliveries: Sequence[Delivery]) -> None:
        with self.worker.store.begin() as tx:
            broadcasts.give_back(tx, [one.id for one in deliveries], self.worker.clock())
