"""Loops that wait for something to do leave nothing behind, however long they wait."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot import bulk
from bot.bulk import Bulk
from bot.messages import Channels
from bot.watch import Watch
from bot.worker import Worker
from nlu.understand import Understanding
from storage.store import Store
from tests.acting import Stage


@pytest.mark.parametrize("demo_store", ["sqlite"], indirect=True)
async def test_an_idle_process_does_not_grow(
    demo_store: Store, understanding: Understanding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "IDLE", 0.01)
    worker = Worker(
        Stage(demo_store, understanding).conversation, Channels(), clock=lambda: datetime.now(UTC)
    )
    watch = Watch(worker, frozenset({"web"}), lambda: datetime.now(UTC), 0.04)
    stop = asyncio.Event()
    loops = [asyncio.create_task(one.run(stop)) for one in (Bulk(worker), watch)]
    await asyncio.sleep(0.2)
    before = len(asyncio.all_tasks())
    await asyncio.sleep(0.5)
    assert len(asyncio.all_tasks()) <= before + 2
    stop.set()
    await asyncio.gather(*loops)
