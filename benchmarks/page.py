"""`python -m benchmarks.page`: the phone page on a slow phone and a slow line, beside an empty page.

Chromium's processor is made four times slower. Floor: a page of the same server that loads nothing more.
The service worker is left out: what it fetches is neither slowed down nor counted by the browser's tools.
A page counts as ready when its talk is there and what is written would be sent.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright
from rich.console import Console
from rich.table import Table
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from actions import loading
from nlu.understand import Understanding
from storage import schema
from storage.community_files import read
from storage.secret import Cipher
from storage.store import Store
from tests.conftest import KEY, LOADED, ROOT
from tests.web.browsing import CHROMIUM, FLAGS
from tests.web.serving import Server

TIMES = 7
SLOWER = 4  # times
LINES: dict[str, dict[str, float]] = {  # ms, bytes a second
    "a good line": {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1},
    "a slow line": {"latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8},
}
READY = """
  addEventListener("DOMContentLoaded", () => {
    const sign = document.getElementById("sign");
    const look = () => {
      if (!sign || sign.dataset.state === "online") globalThis.readyAt ??= performance.now();
    };
    if (sign) new MutationObserver(look).observe(sign, { attributes: true });
    look();
  });
"""
FIGURES = """() => ({
  paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null,
  ready: globalThis.readyAt,
})"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One opening of a page: bytes that came, and ms until there was something to see and to do."""

    size: float
    requests: int
    paint: float
    ready: float


def main() -> None:
    table = Table(title=f"the phone page, processor {SLOWER} times slower, median of {TIMES}")
    for name in ("", "kB", "requests", "first paint ms", "ready ms", "above the floor ms"):
        table.add_column(name, justify="left" if not name else "right")
    with _server() as server, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, line in LINES.items():
            floor = _median([_first(chromium, server.url + "/empty", line) for _ in range(TIMES)])
            first = _median([_first(chromium, server.url + "/", line) for _ in range(TIMES)])
            again = _median(_again(chromium, server.url + "/", line))
            for what, found in (("an empty page", floor), ("the first time", first), ("again", again)):
                _row(table, f"{name}, {what}", found, floor)
        chromium.close()
    Console(width=110).print(table)


@contextmanager
def _server() -> Iterator[Server]:
    """The demo community, and one page more."""
    folder = Path(tempfile.mkdtemp())
    store = Store(f"sqlite:///{folder / 'demo.db'}", Cipher(KEY))
    schema.migrate(store)
    loading.load(store, read([ROOT / "demo" / "guangming"]), LOADED)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()

    async def empty(_request: Request) -> HTMLResponse:
        return HTMLResponse("<!doctype html><title>.</title><p>.")

    server = Server(folder / "home", folder / "demo.db", KEY, Understanding.load())
    server.start()
    server.app.router.routes.insert(0, Route("/empty", empty))
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _first(chromium: Browser, url: str, line: dict[str, float]) -> Visit:
    """A phone that has never been here."""
    context = _phone(chromium)
    try:
        return _visit(context, url, line)
    finally:
        context.close()


def _again(chromium: Browser, url: str, line: dict[str, float]) -> list[Visit]:
    """A phone that keeps the page's files, and opens it time and again."""
    context = _phone(chromium)
    page = context.new_page()
    page.goto(url)
    page.wait_for_function("() => globalThis.readyAt !== undefined")
    page.close()
    found = [_visit(context, url, line) for _ in range(TIMES)]
    context.close()
    return found


def _phone(chromium: Browser) -> BrowserContext:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    context.add_init_script(READY)
    return context


def _visit(context: BrowserContext, url: str, line: dict[str, float]) -> Visit:
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setBypassServiceWorker", {"bypass": True})
    devtools.send("Network.emulateNetworkConditions", {"offline": False, **line})
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    came: list[float] = []

    def count(one: dict[str, Any]) -> None:
        if one["encodedDataLength"]:  # what the phone had already does not come over the line
            came.append(one["encodedDataLength"])

    devtools.on("Network.loadingFinished", count)
    page.goto(url)
    page.wait_for_function("() => globalThis.readyAt !== undefined")
    page.wait_for_timeout(200)
    times = page.evaluate(FIGURES)
    page.close()
    return Visit(
        size=sum(came), requests=len(came), paint=times["paint"] or times["ready"], ready=times["ready"]
    )


def _median(visits: list[Visit]) -> Visit:
    def middle(name: str) -> float:
        return statistics.median(float(getattr(one, name)) for one in visits)

    return Visit(
        size=middle("size"), requests=int(middle("requests")), paint=middle("paint"), ready=middle("ready")
    )


def _row(table: Table, name: str, found: Visit, floor: Visit) -> None:
    above = "floor" if found is floor else f"{found.ready - floor.ready:.0f}"
    shown = (
        f"{found.size / 1e3:.1f}",
        str(found.requests),
        f"{found.paint:.0f}",
        f"{found.ready:.0f}",
        above,
    )
    table.add_row(name, *shown)


if __name__ == "__main__":
    main()
