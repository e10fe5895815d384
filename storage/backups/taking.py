"""Taking a backup while everybody goes on writing: one snapshot of the database, then the files it names."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, case, func, literal, select, text

from storage import schema
from storage.backups import archive
from storage.backups.archive import Content, Manifest
from storage.store import Store

Progress = Callable[[str, int, int], None]  # what, done, of

LEFT_OUT = frozenset({"desk_sessions", "desk_passes", "invites", "heartbeats", "rosters"})
"""Ways in: restored, a session that was ended or a code that was used would open again. Sheets that nobody
has confirmed, and who lived."""

_BALLOTS: dict[str, tuple[str, Any, str, str]] = {
    "appraisal_voters": ("voted", False, "appraisal_id", "SELECT id FROM appraisals WHERE closed_at IS NULL"),
    "appraisal_tallies": ("count", 0, "appraisal_id", "SELECT id FROM appraisals WHERE closed_at IS NULL"),
    "proposal_voters": ("voted", False, "proposal_id", "SELECT id FROM proposals WHERE stage = 'voting'"),
    "proposal_tallies": ("count", 0, "proposal_id", "SELECT id FROM proposals WHERE stage = 'voting'"),
}
"""What is kept empty of a running vote: column, empty value, whose row it is, which votes run."""


def take(
    store: Store, files: Path, learned: Path, target: Path, now: datetime, progress: Progress | None = None
) -> Manifest:
    """Writes an archive that only this user may read, whole or not at all."""
    tell = progress or (lambda what, done, total: None)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".linli-", suffix=".part")
    try:
        with os.fdopen(handle, "w+b") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as into:
                manifest = _fill(into, store, files, learned, now, tell)
                into.writestr(archive.MANIFEST, manifest.as_json(store.cipher))
            raw.flush()
            os.fsync(raw.fileno())
        Path(draft).replace(target)
    finally:
        Path(draft).unlink(missing_ok=True)
    return manifest


def _fill(
    into: zipfile.ZipFile, store: Store, files: Path, learned: Path, now: datetime, tell: Progress
) -> Manifest:
    with store.snapshot() as connection:
        revision = schema.current(connection)
        tables = {
            name: table for name, table in archive.tables_of(connection).items() if name not in LEFT_OUT
        }
        written = {name: _table(into, connection, table, tell) for name, table in tables.items()}
        given = _sequences(connection, store)
        wanted = sorted({row[0] for row in connection.execute(select(tables["files"].c.sha256))})
    missing = [sha for sha in wanted if not (files / sha[:2] / sha).is_file()]
    size = 0
    for number, sha in enumerate(sha for sha in wanted if sha not in missing):
        tell("files", number, len(wanted))
        path = files / sha[:2] / sha
        into.write(path, f"files/{sha}", zipfile.ZIP_STORED)  # pictures and sounds are compressed already
        size += path.stat().st_size
    taught = learned.read_bytes() if learned.is_file() else b""
    if taught:
        into.writestr(archive.LEARNED, taught)
    return Manifest(
        made_at=now.astimezone(UTC).isoformat(),
        revision=revision,
        tables=written,
        sequences={name: last for name, last in given.items() if name in written},
        files=len(wanted) - len(missing),
        bytes=size,
        missing=tuple(missing),
        learned=hashlib.sha256(taught).hexdigest() if taught else "",
    )


def _table(into: zipfile.ZipFile, connection: Connection, table: Table, tell: Progress) -> Content:
    total = int(connection.execute(select(func.count()).select_from(table)).scalar_one())
    digest, rows = hashlib.sha256(), 0
    with into.open(archive.name_of(table.name), "w", force_zip64=True) as file:
        for line in archive.lines(connection, table, _unvoted(table)):
            file.write(line)
            digest.update(line)
            rows += 1
            if rows % archive.PAGE == 0:
                tell(table.name, rows, total)
    tell(table.name, rows, total)
    return Content(columns=archive.columns_of(table), rows=rows, sha256=digest.hexdigest())


def _unvoted(table: Table) -> dict[str, ColumnElement[Any]]:
    """A vote that still runs is kept as if nobody had voted: two backups would show what was ticked
    between them. Restored, it begins again."""
    if table.name not in _BALLOTS:
        return {}
    column, nothing, vote, votes = _BALLOTS[table.name]
    running = table.c[vote].in_(text(votes))
    plain = literal(nothing, table.c[column].type)
    return {column: case((running, plain), else_=table.c[column])}


def _sequences(connection: Connection, store: Store) -> dict[str, int]:
    """The last id of each table."""
    if store.sqlite:
        found = connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
        return {row[0]: int(row[1]) for row in found}
    found = connection.execute(text("SELECT sequencename, last_value FROM pg_sequences"))
    return {row[0].removesuffix("_id_seq"): int(row[1] or 0) for row in found}
