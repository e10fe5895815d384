"""A process is killed, or told to stop, while it hears: the next one hears it, and it is asked about once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.conversation import Conversation
from bot.ear import Ear
from bot.media import Files
from bot.messages import Incoming
from nlu.understand import Understanding
from storage import outbox
from storage.store import Store
from storage.tables import recordings
from tests.conftest import ROOT
from tests.hearing.prepared import Prepared, recording
from tests.processes.conftest import opened

WORDS = "阳光花园3栋2单元楼道灯坏了"


class Slowly:
    """The process; `seconds` is what one recording takes."""

    def __init__(self, home: Path, model: Path, seconds: float) -> None:
        known = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
        own = {"LINLI_HOME": str(home), "LINLI_MODEL": str(model), "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.hearing.slowly", str(seconds)],
            cwd=home, env=known | own, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(15)


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    one = opened(home)
    yield one
    one.close()


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come in time"
        time.sleep(0.05)


def somebody_speaks(store: Store, home: Path, understanding: Understanding) -> None:
    files = Files(home / "files", 10_000_000)
    conversation = Conversation(store, understanding)
    Ear(conversation, files, Prepared(), clock=lambda: datetime.now(UTC))
    kept = files.keep("voice", recording(WORDS))
    spoken = Incoming(channel="web", address="a", message_id="1", media=(kept,))
    conversation.receive(spoken, datetime.now(UTC))


def state(store: Store) -> str:
    with store.read() as tx:
        return str(tx.rows(recordings.select())[0].state)


def echoes(store: Store) -> int:
    with store.read() as tx:
        rows = outbox.mail_since(tx, outbox.find_address(tx, "web", "a") or 0, 0)
    return sum(f"我听到的是：“{WORDS}”" in row.body["text"] for row in rows)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_what_was_being_heard_is_heard_by_the_next_process(
    home: Path,
    model: Path,
    store: Store,
    understanding: Understanding,
    how: signal.Signals,
) -> None:
    somebody_speaks(store, home, understanding)
    first = Slowly(home, model, seconds=60)
    until(lambda: state(store) == "hearing")
    code = first.end(how)
    assert code == (0 if how is signal.SIGTERM else -signal.SIGKILL)
    if how is signal.SIGKILL:
        assert state(store) == "hearing"
        with store.begin() as tx:  # its lease runs out
            past = datetime.now(UTC) - timedelta(seconds=1)
            tx.connection.execute(update(recordings).values(lease_until=past))
    else:
        assert state(store) == "waiting"
    second, third = Slowly(home, model, seconds=0.1), Slowly(home, model, seconds=0.1)
    until(lambda: state(store) == "asked")
    time.sleep(1.5)
    assert echoes(store) == 1
    assert (second.end(signal.SIGTERM), third.end(signal.SIGTERM)) == (0, 0)
