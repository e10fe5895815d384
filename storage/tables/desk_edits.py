"""What a desk has changed or is about to: settings over those of the files, and sheets of people."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, LargeBinary, String, UniqueConstraint, text

from domain.rosters import RosterState
from domain.settings import Kind
from storage.tables.columns import identity, ref, table, version
from storage.types import Moment, Word

edits = table(
    "edits",
    identity(),
    Column("kind", Word(Kind), nullable=False),
    Column("key", String(120), nullable=False),
    Column("fields", JSON, nullable=False, default=dict),
    Column("changed_at", Moment, nullable=False),
    ref("changed_by", "people", index=False),
    version(),
    UniqueConstraint("kind", "key"),
)

rosters = table(
    "rosters",
    identity(),
    ref("person_id", "people"),
    ref("unit_id", "units", index=False),
    Column("name", String(200), nullable=False, default=""),
    Column("digest", String(64), nullable=False),
    Column("state", Word(RosterState), nullable=False),
    Column("done", Integer, nullable=False, default=0),
    Column("total", Integer, nullable=False, default=0),
    Column("plan", String(64), nullable=False, default=""),
    Column("content", LargeBinary),  # encrypted; gone when it is written or of no use any more
    Column("found", LargeBinary),  # encrypted: it names people
    Column("created_at", Moment, nullable=False),
    Column("lease_until", Moment),
    Column("attempts", Integer, nullable=False, default=0),
    version(),
    Index(
        "ix_rosters_todo",
        "id",
        sqlite_where=text("state IN ('checking', 'confirmed')"),
        postgresql_where=text("state IN ('checking', 'confirmed')"),
    ),
)
