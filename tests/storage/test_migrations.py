"""From nothing to this version's schema, on each database."""

from __future__ import annotations

import os
import subprocess
import sys

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from storage import schema
from storage.store import Store
from storage.tables import metadata
from tests.conftest import KEY, ROOT


def test_the_migrations_make_the_tables_the_code_names(bare: Store) -> None:
    schema.migrate(bare)
    with bare.engine.connect() as connection:
        assert schema.current(connection) == schema.head()
        found = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(found, metadata) == []
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}


def test_ids_are_never_given_twice(bare: Store) -> None:
    """Building a table anew on SQLite forgets it unless it is told."""
    schema.migrate(bare)
    with bare.engine.connect() as connection:
        if bare.sqlite:
            made = dict(connection.exec_driver_sql("SELECT name, sql FROM sqlite_master").fetchall())
            kept = [t.name for t in metadata.tables.values() if t.dialect_options["sqlite"]["autoincrement"]]
            assert [name for name in kept if "AUTOINCREMENT" not in made[name]] == []


def test_migrating_again_changes_nothing(bare: Store) -> None:
    for _ in range(2):
        schema.migrate(bare)
        with bare.engine.connect() as connection:
            assert schema.current(connection) == schema.head()


def test_foreign_keys_hold_after_a_migration(bare: Store) -> None:
    schema.migrate(bare)
    if bare.sqlite:
        with bare.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_processes_that_migrate_at_once_wait_for_each_other(bare_url: str) -> None:
    code = (
        "import sys\nfrom storage import schema\n"
        "from storage.secret import Cipher\nfrom storage.store import Store\n"
        "schema.migrate(Store(sys.argv[1], Cipher(sys.argv[2].encode())))"
    )
    command = [sys.executable, "-c", code, bare_url, KEY.decode()]
    running = [
        subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, env=dict(os.environ)) for _ in range(3)
    ]
    ended = [(process.communicate(timeout=60)[1], process.returncode) for process in running]
    assert all(code == 0 for _, code in ended), ended
