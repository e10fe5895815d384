"""What a process that runs for months holds: one heap for all its threads, and free pages go back.

glibc gives each thread a heap of its own that only grows, and keeps what is freed between two things in use.
Where the C library is another one, both are left alone.
"""

from __future__ import annotations

import asyncio
import ctypes
from collections.abc import Callable

M_ARENA_MAX = -8  # of glibc's malloc.h
EVERY = 60  # seconds


def one_heap() -> None:
    """What one thread gives back serves the others; to be called before there are others."""
    if (mallopt := _of_glibc("mallopt")) is not None:
        mallopt(M_ARENA_MAX, 1)


async def give_back() -> None:
    """Hands free pages back to the system, again and again, until it is cancelled."""
    trim = _of_glibc("malloc_trim")
    while trim is not None:
        await asyncio.sleep(EVERY)
        await asyncio.to_thread(trim, 0)


def _of_glibc(name: str) -> Callable[..., int] | None:
    return getattr(ctypes.CDLL(None), name, None)
