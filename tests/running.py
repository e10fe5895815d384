"""A running house for tests: the real parts, on a database of the test's own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import handlers  # noqa: F401 - registers the flows
from bot.channels.telegram import Change, TelegramChannel
from bot.hearing import Transcriber
from bot.house import House
from bot.settings import Settings
from nlu.understand import Understanding
from storage import people
from storage.secret import Cipher
from storage.store import Store
from tests.conftest import KEY, NOW


def settings(home: Path, store: Store, **more: object) -> Settings:
    """Settings for the store's database, with the tests' key."""
    (home / "linli.key").write_bytes(KEY)
    url = store.url.render_as_string(hide_password=False)
    return Settings(_env_file=None, home=home, database=url, key_file=home / "linli.key", **more)  # type: ignore[arg-type]


def new_house(
    home: Path,
    store: Store,
    understanding: Understanding,
    transcriber: Transcriber | None = None,
    **more: object,
) -> House:
    """A house at nine o'clock on a Monday; its clock goes on from there."""
    began = time.monotonic()
    return House(
        settings(home, store, **more),
        understanding,
        clock=lambda: NOW + timedelta(seconds=time.monotonic() - began),
        transcriber=transcriber,
    )


@asynccontextmanager
async def on_telegram(house: House, channel: TelegramChannel) -> AsyncIterator[asyncio.Event]:
    """Serves a bot by long polling until the block ends."""

    async def read_file(file_id: int) -> bytes:
        return await asyncio.to_thread(house.photo, file_id)

    async def changed(change: Change) -> None:
        await asyncio.to_thread(house.changed, "telegram", change.address, change.state, change.moved_to)

    channel._read_file, channel._on_change = read_file, changed
    house.channels.add(channel)
    stop = asyncio.Event()
    await house.start()
    polling = asyncio.create_task(channel.poll(partial(house.receive, fetch=channel.fetch), stop))
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.wait_for(polling, 10)
        await house.stop()


def cipher() -> Cipher:
    return Cipher(KEY)


def bind(house: House, channel: str, address: str, key: str) -> None:
    """The address belongs to a person of the demo's roster, who has agreed."""
    with house.store.begin() as tx:
        person = people.by_key(tx, key)
        assert person is not None, key
        found, _, _ = people.arrive(tx, channel, address, "zh_Hans", house.clock())
        people.bind(tx, found.id, person.id)
        from actions.people import consent

        consent(tx, person, house.clock())
