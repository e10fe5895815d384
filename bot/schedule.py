"""The clock: APScheduler ticks, a tick does what rows say is due."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from actions import audit, closing, reminders
from actions import sweep as looking
from actions.holding import FETCHED, UNREAD_FOR
from bot.conversation import Conversation
from domain.calendar import BEIJING
from storage import reach, retention, seals
from storage.store import Store

SWEEP_EVERY = 60  # seconds
SETTLE_EVERY = 15
BACKUP_EVERY = 300  # a look whether one is due
log = structlog.get_logger()


def tick(conversation: Conversation, now: datetime) -> int:
    """Does what is due, page after page; returns how much there was."""
    total = 0
    while True:
        with conversation.store.begin() as tx:
            done = reminders.run_due(tx, partial(conversation.community, tx), now)
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


def settle(conversation: Conversation, now: datetime) -> int:
    """Looks which answers have arrived and which never will; returns how many were settled."""
    with conversation.store.read() as tx:
        joined = reach.joined(tx, now, UNREAD_FOR, FETCHED, limit=1)
        if not joined and not reach.undelivered(tx, limit=1):
            return 0
    with conversation.store.begin() as tx:
        settled = closing.settle(tx, partial(conversation.community, tx), now)
        return settled + closing.settle_joiners(tx, partial(conversation.community, tx), now)


def sweep(conversation: Conversation, now: datetime) -> int:
    """Looks for what no reminder did, and does it; returns how much there was."""
    with conversation.store.begin() as tx:
        found = looking.sweep(tx, partial(conversation.community, tx), now)
    if found:
        log.warning("sweep_found", **found)
    return sum(found.values())


def clean_up(store: Store, now: datetime) -> dict[str, int]:
    """Deletes what its time is over for, table by table; says how much."""
    with store.begin() as tx:
        gone = retention.purge(tx, now)
    log.info("cleaned_up", **gone)
    return gone


def scheduler(
    conversation: Conversation,
    clock: Callable[[], datetime],
    wake: Callable[[], None],
    every: int = 5,
    back_up: Callable[[datetime], object] | None = None,
    clear: Callable[[datetime], object] | None = None,
) -> AsyncIOScheduler:
    """Ticks every few seconds and looks around every minute. What one tick missed the next one does."""

    async def beat(look: Callable[[Conversation, datetime], int]) -> None:
        try:
            if await asyncio.to_thread(look, conversation, clock()):
                wake()
            await asyncio.to_thread(seal_up, conversation.store, clock())
        except Exception as error:
            log.exception("tick_failed", error=type(error).__name__)

    async def clean() -> None:
        await asyncio.to_thread(clean_up, conversation.store, clock())
        if clear is not None:
            await asyncio.to_thread(clear, clock())

    async def keep(make: Callable[[datetime], object]) -> None:
        try:
            await asyncio.to_thread(make, clock())
        except Exception as error:
            log.exception("backup_failed", error=type(error).__name__)

    ticking = AsyncIOScheduler(timezone=BEIJING)
    ticking.add_job(clean, "cron", hour=3, minute=30, id="clean", misfire_grace_time=None)
    steady: dict[str, Any] = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    ticking.add_job(beat, "interval", seconds=every, id="tick", args=[tick], **steady)
    ticking.add_job(beat, "interval", seconds=SETTLE_EVERY, id="settle", args=[settle], **steady)
    ticking.add_job(beat, "interval", seconds=SWEEP_EVERY, id="sweep", args=[sweep], **steady)
    if back_up is not None:
        ticking.add_job(keep, "interval", seconds=BACKUP_EVERY, id="backup", args=[back_up], **steady)
    return ticking
