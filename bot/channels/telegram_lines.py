"""The connections to Telegram: many small pools, because a large one costs more with each connection."""

from __future__ import annotations

import asyncio
from typing import Any

from telegram.request import BaseRequest, HTTPXRequest, RequestData

EACH = 4  # connections of one pool, which looks through all of its own at every request


class Lines(BaseRequest):
    """Requests for the library to make, at most `at_once` at a time; further ones wait their turn."""

    def __init__(self, timeout: float, at_once: int) -> None:
        self._pools = [one_pool(timeout, connections=EACH) for _ in range(-(-at_once // EACH))]
        self._under_way = [0] * len(self._pools)
        self._gate = asyncio.Semaphore(at_once)

    @property
    def read_timeout(self) -> float | None:
        return self._pools[0].read_timeout

    async def initialize(self) -> None:
        for pool in self._pools:
            await pool.initialize()

    async def shutdown(self) -> None:
        for pool in self._pools:
            await pool.shutdown()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        times: dict[str, Any] = {
            "read_timeout": read_timeout,
            "write_timeout": write_timeout,
            "connect_timeout": connect_timeout,
            "pool_timeout": pool_timeout,
        }
        async with self._gate:
            least = min(range(len(self._pools)), key=self._under_way.__getitem__)
            self._under_way[least] += 1
            try:
                return await self._pools[least].do_request(url, method, request_data, **times)
            finally:
                self._under_way[least] -= 1


def one_pool(timeout: float, *, connections: int) -> HTTPXRequest:
    """A pool whose every step may take so many seconds; uploads three times as long."""
    return HTTPXRequest(
        connection_pool_size=connections,
        read_timeout=timeout,
        write_timeout=timeout,
        connect_timeout=timeout,
        pool_timeout=timeout,
        media_write_timeout=3 * timeout,
    )
