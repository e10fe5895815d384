"""Browsers that are knocked for, and the knocks."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, UniqueConstraint

from domain.pushes import KnockState
from storage.tables.columns import identity, ref, secret, table
from storage.types import Moment, Word

subscriptions = table(
    "subscriptions",
    identity(),
    ref("address_id", "addresses"),
    Column("endpoint_hash", String(64), nullable=False, unique=True),
    secret("endpoint"),
    secret("p256dh"),
    secret("auth"),
    Column("created_at", Moment, nullable=False),
    Column("ok_at", Moment),
    Column("failures", Integer, nullable=False, default=0),
    Column("fetched", Integer, nullable=False, default=0),
)
knocks = table(
    "knocks",
    identity(),
    Column("subscription_id", Integer, ForeignKey("subscriptions.id"), nullable=False),
    Column("letter", Integer, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("notice_id", Integer),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("state", Word(KnockState), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("lease_until", Moment),
    Column("answer", String(200), nullable=False, default=""),
    UniqueConstraint("subscription_id", "letter"),
    Index("ix_knocks_due", "state", "due_at"),
)
