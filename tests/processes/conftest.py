"""A home with the demo community, loaded now: roles and deadlines count from the real clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actions import loading
from nlu.classify import StaleModel
from nlu.corpus import MODEL
from nlu.train import train
from nlu.understand import Understanding
from storage import schema
from storage.community_files import read
from storage.secret import Cipher
from storage.store import Store
from tests.conftest import KEY, ROOT
from tests.telegram.bot_api import BotApi, Server


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model that fits the examples in the tree."""
    try:
        Understanding.load(MODEL)
        return MODEL
    except StaleModel:
        own = tmp_path_factory.mktemp("model")
        train(ROOT / "nlu" / "examples", own)
        return own


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of an installation; its database is `linli.db`."""
    (tmp_path / "linli.key").write_bytes(KEY)
    (tmp_path / "linli.key").chmod(0o600)
    store = opened(tmp_path)
    schema.migrate(store)
    loading.load(store, read([ROOT / "demo" / "guangming"]), datetime.now(UTC))
    store.close()
    return tmp_path


def opened(home: Path) -> Store:
    return Store(f"sqlite:///{home / 'linli.db'}", Cipher(KEY))


@pytest.fixture
def bot_api() -> Iterator[BotApi]:
    server = Server()
    server.start()
    yield server.new_bot()
    server.stop()
