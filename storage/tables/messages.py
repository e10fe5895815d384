"""What people sent: words, files, recordings, and what could not be handled."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from domain.learning import LessonState, Question
from domain.recordings import RecordingState
from storage.tables.columns import identity, metadata, ref, secret, table, version
from storage.types import Moment, Word

seen = Table(
    "seen",
    metadata,
    Column("address_id", Integer, ForeignKey("addresses.id"), primary_key=True),
    Column("message_id", String(128), primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("reply", JSON),
)

files = table(
    "files",
    identity(),
    Column("sha256", String(64), nullable=False),
    Column("mime", String(60), nullable=False),
    Column("size", Integer, nullable=False),
    ref("person_id", "people"),
    ref("case_id", "cases", null=True),
    Column("at", Moment, nullable=False),
)

recordings = table(
    "recordings",
    identity(),
    Column("address_id", Integer, ForeignKey("addresses.id"), nullable=False),
    Column("message_id", String(128), nullable=False),
    Column("file_id", Integer, ForeignKey("files.id"), nullable=False),
    Column("state", Word(RecordingState), nullable=False),
    Column("words", Text, nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("lease_until", Moment),
    UniqueConstraint("address_id", "message_id"),
    Index(
        "ix_recordings_todo",
        "id",
        sqlite_where=text("state != 'done'"),
        postgresql_where=text("state != 'done'"),
    ),
)

mailbox = table(
    "mailbox",
    identity(),
    Column("address_id", Integer, ForeignKey("addresses.id"), nullable=False),
    Column("mine", Boolean, nullable=False),  # written by the person
    Column("client_id", String(128), nullable=False, default=""),
    Column("body", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_mailbox_stream", "address_id", "id"),
)

quarantine = table(
    "quarantine",
    identity(),
    Column("channel", String(16), nullable=False),
    Column("address", String(128), nullable=False),
    Column("message_id", String(128), nullable=False),
    Column("crashes", Integer, nullable=False, default=0),
    Column("words", Text, nullable=False, default=""),
    Column("reason", String(200), nullable=False, default=""),
    Column("at", Moment, nullable=False),
    UniqueConstraint("channel", "address", "message_id"),
)

lessons = table(
    "lessons",
    identity(),
    Column("key", String(64), nullable=False, unique=True),
    Column("question", Word(Question), nullable=False),
    secret("text"),
    Column("label", String(40), nullable=False),
    Column("guess", String(40), nullable=False, default=""),
    Column("source", String(12), nullable=False),
    Column("state", Word(LessonState), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("decided_at", Moment),
    version(),
)
