"""Servers for the web chat's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from nlu.understand import Understanding
from tests.conftest import KEY
from tests.web.browsing import CHROMIUM, FLAGS, PHONE, Phone
from tests.web.push_service import PushService
from tests.web.serving import Page, Server

NewServer = Callable[..., Server]
OpenPhone = Callable[..., Phone]


@pytest.fixture
def new_server(tmp_path: Path, demo_sqlite: Path, understanding: Understanding) -> Iterator[NewServer]:
    """Starts servers over copies of the demo community; all are stopped in the end."""
    made: list[Server] = []

    def start(**more: Any) -> Server:
        server = Server(tmp_path / f"home{len(made)}", demo_sqlite, KEY, understanding, **more)
        made.append(server)
        server.start()
        return server

    yield start
    for server in made:
        if server.running:
            server.stop()


@pytest.fixture
def server(new_server: NewServer) -> Server:
    return new_server()


@pytest.fixture
def service() -> Iterator[PushService]:
    """A push service on loopback."""
    made = PushService()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def house(new_server: NewServer) -> Server:
    """A server that may knock there."""
    return new_server(push_loopback=True)


@pytest.fixture
def page(server: Server) -> Page:
    return server.client()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_phone(browser: Browser, server: Server) -> Iterator[OpenPhone]:
    """Opens phones; whatever the browser complained about fails the test, unless it was expected."""
    opened: list[Phone] = []

    def open_one(size: tuple[int, int] = PHONE, **more: Any) -> Phone:
        opened.append(Phone.open(browser, server.url, size, **more))
        return opened[-1]

    yield open_one
    complaints = [complaint for phone in opened for complaint in phone.complaints]
    for phone in opened:
        phone.context.close()
    assert complaints == []


@pytest.fixture
def phone(open_phone: OpenPhone) -> Phone:
    return open_phone()
