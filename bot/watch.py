"""Who watches whom: every process says that it lives, and looks whether the others still do.

The web side watches the worker and the worker the web side, through rows. Whoever finds a kind silent tells
the administrators itself, as a worker would. Where all is one process, its web side watches its worker's
loop; that the process as a whole stands still is seen only from outside: by /health or a service manager.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.worker import Worker
from domain.events import Event
from storage import heartbeats

log = structlog.get_logger()


class Watch:
    """Beats for the kinds that this process is, looks at all of them."""

    def __init__(
        self, worker: Worker, kinds: frozenset[str], clock: Callable[[], datetime], silent: float
    ) -> None:
        self.worker, self.kinds, self.clock = worker, kinds, clock
        self.silent = timedelta(seconds=silent)
        self.name = f"{socket.gethostname()[:40]}:{os.getpid()}"

    async def run(self, stop: asyncio.Event) -> None:
        """Beats and looks four times in the span after which silence is an alarm."""
        every = self.silent.total_seconds() / 4
        while not stop.is_set():
            try:
                if await asyncio.to_thread(self.look, self.clock()):
                    await self.worker.step()  # the worker may be what is silent
            except Exception as error:
                log.exception("watch_failed", error=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), every)

    def look(self, now: datetime) -> bool:
        """Beats, and says what is silent or back; True when there is something to tell."""
        alive = {kind for kind in self.kinds if kind != "worker" or now - self.worker.turned < self.silent}
        told = False
        with self.worker.store.begin() as tx:
            for kind in sorted(alive):
                if heartbeats.beat(tx, f"{kind}:{self.name}", kind, now):
                    tx.add(_happened("process_back", kind, now))
                    told = True
            for kind, at in heartbeats.last(tx).items():
                if now - at > self.silent and heartbeats.alarm(tx, kind, now):
                    log.error("process_silent", kind=kind, since=at.isoformat())
                    tx.add(_happened("process_silent", kind, now, since=at.isoformat()))
                    told = True
        return told


def _happened(event: str, kind: str, now: datetime, **data: str) -> Event:
    return Event(kind=event, at=now, subject="process", subject_id=0, data={"process": kind, **data})
