"""Many small pools of connections: no more requests under way than allowed, none of a pool too many."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
from telegram.request import HTTPXRequest

from bot.channels.telegram_lines import EACH, Lines


@pytest.mark.parametrize("at_once", [1, 10, 16])
async def test_requests_wait_their_turn_and_are_shared_out(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way, most, done = Counter[int](), Counter[str](), 0

    async def request(pool: HTTPXRequest, url: str, *_: Any, **__: Any) -> tuple[int, bytes]:
        nonlocal done
        under_way[id(pool)] += 1
        most["all"] = max(most["all"], under_way.total())
        most["a pool"] = max(most["a pool"], under_way[id(pool)])
        await asyncio.sleep(0.002)
        under_way[id(pool)] -= 1
        done += 1
        if url == "breaks":
            raise ConnectionError
        return 200, b""

    monkeypatch.setattr(HTTPXRequest, "do_request", request)
    lines = Lines(1.0, at_once)
    urls = ["fine", "breaks"] * 30
    ended = await asyncio.gather(*(lines.do_request(url, "POST") for url in urls), return_exceptions=True)
    assert done == len(urls)
    assert sum(isinstance(one, ConnectionError) for one in ended) == 30
    assert most["all"] == at_once
    assert most["a pool"] <= EACH
