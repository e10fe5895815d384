"""The turn itself: understanding, one transaction on SQLite on disk, the reply; no server, no worker."""

from __future__ import annotations

import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import handlers  # noqa: F401 - registers the flows
from actions import loading
from benchmarks.load import PEOPLE, Figures, memory_of, words
from bot.conversation import Conversation
from bot.messages import Incoming
from nlu.understand import Understanding
from storage import schema
from storage.community_files import read
from storage.secret import Cipher
from storage.store import Store

ROOT = Path(__file__).parent.parent


def turns_alone(turns: int) -> Figures:
    """CPU and latencies of turns one after another."""
    began, now = time.monotonic(), datetime.now(UTC)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as home:
        store = Store(f"sqlite:///{home}/linli.db", Cipher.from_file(Path(home) / "key"))
        schema.migrate(store)
        loading.load(store, read([ROOT / "demo" / "guangming"]), now)
        conversation = Conversation(store, Understanding.load())

        def turn(number: int) -> float:
            said = Incoming(
                channel="web", address=f"b{number % PEOPLE}", message_id=str(number), text=words(number)
            )
            start = time.perf_counter()
            conversation.receive(said, now + timedelta(seconds=number))
            return time.perf_counter() - start

        turn(0)
        first = time.monotonic() - began
        for number in range(1, PEOPLE * 2 + 1):
            turn(number)
        before = time.process_time()
        taken = sorted(turn(PEOPLE * 2 + 1 + i) for i in range(turns))
        cpu = (time.process_time() - before) / turns
        store.close()
    memory = memory_of(os.getpid())
    return Figures(cpu=cpu, p50=taken[turns // 2], p99=taken[int(turns * 0.99)], memory=memory, first=first)
