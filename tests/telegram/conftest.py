"""The fake Bot API server for a whole run, a fresh bot for each test, and channels that are closed again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from bot.channels.telegram import TelegramChannel
from bot.messages import Incoming, Reply
from tests.telegram.bot_api import BotApi, Server
from tests.telegram.bot_api_rules import check

NewChannel = Callable[..., TelegramChannel]


@pytest.fixture(scope="session")
def bot_api_server() -> Iterator[Server]:
    server = Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def lenient_api(bot_api_server: Server) -> Iterator[BotApi]:
    """A bot whose requests may be wrong: for tests of the fake itself."""
    api = bot_api_server.new_bot()
    yield api
    api.webhook = {}


@pytest.fixture
def api(lenient_api: BotApi) -> Iterator[BotApi]:
    """A bot whose every request must be one the published Bot API allows."""
    yield lenient_api
    wrong = {call.method: check(call.method, call.params, call.files) for call in lenient_api.calls}
    assert not any(wrong.values()), wrong


@pytest.fixture
async def new_channel(lenient_api: BotApi) -> AsyncIterator[NewChannel]:
    """Makes channels to the test's bot, with short waits."""
    made: list[TelegramChannel] = []

    def make(**more: Any) -> TelegramChannel:
        settings = {"api": lenient_api.url, "timeout": 2.0, "poll_seconds": 1, "first_wait": 0.02} | more
        made.append(TelegramChannel(settings.pop("token", lenient_api.token), **settings))
        return made[-1]

    yield make
    for channel in made:
        await channel.close()


class Inbox:
    """Stands for the core: keeps what it receives; may be down, slow, or answer."""

    def __init__(self) -> None:
        self.seen: list[Incoming] = []
        self.tried: list[Incoming] = []
        self.fails = 0  # times that nothing is saved
        self.fails_for: set[str] = set()  # addresses
        self.reply: Reply | None = None
        self.before: Callable[[Incoming], Awaitable[None]] | None = None

    async def receive(self, incoming: Incoming) -> Reply | None:
        self.tried.append(incoming)
        if self.before is not None:
            await self.before(incoming)
        if self.fails or incoming.address in self.fails_for:
            self.fails = max(self.fails - 1, 0)
            raise OSError("the database is down")
        self.seen.append(incoming)
        return self.reply

    def texts(self, address: int | None = None) -> list[str]:
        return [said.text for said in self.seen if address is None or said.address == str(address)]


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


async def until(true: Callable[[], Any], seconds: float = 20.0) -> None:
    """Waits for something to become true; fails when it does not in time."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.005)


class Polling:
    """A poller at work; `kill()` ends it as a crash would, leaving the block ends it in order."""

    def __init__(self, channel: TelegramChannel, inbox: Inbox) -> None:
        self.stop = asyncio.Event()
        self.task = asyncio.ensure_future(channel.poll(inbox.receive, self.stop))

    async def kill(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def __aenter__(self) -> Polling:
        return self

    async def __aexit__(self, *error: object) -> None:
        self.stop.set()
        if not self.task.cancelled():
            await asyncio.wait_for(self.task, 5)
