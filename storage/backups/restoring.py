"""Putting a backup into an empty place: checked first, then written, then read again and compared."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from sqlalchemy import Connection, Table, func, insert, inspect, select, text

from storage import schema
from storage.backups import archive
from storage.backups.archive import BadBackup, Fault, Manifest
from storage.backups.taking import Progress
from storage.secret import Cipher
from storage.store import Store

SKIPPED = 1_000_000
"""Ids that are not given again: what was said after the backup may have named the next ones. An old button
must not open another's case, and a page that has read up to a message must not miss new ones."""


def check(path: Path, cipher: Cipher, progress: Progress) -> Manifest:
    """Reads the whole archive and compares every digest. Raises BadBackup."""
    with archive.opened(path) as found:
        manifest = archive.read_manifest(found, cipher, schema.head())
        for number, (name, content) in enumerate(manifest.tables.items()):
            progress("check", number, len(manifest.tables))
            if archive.digest_of(found, archive.name_of(name)) != content.sha256:
                raise BadBackup(Fault.CHANGED, archive.name_of(name))
        kept = [name for name in found.namelist() if name.startswith("files/")]
        for number, name in enumerate(kept):
            progress("check files", number, len(kept))
            if archive.digest_of(found, name) != name.removeprefix("files/"):
                raise BadBackup(Fault.CHANGED, name)
        if len(kept) != manifest.files:
            raise BadBackup(Fault.CHANGED, "files/")
        if manifest.learned and archive.digest_of(found, archive.LEARNED) != manifest.learned:
            raise BadBackup(Fault.CHANGED, archive.LEARNED)
    return manifest


def must_be_empty(store: Store, files: Path) -> None:
    """Raises BadBackup where anything stands already."""
    if files.exists() and any(files.iterdir()):
        raise BadBackup(Fault.FILES_NOT_EMPTY, str(files))
    if store.sqlite and store.url.database and not Path(store.url.database).exists():
        return
    with store.engine.connect() as connection:
        if inspect(connection).get_table_names():
            raise BadBackup(Fault.DATABASE_NOT_EMPTY, store.url.render_as_string(hide_password=True))


def put_back(
    path: Path, store: Store, files: Path, learned: Path, manifest: Manifest, progress: Progress, *, skip: int
) -> None:
    """Writes files and rows, compares them with the manifest, and brings the schema up to date.

    `skip`: ids that are left out after the last one of each table. Raises BadBackup.
    """
    schema.migrate(store, manifest.revision)
    with archive.opened(path) as found:
        _files(found, files, learned, progress)
        with store.engine.connect() as connection:
            if store.sqlite:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            _rows(found, connection, manifest, progress, skip=skip)
            connection.commit()
            if store.sqlite:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")
                connection.exec_driver_sql("BEGIN")
    schema.migrate(store)


def undo(store: Store, manifest: Manifest, files: Path, learned: Path) -> None:
    """Takes away what a restore that failed has written into a place that was empty."""
    for folder in sorted(files.glob("??")):
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
    if manifest.learned:
        learned.unlink(missing_ok=True)
    if store.sqlite and store.url.database:
        store.close()
        for end in ("", "-wal", "-shm"):
            Path(f"{store.url.database}{end}").unlink(missing_ok=True)
        return
    with store.engine.begin() as connection:
        for name in inspect(connection).get_table_names():
            connection.exec_driver_sql(f'DROP TABLE "{name}" CASCADE')


def _files(found: zipfile.ZipFile, files: Path, learned: Path, progress: Progress) -> None:
    names = [name for name in found.namelist() if name.startswith("files/")]
    for number, name in enumerate(names):
        progress("files", number, len(names))
        sha = name.removeprefix("files/")
        content = found.read(name)
        if hashlib.sha256(content).hexdigest() != sha:
            raise BadBackup(Fault.CHANGED, name)
        into = files / sha[:2] / sha
        into.parent.mkdir(parents=True, exist_ok=True)
        into.write_bytes(content)
    if archive.LEARNED in found.namelist():
        learned.parent.mkdir(parents=True, exist_ok=True)
        learned.write_bytes(found.read(archive.LEARNED))


def _rows(
    found: zipfile.ZipFile, connection: Connection, manifest: Manifest, progress: Progress, *, skip: int
) -> None:
    tables = archive.tables_of(connection)
    sqlite = connection.dialect.name == "sqlite"
    links = [] if sqlite else _loosen(connection, tables)
    for name, content in manifest.tables.items():
        table = tables[name]
        connection.execute(table.delete())  # what the migrations put in stands in the backup, too
        done = 0
        for page in archive.pages(found, table, content.columns, naive=sqlite):
            connection.execute(insert(table), page)
            done += len(page)
            progress(name, done, content.rows)
    if sqlite:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise BadBackup(Fault.CHANGED, f"{broken[0]} points at a row of {broken[2]} that is not there")
    _fasten(connection, links)
    for name, content in manifest.tables.items():
        _compare(connection, tables[name], content)
        if "id" in content.columns:
            _go_on_from(connection, name, manifest.sequences.get(name, 0) + skip)


def _compare(connection: Connection, table: Table, content: archive.Content) -> None:
    """What was written, read again, is what was backed up."""
    rows = connection.execute(select(func.count()).select_from(table)).scalar_one()
    digest = hashlib.sha256()
    for line in archive.lines(connection, table):
        digest.update(line)
    if rows != content.rows or digest.hexdigest() != content.sha256:
        raise BadBackup(Fault.CHANGED, f"{table.name}, after it was written")


def _go_on_from(connection: Connection, table: str, last: int) -> None:
    """The next id of a table."""
    if last == 0:
        return
    if connection.dialect.name != "sqlite":
        given = {"name": f'"{table}"', "last": last}
        connection.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"), given)
        return
    given = {"name": table, "last": last}
    if not connection.execute(text("UPDATE sqlite_sequence SET seq=:last WHERE name=:name"), given).rowcount:
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), given)


# -- foreign keys on PostgreSQL --------------------------------------------------------------------
def _loosen(connection: Connection, tables: dict[str, Table]) -> list[tuple[str, str]]:
    """Rows may come in any order until `_fasten`: a unit may stand below one that was made later."""
    links = [
        (name, str(key["name"])) for name in tables for key in inspect(connection).get_foreign_keys(name)
    ]
    for table, link in links:
        connection.exec_driver_sql(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{link}" DEFERRABLE')
    connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
    return links


def _fasten(connection: Connection, links: list[tuple[str, str]]) -> None:
    if not links:
        return
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")  # looks at all of them now
    for table, link in links:
        connection.exec_driver_sql(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{link}" NOT DEFERRABLE')
