"""A strict Bot API on loopback: keeps what it accepts, refuses what the real one refuses, fails to order."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.telegram import bot_api_methods as methods
from tests.telegram.bot_api_people import People, chat_of
from tests.telegram.bot_api_rules import check
from tests.telegram.bot_api_table import METHODS

Params = dict[str, str]


@dataclass(slots=True, kw_only=True)
class Call:
    """One request as it came and how it was answered (status 0: not at all)."""

    method: str
    params: Params
    files: dict[str, bytes] = field(default_factory=dict)
    status: int = 0
    answer: dict[str, Any] = field(default_factory=dict)
    at: float = 0.0  # seconds on the monotonic clock


@dataclass(slots=True, kw_only=True)
class Fault:
    """Something to go wrong, for the next `times` calls of a method (and chat)."""

    kind: str  # flood | blocked | migrated | error | page | hang | drop | refuse
    method: str = "sendMessage"
    chat: int | None = None
    times: int = 1
    retry_after: int = 0  # seconds
    to: int = 0  # the chat's new number
    status: int = 500
    description: str = "Internal Server Error"
    seconds: float = 0.0  # how long to hang


class _Dropped(Response):
    """Closes the connection in the middle of an answer that never comes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-length", b"100")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


class BotApi(People):
    """One bot's side of the server; the tests act as its users."""

    def __init__(self, token: str, url: str) -> None:
        super().__init__()
        self.token, self.url = token, url
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.webhook: Params = {}
        self.webhook_log: list[tuple[int, int]] = []  # update_id, status (0: no answer)
        self.confirmed: set[int] = set()
        self.chaos: random.Random | None = None  # pages come doubled and shuffled
        self.manual = False  # the test itself posts to the webhook
        self.heard: Callable[[Call], None] = lambda call: None  # told of a request before it is answered
        self._settled = 0  # so many updates from the beginning are acknowledged
        self.waiting = 0  # number of the getUpdates call that holds the line
        self._allowed: list[str] = []

    def fault(self, kind: str, **more: Any) -> Fault:
        """Orders a fault; see `Fault`."""
        self.faults.append(Fault(kind=kind, **more))
        return self.faults[-1]

    def called(self, method: str) -> list[Call]:
        """The calls of a method so far, refused ones too."""
        return [call for call in self.calls if call.method == method]

    def pending(self) -> list[dict[str, Any]]:
        """The updates that nobody has acknowledged."""
        with self.lock:
            while self._settled < len(self.updates) and self._is_settled(self._settled):
                self._settled += 1
            return [u for u in self.updates[self._settled :] if u["update_id"] not in self.confirmed]

    def _is_settled(self, at: int) -> bool:
        return self.updates[at]["update_id"] in self.confirmed

    async def answer(self, name: str, params: Params, files: dict[str, bytes]) -> Response:
        """Carries out one request as the real server would."""
        if name not in METHODS:
            return _refuse(404, "Not Found")
        call = Call(method=name, params=params, files=files, at=time.monotonic())
        self.calls.append(call)
        self.heard(call)
        fault = self._fault(name, params)
        if fault is not None and (refusal := await self._go_wrong(fault)) is not None:
            return self._log(call, refusal)
        if wrong := check(name, params, files):
            return self._log(call, _refuse(400, f"Bad Request: {wrong}"))
        try:
            result = await self._carry_out(name, params, files)
        except methods.Refused as refused:
            return self._log(call, _refuse(refused.status, refused.description))
        response: Response = JSONResponse({"ok": True, "result": result})
        return self._log(call, _Dropped() if fault is not None and fault.kind == "drop" else response)

    async def _carry_out(self, name: str, params: Params, files: dict[str, bytes]) -> Any:
        if name == "getUpdates":
            return await self._get_updates(params)
        with self.lock:
            return methods.TABLE[name](self, params, files)

    def _log(self, call: Call, response: Response) -> Response:
        if not isinstance(response, _Dropped):
            call.status = response.status_code
            call.answer = json.loads(bytes(response.body)) if isinstance(response, JSONResponse) else {}
        return response

    def _fault(self, name: str, params: Params) -> Fault | None:
        for fault in self.faults:
            if fault.method == name and str(fault.chat or "") in ("", params.get("chat_id", "")):
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    async def _go_wrong(self, fault: Fault) -> Response | None:
        if fault.kind == "hang":
            await asyncio.sleep(fault.seconds)
        if fault.kind == "refuse":
            return _Dropped()
        if fault.kind == "page":
            return Response("<html>502 Bad Gateway</html>", 502)
        if fault.kind == "flood":
            said = f"Too Many Requests: retry after {fault.retry_after}"
            return _refuse(429, said, retry_after=fault.retry_after)
        if fault.kind == "blocked":
            return _refuse(403, "Forbidden: bot was blocked by the user")
        if fault.kind == "migrated":
            said = "Bad Request: group chat was upgraded to a supergroup chat"
            return _refuse(400, said, migrate_to_chat_id=fault.to)
        return _refuse(fault.status, fault.description) if fault.kind == "error" else None

    async def _get_updates(self, params: Params) -> list[dict[str, Any]]:
        if self.webhook:
            raise methods.Refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active;"
                " use deleteWebhook to delete the webhook first",
            )
        self.waiting += 1
        mine = self.waiting
        self._confirm(int(params.get("offset", "0")))
        self._allowed = json.loads(params.get("allowed_updates", json.dumps(self._allowed)))
        until = time.monotonic() + int(params.get("timeout", "0"))
        while True:
            if self.waiting != mine:
                raise methods.Refused(
                    409,
                    "Conflict: terminated by other getUpdates request;"
                    " make sure that only one bot instance is running",
                )
            page = [u for u in self.pending() if not self._allowed or self._allowed_kind(u)]
            if page or time.monotonic() >= until:
                return self._shuffled(page[: int(params.get("limit", "100"))])
            await asyncio.sleep(0.01)

    def _allowed_kind(self, update: dict[str, Any]) -> bool:
        return any(kind in update for kind in self._allowed)

    def _confirm(self, offset: int) -> None:
        with self.lock:
            if offset < 0:
                offset = self.updates[offset]["update_id"] if -offset <= len(self.updates) else 0
            self.confirmed.update(u["update_id"] for u in self.pending() if u["update_id"] < offset)

    def _shuffled(self, page: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if self.chaos is not None:
            page = page * 2
            self.chaos.shuffle(page)
        return page

    async def push_updates(self) -> None:
        """Posts what is pending to the webhook, chats in order, trying again after anything but 2xx."""
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            while self.webhook and not self.manual:
                failed: set[int] = set()
                for update in self.pending():
                    who = chat_of(update)
                    if who in failed or not self.webhook:
                        continue
                    status = await self._post(client, update)
                    self.webhook_log.append((update["update_id"], status))
                    if 200 <= status < 300:
                        self.confirmed.add(update["update_id"])
                    else:
                        failed.add(who)
                await asyncio.sleep(0.05 if failed else 0.01)

    async def _post(self, client: httpx.AsyncClient, update: dict[str, Any]) -> int:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        try:
            return (await client.post(self.webhook["url"], json=update, headers=headers)).status_code
        except httpx.HTTPError:
            return 0


def _refuse(status: int, description: str, **parameters: int) -> JSONResponse:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return JSONResponse(body | ({"parameters": parameters} if parameters else {}), status)


class Server:
    """The HTTP side, in a thread of its own; `new_bot()` gives each test a fresh bot."""

    def __init__(self) -> None:
        routes = [
            Route("/bot{token}/{method}", self._method, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._file),
        ]
        config = uvicorn.Config(Starlette(routes=routes), log_config=None, lifespan="off", access_log=False)
        self._server = uvicorn.Server(config)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._bots: dict[str, BotApi] = {}
        self._pushing: set[asyncio.Task[None]] = set()
        run = self._server.run
        self._thread = threading.Thread(target=run, kwargs={"sockets": [self._socket]}, daemon=True)

    def start(self) -> None:
        """Returns when it accepts connections."""
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)

    def stop(self) -> None:
        """Stops at once, whoever is waiting."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(5)

    def new_bot(self) -> BotApi:
        """A bot of its own, with a token nobody else has."""
        number = 700_000 + len(self._bots)
        api = BotApi(f"{number}:{random.getrandbits(128):032x}-x", self.url)
        self._bots[api.token] = api
        return api

    async def _method(self, request: Request) -> Response:
        api = self._bots.get(request.path_params["token"])
        if api is None:
            return _refuse(401, "Unauthorized")
        name = request.path_params["method"]
        params, files = await _read(request)
        response = await api.answer(name, params, files)
        if name == "setWebhook" and response.status_code == 200 and api.webhook:
            task = asyncio.ensure_future(api.push_updates())
            self._pushing.add(task)
            task.add_done_callback(self._pushing.discard)
        return response

    async def _file(self, request: Request) -> Response:
        api = self._bots.get(request.path_params["token"])
        data = api.stored(request.path_params["path"]) if api else None
        return Response(data) if data is not None else _refuse(404, "Not Found")


async def _read(request: Request) -> tuple[Params, dict[str, bytes]]:
    """Parameters from the address and the form, files from the form's parts."""
    params, files = dict(request.query_params), {}
    if request.headers.get("content-type", "").startswith("application/json"):
        told = await request.json()
        return params | {k: v if isinstance(v, str) else json.dumps(v) for k, v in told.items()}, {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            params[name] = value
        else:
            files[name] = await value.read()
    return params, files
