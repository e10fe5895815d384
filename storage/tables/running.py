"""What the processes of an installation know of each other: their hearts, and the pace of each channel."""

from __future__ import annotations

from sqlalchemy import Column, Float, Integer, String, Table

from storage.tables.columns import metadata
from storage.types import Moment

paces = Table(
    "paces",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("per_second", Float, nullable=False),  # notices; the rest of its limit is for replies
    Column("per_day", Integer, nullable=False, default=0),  # 0: no limit
    Column("free_at", Moment, nullable=False),  # the next one goes no sooner
    Column("day", String(10), nullable=False, default=""),
    Column("used", Integer, nullable=False, default=0),  # on that day
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", String(80), primary_key=True),  # worker:<machine>:<process>
    Column("kind", String(16), nullable=False),  # worker | web
    Column("at", Moment, nullable=False),
    Column("alarmed_at", Moment),
)
