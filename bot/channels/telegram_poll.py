"""Two ways to take updates so that none is lost: our own polling loop and the webhook's door."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from telegram.error import Conflict, RetryAfter, TelegramError

from bot.channels.telegram_send import wait_of
from bot.channels.telegram_updates import line_of

log = logging.getLogger(__name__)

RawUpdate = dict[str, Any]
Take = Callable[[RawUpdate], Awaitable[None]]
"""Handles one update; when it returns, the update may be acknowledged. It raises when nothing was saved."""

HEADER = "X-Telegram-Bot-Api-Secret-Token"
BODY_LIMIT = 1_000_000  # bytes; Telegram's updates are some kilobytes
RETRY_AFTER = "5"  # seconds
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_T = TypeVar("_T")


@dataclass(slots=True, kw_only=True)
class Poller:
    """Fetches one page at a time; the offset moves only past updates that `take` has returned from."""

    fetch_page: Callable[[int | None, int], Awaitable[list[RawUpdate]]]  # offset, seconds to wait
    take: Take
    poll_seconds: int = 25
    at_once: int = 8  # chats handled at the same time
    first_wait: float = 1.0  # seconds, doubling up to:
    longest_wait: float = 60.0
    _offset: int | None = None
    _done: set[int] = field(default_factory=set)
    _wait: float = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Polls until `stop`; then finishes what it has begun and acknowledges it."""
        while not stop.is_set():
            try:
                page = await _unless(stop, self.fetch_page(self._offset, self.poll_seconds))
            except TelegramError as error:
                await self._rest(stop, _explain(error))
                continue
            if page is None:
                break
            before = len(self._done)
            complete = await self._handle(page, stop)
            if complete or len(self._done) > before:  # others were saved: only this chat is in trouble
                self._wait = 0.0
            if not complete and not stop.is_set():
                await self._rest(stop, 0.0)
        if self._offset is not None:
            with contextlib.suppress(TelegramError):
                await self.fetch_page(self._offset, 0)

    async def _handle(self, page: list[RawUpdate], stop: asyncio.Event) -> bool:
        """Takes a page, chats side by side and each chat in order; False when something must come again."""
        lines: dict[str, list[RawUpdate]] = {}
        for raw in page:
            lines.setdefault(line_of(raw), []).append(raw)
        gate = asyncio.Semaphore(self.at_once)
        await asyncio.gather(*(self._line(line, gate, stop) for line in lines.values()))
        return self._advance(sorted(raw["update_id"] for raw in page))

    async def _line(self, updates: list[RawUpdate], gate: asyncio.Semaphore, stop: asyncio.Event) -> None:
        async with gate:
            for raw in sorted(updates, key=lambda update: int(update["update_id"])):
                number = raw["update_id"]
                if number in self._done:
                    continue
                if stop.is_set():
                    return
                try:
                    await self.take(raw)
                except Exception as error:
                    log.warning("update %s was not saved (%s): it stays unread", number, type(error).__name__)
                    return
                self._done.add(number)

    def _advance(self, numbers: list[int]) -> bool:
        """Moves the offset past the leading updates that are done.

        After an empty page everything is acknowledged and the offset is forgotten, because
        after a quiet week Telegram may go on with a smaller number.
        """
        if not numbers:
            self._offset = None
        for number in numbers:
            if number not in self._done:
                return False
            self._offset = number + 1
        self._done.clear()
        return True

    async def _rest(self, stop: asyncio.Event, at_least: float) -> None:
        self._wait = min(max(self._wait * 2, self.first_wait), self.longest_wait)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), max(self._wait, at_least))


def _explain(error: TelegramError) -> float:
    """Says in the log why there are no updates; returns the seconds to wait at least."""
    if isinstance(error, RetryAfter):
        log.warning("Telegram asks us to wait %s s before the next page", wait_of(error))
        return wait_of(error)
    if isinstance(error, Conflict):
        log.error("another process takes this bot's updates (409): only one may run; %s", error.message)
    else:
        log.warning("no updates from Telegram: %s: %s", type(error).__name__, error.message)
    return 0.0


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, _T] | Awaitable[_T]) -> _T | None:
    """What `work` gives, or None when `stop` came first."""
    task = asyncio.ensure_future(work)
    halt = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, halt}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        task.cancel()
        halt.cancel()
        await asyncio.gather(task, halt, return_exceptions=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """The webhook's door, without a web framework. Raises ValueError for a secret Telegram would not take."""

    secret: str = field(repr=False)
    take: Take

    def __post_init__(self) -> None:
        if not _SECRET.fullmatch(self.secret):
            raise ValueError("the webhook secret needs 1 to 256 of A-Z a-z 0-9 _ -")

    async def handle_update(self, body: bytes, secret_header: str | None) -> tuple[int, dict[str, str]]:
        """Status and headers of the answer; 200 only after the turn was committed, 503 when it was not."""
        given = (secret_header or "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self.secret.encode()):
            return 401, {}
        if len(body) > BODY_LIMIT:
            return 413, {}
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            return 400, {}
        if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
            return 400, {}
        try:
            await self.take(raw)
        except Exception as error:
            log.warning("update %s was not saved (%s): 503", raw["update_id"], type(error).__name__)
            return 503, {"Retry-After": RETRY_AFTER}
        return 200, {}
