"""有新消息时提醒我: a browser asks to be knocked for, or not any more."""

from __future__ import annotations

from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.webchat import Refused, WebChat, body_of, limit_body, private
from bot.house import House
from bot.pushes import sound
from bot.throttle import Throttle
from storage import pushes

LIMIT = 5_000  # bytes of what a browser says
PER_MINUTE = 10


class Pushes:
    """Three addresses, all of the session that asks."""

    def __init__(self, house: House, chat: WebChat) -> None:
        self.house = house
        self.chat = chat
        self.throttle = Throttle(PER_MINUTE)

    def routes(self) -> list[Route]:
        return [
            Route("/api/push", self.key, methods=["GET"]),
            Route("/api/push", self.subscribe, methods=["POST"]),
            Route("/api/push/off", self.drop, methods=["POST"]),
        ]

    async def key(self, _request: Request) -> Response:
        """Our public key; a browser gives its push service's address only to who has it."""
        return private({"key": await anyio.to_thread.run_sync(self.house.knocker.key)})

    async def _said(self, request: Request) -> tuple[int, dict[str, Any]]:
        """The mailbox of who asks, and what they say."""
        address = self.chat.writer(request)
        if self.throttle.wait(address):
            raise Refused(429, "web.push_too_often")
        limit_body(request, LIMIT, LIMIT)
        said = await body_of(request)
        address_id = await self.chat.mail.find(address)
        if address_id is None:
            raise Refused(409, "web.push_first")
        return address_id, said

    async def subscribe(self, request: Request) -> Response:
        """Knock here from now on; `old` is the same browser's address before its push service changed it."""
        address_id, said = await self._said(request)
        endpoint, p256dh, auth = (str(said.get(name) or "") for name in ("endpoint", "p256dh", "auth"))
        guard = self.house.knocker.guard
        if not await anyio.to_thread.run_sync(sound, guard, endpoint, p256dh, auth):
            raise Refused(400, "web.push_bad")

        def keep() -> None:
            with self.house.store.begin() as tx:
                if old := str(said.get("old") or ""):
                    pushes.drop(tx, address_id, old)
                pushes.subscribe(tx, address_id, endpoint, p256dh, auth, self.house.clock())

        await anyio.to_thread.run_sync(keep)
        return private({"on": True})

    async def drop(self, request: Request) -> Response:
        """No more knocks here."""
        address_id, said = await self._said(request)

        def forget() -> None:
            with self.house.store.begin() as tx:
                pushes.drop(tx, address_id, str(said.get("endpoint") or ""))

        await anyio.to_thread.run_sync(forget)
        return private({"on": False})
