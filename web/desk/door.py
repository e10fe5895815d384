"""The door of the desk: a link or a code from the chat, then six digits that come by chat."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions import signing_in
from bot.channels.webchat import limit_body, locale_of
from domain.errors import WrongCode
from web.desk.gate import FORM, Gate

SPAN = timedelta(minutes=10)
WRONG_FROM_ONE = 10  # wrong codes from one machine within the span
WRONG_IN_ALL = 200
_REMEMBERED = 5_000  # machines


class Brake:
    """Counts wrong codes, so that they cannot be guessed. Links are too long to guess and are not counted."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._all: deque[tuple[datetime, str]] = deque(maxlen=_REMEMBERED)

    def on(self, machine: str) -> bool:
        """Whether this machine has to wait."""
        since = self._clock() - SPAN
        while self._all and self._all[0][0] < since:
            self._all.popleft()
        mine = sum(1 for _, one in self._all if one == machine)
        return mine >= WRONG_FROM_ONE or len(self._all) >= WRONG_IN_ALL

    def wrong(self, machine: str) -> None:
        self._all.append((self._clock(), machine))


class Door:
    """Signing in and out."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.house = gate.house
        self.brake = Brake(gate.house.clock)

    def routes(self) -> list[Route]:
        return [
            Route("/desk/in", self.show, methods=["GET"]),
            Route("/desk/in/{link}", self.show, methods=["GET"]),
            Route("/desk/in", self.knock, methods=["POST"]),
            Route("/desk/number", self.ask, methods=["GET"]),
            Route("/desk/number", self.verify, methods=["POST"]),
            Route("/desk/out", self.leave, methods=["POST"]),
        ]

    def _page(self, request: Request, status: int = 200, **facts: Any) -> Response:
        known = {"link": "", "asks": "code", "wrong": ""}
        return self.gate.look.page("door.html", request, locale_of(request), status, **(known | facts))

    async def show(self, request: Request) -> Response:
        """The door. A link is used by the button alone: a program that previews links opens nothing."""
        return self._page(request, link=request.path_params.get("link", "")[:64])

    async def knock(self, request: Request) -> Response:
        """A link or a code; what follows are six digits."""
        form = await self._form(request)
        link, code = str(form.get("link", ""))[:64], str(form.get("code", ""))[:32]
        machine = request.client.host if request.client else ""
        if not link and self.brake.on(machine):
            return self._page(request, 429, wrong="wait")
        try:
            token = await anyio.to_thread.run_sync(self._knock, link, code)
        except WrongCode:
            if not link:
                self.brake.wrong(machine)
            return self._page(request, 403, wrong="pass")
        self.house.conversation.stirred()
        response = RedirectResponse("/desk/number", 303)
        self.gate.keep(response, token)
        return response

    def _knock(self, link: str, code: str) -> str:
        with self.house.store.begin() as tx:
            return signing_in.knock(tx, self.house.clock(), link=link, code=code)

    async def _form(self, request: Request) -> dict[str, Any]:
        limit_body(request, FORM, FORM)
        self.gate.check_origin(request)
        async with request.form(max_files=0, max_fields=10) as form:
            return dict(form)

    async def ask(self, request: Request) -> Response:
        """Six digits, please."""

        def waits() -> bool:
            with self.house.store.read() as tx:
                return signing_in.waits(tx, self.gate.token(request), self.house.clock())

        if not await anyio.to_thread.run_sync(waits):
            return RedirectResponse("/desk/in", 303)
        return self._page(request, asks="number")

    async def verify(self, request: Request) -> Response:
        """The six digits; after five wrong ones a new pass is needed."""
        form = await self._form(request)
        token, number = self.gate.token(request), str(form.get("number", ""))[:16]

        def check() -> tuple[str | None, bool]:
            with self.house.store.begin() as tx:
                fresh = signing_in.verify(tx, token, number, self.house.clock())
                return fresh, fresh is None and signing_in.waits(tx, token, self.house.clock())

        fresh, again = await anyio.to_thread.run_sync(check)
        if fresh is None:
            return self._page(
                request, 403, asks="number" if again else "code", wrong="number" if again else "over"
            )
        response = RedirectResponse("/desk", 303)
        self.gate.keep(response, fresh)
        return response

    async def leave(self, request: Request) -> Response:
        """Signs out; the form's token is not needed for leaving."""
        self.gate.check_origin(request)

        def end() -> None:
            with self.house.store.begin() as tx:
                signing_in.leave(tx, self.gate.token(request), self.house.clock())

        await anyio.to_thread.run_sync(end)
        response = RedirectResponse("/desk/in", 303)
        self.gate.forget(response)
        return response
