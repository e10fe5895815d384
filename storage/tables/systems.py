"""Other systems: who may ask and file, and who is told."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Text, UniqueConstraint

from domain.systems import Sending
from storage.tables.columns import identity, ref, secret, table
from storage.types import Moment, Word

api_keys = table(
    "api_keys",
    identity(),
    Column("name", String(120), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    ref("unit_id", "units", index=False),
    ref("person_id", "people", index=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)
filings = table(
    "filings",
    identity(),
    Column("api_key_id", Integer, ForeignKey("api_keys.id"), nullable=False),
    Column("token", String(64), nullable=False),
    ref("case_id", "cases"),
    Column("at", Moment, nullable=False),
    UniqueConstraint("api_key_id", "token"),
)
webhooks = table(
    "webhooks",
    identity(),
    Column("url", Text, nullable=False),
    secret("secret"),
    ref("unit_id", "units", index=False),
    Column("state", String(12), nullable=False, default="active"),
    Column("reason", String(200), nullable=False, default=""),
    Column("created_at", Moment, nullable=False),
)
webhook_sends = table(
    "webhook_sends",
    identity(),
    Column("webhook_id", Integer, ForeignKey("webhooks.id"), nullable=False),
    Column("event_id", Integer, nullable=False),
    Column("message_id", String(64), nullable=False, unique=True),
    Column("kind", String(24), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", Word(Sending), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Moment, nullable=False),
    Column("lease_until", Moment),
    Column("answer", String(200), nullable=False, default=""),
    Column("sent_at", Moment),
    UniqueConstraint("webhook_id", "event_id"),
    Index("ix_webhook_sends_due", "state", "due_at"),
)
