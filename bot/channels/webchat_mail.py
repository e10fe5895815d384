"""The mailbox behind the web chat: reading it, and waiting for what comes next. No web framework here."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import anyio.to_thread

from bot.house import Hub
from storage import cases, outbox, people, pushes, reach
from storage.store import Store, Unavailable
from storage.tx import Tx

CHANNEL = "web"
SWEEP = 2.0  # seconds until what another process has posted is seen
NEWEST = 50  # messages of a first look, and of one step back
AT_ONCE = 200  # messages of one answer
T = TypeVar("T")


@dataclass(eq=False, slots=True)
class _Waiter:
    """Somebody who waits for a mailbox to go past a cursor."""

    address_id: int
    cursor: int
    woken: asyncio.Event = field(default_factory=asyncio.Event)


class Mailboxes:
    """All mailboxes of the web chat. Who waits is woken by this process or by a look at the database."""

    def __init__(self, store: Store, hub: Hub) -> None:
        self.closed = False
        self._store = store
        self._hub = hub
        self._waiters: set[_Waiter] = set()
        self._sweeper: asyncio.Task[None] | None = None

    def close(self) -> None:
        """Lets everybody go who waits."""
        self.closed = True
        for waiter in self._waiters:
            waiter.woken.set()

    async def find(self, address: str) -> int | None:
        """The mailbox of an address; none before its first message."""
        return await self._read(lambda tx: outbox.find_address(tx, CHANNEL, address)) if address else None

    async def owner(self, address: str) -> int | None:
        """Whose mailbox it is."""

        def look(tx: Tx) -> int | None:
            address_id = outbox.find_address(tx, CHANNEL, address)
            row = people.address_row(tx, address_id) if address_id is not None else None
            return row.person_id if row is not None else None

        return await self._read(look) if address else None

    async def look(self, address: str, *, after: int = -1, before: int = 0) -> dict[str, Any]:
        """A piece of a mailbox, oldest first, and whether there is more in that direction."""

        return await self._read(
            lambda tx: _piece(tx, outbox.find_address(tx, CHANNEL, address), after=after, before=before)
        )

    async def written(self, address: str, after: int, now: datetime) -> tuple[int | None, dict[str, Any]]:
        """What a page gets that has just written, and whose mailbox it is: in one look at the database."""

        def look() -> tuple[int | None, dict[str, Any]]:
            with self._store.read() as tx:
                address_id = outbox.find_address(tx, CHANNEL, address)
                arrived = address_id is not None and after > 0 and _new_to(tx, address_id, after)
                piece = _piece(tx, address_id, after=after)
            if address_id is not None and arrived:
                self._note(address_id, after, now)
            return address_id, piece

        return await anyio.to_thread.run_sync(look)

    async def fetched(self, address_id: int, upto: int, now: datetime) -> None:
        """The page has everything up to this message: answers among it have arrived."""

        def note() -> None:
            with self._store.read() as tx:
                arrived = _new_to(tx, address_id, upto)
            if arrived:
                self._note(address_id, upto, now)

        if upto > 0:
            await anyio.to_thread.run_sync(note)

    def _note(self, address_id: int, upto: int, now: datetime) -> None:
        with self._store.begin() as tx:
            pushes.fetched(tx, address_id, upto)
            for one in reach.unread(tx, address_id, upto):
                outbox.mark(tx, one.id, read_at=now)

    async def follow(self, address_id: int, cursor: int, seconds: float) -> list[dict[str, Any]]:
        """Messages after a cursor as soon as there are any; none when the time is over."""
        waiter = _Waiter(address_id, cursor)
        self._waiters.add(waiter)
        if self._sweeper is None or self._sweeper.done():
            self._sweeper = asyncio.create_task(self._sweep())
        posted = asyncio.ensure_future(self._hub.wait(address_id, seconds))
        posted.add_done_callback(lambda _: waiter.woken.set())
        try:
            rows = await self._after(address_id, cursor)
            if not rows and not self.closed:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(waiter.woken.wait(), seconds)
                rows = await self._after(address_id, cursor)
            return rows
        finally:
            posted.cancel()
            self._waiters.discard(waiter)

    async def _after(self, address_id: int, cursor: int) -> list[dict[str, Any]]:
        return await self._read(
            lambda tx: [_shown(tx, row) for row in outbox.mail_since(tx, address_id, cursor, AT_ONCE)]
        )

    async def _sweep(self) -> None:
        """One look at the database for all who wait: what another process has posted arrives, too."""
        while self._waiters and not self.closed:
            await asyncio.sleep(SWEEP)
            with contextlib.suppress(Unavailable):
                newest = await self._newest(sorted({waiter.address_id for waiter in self._waiters}))
                for waiter in self._waiters:
                    if newest.get(waiter.address_id, 0) > waiter.cursor:
                        waiter.woken.set()

    async def _newest(self, address_ids: list[int]) -> dict[int, int]:
        return await self._read(lambda tx: outbox.waiting_mail(tx, address_ids))

    async def _read(self, look: Callable[[Tx], T]) -> T:
        def in_thread() -> T:
            with self._store.read() as tx:
                return look(tx)

        return await anyio.to_thread.run_sync(in_thread)


def _new_to(tx: Tx, address_id: int, upto: int) -> bool:
    """Whether it is news that a page has everything up to this message."""
    return pushes.behind(tx, address_id, upto) or bool(reach.unread(tx, address_id, upto))


def _piece(tx: Tx, address_id: int | None, *, after: int, before: int = 0) -> dict[str, Any]:
    if address_id is None:
        return {"messages": [], "more": False, "known": False}
    if after >= 0:
        rows, limit = outbox.mail_since(tx, address_id, after, AT_ONCE), AT_ONCE
    else:
        rows, limit = outbox.mail_before(tx, address_id, before or None, NEWEST), NEWEST
    return {"messages": [_shown(tx, row) for row in rows], "more": len(rows) == limit, "known": True}


def _shown(tx: Tx, row: Any) -> dict[str, Any]:
    """A message as the page reads it; a file is an address to ask us for it, never its content."""
    about = {"id": row.id, "mine": row.mine, "client_id": row.client_id, "at": row.at.isoformat()}
    found = [cases.file_row(tx, key) for key in row.body.get("files", ())]
    return {
        **row.body,
        **about,
        "files": [{"url": f"/files/{file.id}", "mime": file.mime} for file in found if file is not None],
    }
