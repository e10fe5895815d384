"""The way to the desk: passes and sessions."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String

from storage.tables.columns import identity, ref, table, version
from storage.types import Moment

desk_passes = table(
    "desk_passes",
    identity(),
    ref("person_id", "people"),
    Column("link_hash", String(64), nullable=False, unique=True),
    Column("code_hash", String(64), nullable=False, index=True),
    Column("issued_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    version(),
)
desk_sessions = table(
    "desk_sessions",
    identity(),
    ref("person_id", "people"),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("number_hash", String(64), nullable=False, default=""),
    Column("number_until", Moment),
    Column("tries", Integer, nullable=False, default=0),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("verified_at", Moment),
    Column("ended_at", Moment),
    version(),
)
