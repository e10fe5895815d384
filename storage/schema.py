"""Brings a database to the schema this version needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from storage.store import Store

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK = 7165421  # any number: migrations of one PostgreSQL database wait for each other


def migrate(store: Store, to: str = "head") -> None:
    """Runs the migrations that are missing. Foreign keys are off on SQLite meanwhile:
    rebuilding a parent table would silently delete its children."""
    with store.engine.connect() as connection:
        if store.sqlite:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if current(connection) != head():
            from alembic import command

            command.upgrade(_config(connection), to)
        connection.commit()
        if store.sqlite:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
            connection.exec_driver_sql("BEGIN")


def current(connection: Connection) -> str:
    """The revision a database is at, empty for a new one."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def head() -> str:
    """The revision this version of the code needs."""
    files = sorted((Path(__file__).parent / "migrations" / "versions").glob("[0-9]*.py"))
    return files[-1].stem.split("_")[0]


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
