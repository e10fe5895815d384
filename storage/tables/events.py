"""What happened, what is due, and who is told."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, text

from storage.tables.columns import identity, metadata, ref, table
from storage.types import Moment

events = table(
    "events",
    identity(),
    Column("kind", String(40), nullable=False),
    Column("at", Moment, nullable=False),
    Column("subject", String(20), nullable=False),
    Column("subject_id", Integer, nullable=False),
    Column("actor_id", Integer, ForeignKey("people.id")),
    Column("unit_id", Integer, ForeignKey("units.id")),
    Column("data", JSON, nullable=False, default=dict),
    Column("handled_at", Moment),
    Index("ix_events_subject", "subject", "subject_id"),
    Index("ix_events_at", "at"),
    Index(
        "ix_events_todo",
        "id",
        sqlite_where=text("handled_at IS NULL"),
        postgresql_where=text("handled_at IS NULL"),
    ),
)

seals = Table(
    "seals",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("event_id", Integer, nullable=False, unique=True),  # no foreign key: a seal outlives what it shows
    Column("digest", String(64), nullable=False),
)

reminders = table(
    "reminders",
    identity(),
    Column("key", String(120), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    Column("subject_id", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("done_at", Moment),
    Index(
        "ix_reminders_due",
        "due_at",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)

deliveries = table(
    "deliveries",
    identity(),
    Column("key", String(160), nullable=False, unique=True),
    Column("kind", String(60), nullable=False),
    Column("lane", String(12), nullable=False, default="personal"),
    ref("event_id", "events", null=True),
    ref("notice_id", "notices", null=True, index=False),
    ref("person_id", "people", null=True),
    ref("address_id", "addresses", null=True),
    Column("payload", JSON, nullable=False, default=dict),
    Column("state", String(12), nullable=False, default="queued"),
    Column("reason", String(200), nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Moment, nullable=False),
    Column("lease_until", Moment),
    Column("sent_at", Moment),
    Column("read_at", Moment),
    Column("ref", String(64), nullable=False, default=""),
    Index("ix_deliveries_due", "state", "lane", "due_at"),
    Index("ix_deliveries_notice", "notice_id", "state"),
)
