"""A real server on the loopback with a real house: it can be stopped and started again on the same port."""

from __future__ import annotations

import asyncio
import shutil
import socket
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn

import handlers  # noqa: F401 - registers the flows
from bot.channels.webchat import HEADER
from bot.house import House
from bot.settings import Settings
from nlu.understand import Understanding
from tests.conftest import NOW
from web.app import create_app

_BEGAN = time.monotonic()


def clock() -> datetime:
    """A Monday morning on which the demo community has just been loaded; it goes on as time does."""
    return NOW + timedelta(minutes=1, seconds=time.monotonic() - _BEGAN)


class Server:
    """One process's web chat in a thread of its own. `house` is made new at every start, as after a crash."""

    def __init__(
        self, home: Path, database: Path, key: bytes, understanding: Understanding, **more: Any
    ) -> None:
        home.mkdir(parents=True, exist_ok=True)
        shutil.copy(database, home / "linli.db")
        (home / "linli.key").write_bytes(key)
        self.understanding = understanding
        self.telegram: Any = more.pop("telegram", None)
        self.transcriber: Any = more.pop("transcriber", None)
        self.settings = Settings(_env_file=None, **{"home": home, "mode": "demo", **more})  # type: ignore[call-arg]
        self.ahead = timedelta(0)  # how far its clock has been put forward
        self.port = 0
        self.house: House
        self._thread: threading.Thread | None = None

    def clock(self) -> datetime:
        return clock() + self.ahead

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        ready = threading.Event()
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self.port))
        self.port = listening.getsockname()[1]
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(listening, ready)), daemon=True
        )
        self._thread.start()
        assert ready.wait(20), "the server did not start"

    async def _serve(self, listening: socket.socket, ready: threading.Event) -> None:
        self.house = House(self.settings, self.understanding, clock=self.clock, transcriber=self.transcriber)
        await self.house.start()
        self.app = create_app(self.house, telegram=self.telegram)
        self._server = uvicorn.Server(
            uvicorn.Config(self.app, log_config=None, access_log=False, timeout_graceful_shutdown=5)
        )
        self._loop = asyncio.get_running_loop()
        serving = asyncio.create_task(self._server.serve(sockets=[listening]))
        while not self._server.started:
            await asyncio.sleep(0.01)
        ready.set()
        await serving
        await self.house.stop()

    def stop(self) -> None:
        """Ends in order, as at a deployment; streams must not hold it up."""

        def end() -> None:
            self.app.state.close()
            self._server.should_exit = True

        self._loop.call_soon_threadsafe(end)
        assert self._thread is not None
        self._thread.join(10)
        assert not self._thread.is_alive(), "the server did not end"

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def client(self) -> Page:
        return Page(self.url)


class Page:
    """What the page does, without a browser."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=20)
        self.http.get("/api/messages").raise_for_status()

    def post(self, message_id: str, headers: dict[str, str] | None = None, **said: Any) -> httpx.Response:
        sent = {HEADER: "1", **(headers or {})}
        return self.http.post("/api/messages", json={"id": message_id, **said}, headers=sent)

    def upload(self, message_id: str, files: list[tuple[str, Any]], **said: str) -> httpx.Response:
        return self.http.post(
            "/api/messages", data={"id": message_id, **said}, files=files, headers={HEADER: "1"}
        )

    def say(self, text: str) -> dict[str, Any]:
        """A message and its reply."""
        self.count = getattr(self, "count", 0) + 1
        answer = self.post(f"said-{id(self)}-{self.count}", text=text)
        answer.raise_for_status()
        return dict(answer.json())

    def messages(self, **query: int) -> list[dict[str, Any]]:
        return list(self.http.get("/api/messages", params=query).raise_for_status().json()["messages"])

    def be(self, key: str) -> None:
        """Becomes somebody of the demo's roster."""
        assert self.http.get(f"/demo/as/{key}").status_code == 303
