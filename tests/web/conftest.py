"""Servers for the web chat's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nlu.understand import Understanding
from tests.conftest import KEY
from tests.web.serving import Page, Server

NewServer = Callable[..., Server]


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
def page(server: Server) -> Page:
    return server.client()
