"""A Linli whose transcriber takes its time, as a process that can be killed."""

from __future__ import annotations

import asyncio
import signal
import sys

from bot.commands.serve import _ready, settings, understanding
from bot.house import House
from tests.hearing.prepared import Prepared


async def serve(seconds: float) -> None:
    import handlers  # noqa: F401 - registers the flows

    configured = settings()
    house = House(configured, understanding(configured.model), transcriber=Prepared(seconds=seconds))
    _ready(house.store, configured)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await house.start()
    print("ready", flush=True)
    await stop.wait()
    await house.stop()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
