"""The clock: APScheduler ticks, a tick does what rows say is due."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from actions import audit, reminders
from domain.calendar import BEIJING
from storage import retention, seals
from storage.store import Store

log = structlog.get_logger()


def tick(store: Store, now: datetime) -> int:
    """Does what is due, page after page; returns how much there was."""
    total = 0
    while True:
        with store.begin() as tx:
            done = reminders.run_due(tx, now)
        total += done
        if not done:
            return total


def seal_up(store: Store, now: datetime) -> int:
    """Puts seals on what has happened; returns on how much."""
    with store.read() as tx:
        if not seals.behind(tx):
            return 0
    total = 0
    while True:
        with store.begin() as tx:
            done = audit.seal(tx, now)
        total += done
        if not done:
            return total


def clean_up(store: Store, now: datetime) -> dict[str, int]:
    """Deletes what its time is over for, table by table; says how much."""
    with store.begin() as tx:
        gone = retention.purge(tx, now)
    log.info("cleaned_up", **gone)
    return gone


def scheduler(
    store: Store, clock: Callable[[], datetime], wake: Callable[[], None], every: int = 5
) -> AsyncIOScheduler:
    """Ticks every few seconds. What a missed tick would have done the next one does."""

    async def beat() -> None:
        try:
            if await asyncio.to_thread(tick, store, clock()):
                wake()
            await asyncio.to_thread(seal_up, store, clock())
        except Exception as error:
            log.exception("tick_failed", error=type(error).__name__)

    async def clean() -> None:
        await asyncio.to_thread(clean_up, store, clock())

    ticking = AsyncIOScheduler(timezone=BEIJING)
    ticking.add_job(clean, "cron", hour=3, minute=30, id="clean", misfire_grace_time=None)
    ticking.add_job(
        beat, "interval", seconds=every, id="tick", coalesce=True, max_instances=1, misfire_grace_time=None
    )
    return ticking
