"""What every trial needs: a loaded database to copy, the model, a Bot API server, perhaps PostgreSQL."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from actions import loading
from storage import schema
from storage.community_files import read
from storage.secret import Cipher
from storage.store import Store
from tests import postgres
from tests.conftest import KEY, ROOT
from tests.faults.world import World, world
from tests.telegram.bot_api import Server


@dataclass(slots=True, kw_only=True)
class Stage:
    """`folder` holds everything that the trials write."""

    folder: Path
    template: Path
    model: Path
    server: Server
    cluster: postgres.Cluster | None = None
    _made: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @contextmanager
    def world(self, *, on_postgres: bool = False, **settings: str) -> Iterator[World]:
        """A fresh installation with the demo community."""
        folder = self.folder / f"world{next(self._made)}"
        if on_postgres:
            assert self.cluster is not None
            settings["DATABASE"] = self.cluster.url(self.cluster.create())
            load(settings["DATABASE"])
        with world(folder, self.template, self.model, self.server, **settings) as one:
            yield one


def load(url: str) -> None:
    """The demo community: roles and deadlines count from the real clock, whatever it jumps."""
    store = Store(url, Cipher(KEY))
    schema.migrate(store)
    loading.load(store, read([ROOT / "demo" / "guangming"]), datetime.now(UTC) - timedelta(days=2))
    if store.sqlite:
        with store.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()


def loaded(folder: Path) -> Path:
    """An SQLite file to copy."""
    file = folder / "loaded.db"
    load(f"sqlite:///{file}")
    return file
