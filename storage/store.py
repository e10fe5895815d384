"""The database: one engine, short transactions, a writer at a time on SQLite."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from storage.secret import Cipher
from storage.tx import Tx


class Store:
    """Opens transactions. `begin` may write and sees nobody else's half-done work; `read` only looks."""

    def __init__(self, url: str, cipher: Cipher) -> None:
        self.url = make_url(url)
        self.cipher = cipher
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._writer = threading.Lock()
        self.engine = self._sqlite_engine() if self.sqlite else self._postgres_engine()

    def _sqlite_engine(self) -> Engine:
        if self.url.database and self.url.database != ":memory:":
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            self.url,
            pool_size=10,
            max_overflow=20,
            pool_use_lifo=True,  # the few that are used keep their pages and statements, the others none
            hide_parameters=True,
            connect_args={"timeout": 10, "isolation_level": None, "check_same_thread": False},
        )
        event.listen(engine, "connect", _sqlite_pragmas)
        event.listen(engine, "begin", _sqlite_begin)
        return engine

    def _postgres_engine(self) -> Engine:
        url = self.url
        if url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        return create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True, hide_parameters=True)

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """A transaction that may write: all of it is kept when the block ends, or nothing."""
        if not self.sqlite:
            with self.engine.begin() as connection:
                yield Tx(connection, self.cipher)
            return
        with self._writer, self.engine.connect() as connection, connection.begin():
            yield Tx(connection, self.cipher)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A transaction that only reads; it waits for no writer."""
        with self.engine.connect() as fresh:
            connection = fresh.execution_options(only_reads=True)
            with connection.begin():
                yield Tx(connection, self.cipher)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Everything as it is at one moment, however long it is looked at; it waits for no writer."""
        options = {"only_reads": True} if self.sqlite else {"isolation_level": "REPEATABLE READ"}
        with self.engine.connect() as fresh:
            connection = fresh.execution_options(**options)
            with connection.begin():
                yield connection

    def close(self) -> None:
        self.engine.dispose()


CACHE = 2000  # KiB of pages a connection keeps; what is beyond is in the system's own cache


def _sqlite_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"cache_size=-{CACHE}"):
        connection.execute(f"PRAGMA {pragma}").close()


def _sqlite_begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get("only_reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


Unavailable = OperationalError
"""The database did not answer or could not write: nothing was saved."""
