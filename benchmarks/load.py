"""Sends turns at a steady rate and measures what they cost the server."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

PEOPLE = 40
WORDS = (
    "阳光花园3栋2单元楼道灯不亮",
    "电梯也坏了",
    "阳光花园5栋1单元",
    "我的诉求",
    "你好",
)
SECRET = "benchmark-secret"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server under test."""

    pid: int
    url: str
    started: float  # time.monotonic() when its process was started


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Seconds of CPU a turn, latencies in seconds, memory in bytes, seconds from start to first answer."""

    cpu: float
    p50: float
    p99: float
    memory: int
    first: float


def cpu_of(pid: int) -> float:
    """Seconds of CPU a process has used."""
    cells = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(cells[11]) + int(cells[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


Send = Callable[[httpx.AsyncClient, int], Awaitable[None]]


async def steady(server: Running, send: Send, turns: int, rate: float) -> Figures:
    """A warm-up, then one turn every 1/rate seconds, whether or not the last one is answered."""
    taken: list[float] = []
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:
        await send(client, 0)
        first = time.monotonic() - server.started
        for number in range(1, PEOPLE * 2 + 1):
            await send(client, number)
        before = cpu_of(server.pid)

        async def one(number: int) -> None:
            began = time.perf_counter()
            await send(client, number)
            taken.append(time.perf_counter() - began)

        sending = []
        begin = time.monotonic()
        for i in range(turns):
            await asyncio.sleep(max(0.0, begin + i / rate - time.monotonic()))
            sending.append(asyncio.create_task(one(PEOPLE * 2 + 1 + i)))
        await asyncio.gather(*sending)
        await asyncio.sleep(1)  # replies that are pushed count, too
    cpu = (cpu_of(server.pid) - before) / turns
    taken.sort()
    memory = memory_of(server.pid)
    return Figures(cpu=cpu, p50=taken[turns // 2], p99=taken[int(turns * 0.99)], memory=memory, first=first)


def words(number: int) -> str:
    """The first rounds agree to the notice; then people talk."""
    if PEOPLE < number <= PEOPLE * 2:
        return "同意"
    return WORDS[(number // PEOPLE) % len(WORDS)]


async def telegram_load(server: Running, turns: int, rate: float) -> Figures:
    async def send(client: httpx.AsyncClient, number: int) -> None:
        who = 1000 + number % PEOPLE
        update = {
            "update_id": 10_000 + number,
            "message": {
                "message_id": 100 + number,
                "date": int(time.time()),
                "chat": {"id": who, "type": "private", "first_name": "A"},
                "from": {"id": who, "is_bot": False, "first_name": "A", "language_code": "zh-hans"},
                "text": words(number),
            },
        }
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        answer = await client.post("/telegram", json=update, headers=headers)
        answer.raise_for_status()

    return await steady(server, send, turns, rate)


async def web_load(server: Running, turns: int, rate: float) -> Figures:
    async def send(client: httpx.AsyncClient, number: int) -> None:
        who = f"{number % PEOPLE:043d}"
        body = {"id": f"bench-{number:08d}-0000-0000", "text": words(number)}
        headers = {"Cookie": f"linli={who}", "X-Linli": "1", "Origin": server.url}
        answer = await client.post("/api/messages", json=body, headers=headers)
        answer.raise_for_status()

    return await steady(server, send, turns, rate)
