"""The archive: a zip of tables as lines of JSON, stored files under their digests, and a manifest.

The manifest has the number of rows and the digest of every table and is itself sealed with the key of the
secret columns, so that another key or a changed archive is seen before anything is written. The key is
never in it.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, DateTime, MetaData, Table, select

from storage.secret import Cipher

FORMAT = 1
MANIFEST = "manifest.json"
LEARNED = "learned.yml"
PAGE = 2_000  # rows read or written at once
CHUNK = 1 << 20
_KEY_CHECK = "linli backup"


class Fault(StrEnum):
    """Why an archive or a place is not taken."""

    UNREADABLE = "unreadable"  # no archive, or not a whole one
    WRONG_KEY = "wrong_key"
    CHANGED = "changed"  # something in it is not what was written
    NEWER = "newer"  # made by a later version
    DATABASE_NOT_EMPTY = "database_not_empty"
    FILES_NOT_EMPTY = "files_not_empty"
    RECORD = "record"  # the chain of events is not whole


class BadBackup(Exception):
    """A backup that cannot be restored here; `detail` says where."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One table in the archive."""

    columns: tuple[str, ...]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an archive holds."""

    made_at: str  # ISO 8601, UTC
    revision: str  # of the schema
    tables: dict[str, Content]
    sequences: dict[str, int]  # the last id that was given, also to rows that are gone
    files: int
    bytes: int
    missing: tuple[str, ...] = ()  # files that rows name and the folder did not have
    learned: str = ""  # digest of the sentences people taught
    format: int = FORMAT
    key: str = ""
    seal: str = field(default="")

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.tables.values())

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    def as_json(self, cipher: Cipher) -> str:
        plain = asdict(self) | {"key": cipher.index(_KEY_CHECK), "seal": ""}
        return json.dumps(plain | {"seal": _seal(cipher, plain)}, ensure_ascii=False, indent=1)


def _seal(cipher: Cipher, plain: Mapping[str, Any]) -> str:
    return cipher.index(json.dumps(plain, sort_keys=True))


def read_manifest(archive: zipfile.ZipFile, cipher: Cipher, newest: str) -> Manifest:
    """What an archive says of itself. `newest`: the schema this version knows. Raises BadBackup."""
    try:
        found = json.loads(archive.read(MANIFEST))
        version = int(found["format"])
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise BadBackup(Fault.UNREADABLE, MANIFEST) from error
    if version > FORMAT or str(found.get("revision", "")) > newest:
        raise BadBackup(Fault.NEWER, f"schema {found.get('revision')}, format {version}")
    if found.get("key") != cipher.index(_KEY_CHECK):
        raise BadBackup(Fault.WRONG_KEY)
    if found.get("seal") != _seal(cipher, found | {"seal": ""}):
        raise BadBackup(Fault.CHANGED, MANIFEST)
    tables = {
        name: Content(columns=tuple(one["columns"]), rows=one["rows"], sha256=one["sha256"])
        for name, one in found["tables"].items()
    }
    return Manifest(**found | {"tables": tables, "missing": tuple(found["missing"])})


def opened(path: Path) -> zipfile.ZipFile:
    """The archive, or BadBackup when it is none."""
    try:
        return zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise BadBackup(Fault.UNREADABLE, str(path)) from error


# -- rows as lines ---------------------------------------------------------------------------------
def tables_of(connection: Connection) -> dict[str, Table]:
    """The tables as they stand in the database, whatever version made them."""
    found = MetaData()
    found.reflect(connection)
    return {table.name: table for table in found.sorted_tables if table.name != "alembic_version"}


def columns_of(table: Table) -> tuple[str, ...]:
    return tuple(sorted(column.name for column in table.columns))


def lines(
    connection: Connection, table: Table, instead: Mapping[str, ColumnElement[Any]] | None = None
) -> Iterator[bytes]:
    """The rows of a table in the order of its key, each a line that is the same on either database.

    `instead`: what is written in place of a column.
    """
    names = columns_of(table)
    moments = [place for place, name in enumerate(names) if isinstance(table.c[name].type, DateTime)]
    other = instead or {}
    cells_of = [other.get(name, table.c[name]) for name in names]
    statement = select(*cells_of).order_by(*table.primary_key.columns)
    streamed = connection.execution_options(yield_per=PAGE)
    for row in streamed.execute(statement):
        cells = list(row)
        for place in moments:
            cells[place] = _written(cells[place])
        plain = json.dumps(cells, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        yield plain.encode() + b"\n"


def _written(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.isoformat(timespec="microseconds")


def pages(
    archive: zipfile.ZipFile, table: Table, columns: tuple[str, ...], *, naive: bool
) -> Iterator[list[dict[str, Any]]]:
    """The rows of a table in the archive, ready to be inserted; `naive` for a database without zones."""
    moments = [name for name in columns if isinstance(table.c[name].type, DateTime)]
    page: list[dict[str, Any]] = []
    with archive.open(name_of(table.name)) as file:
        for line in file:
            row = dict(zip(columns, json.loads(line), strict=True))
            for name in moments:
                row[name] = _read(row[name], naive=naive)
            page.append(row)
            if len(page) == PAGE:
                yield page
                page = []
    if page:
        yield page


def _read(written: str | None, *, naive: bool) -> datetime | None:
    if written is None:
        return None
    moment = datetime.fromisoformat(written)
    return moment.replace(tzinfo=None) if naive else moment


def name_of(table: str) -> str:
    return f"tables/{table}.jsonl"


def digest_of(archive: zipfile.ZipFile, name: str) -> str:
    """The digest of what stands under a name. Raises BadBackup."""
    digest = hashlib.sha256()
    try:
        with archive.open(name) as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    except (KeyError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise BadBackup(Fault.CHANGED, name) from error
    return digest.hexdigest()
