"""People, what they are, and where they can be reached."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, UniqueConstraint

from domain.people import RoleKind
from storage.tables.columns import identity, ref, secret, table, version
from storage.types import Moment, Several, Word

people = table(
    "people",
    identity(),
    Column("key", String(64), unique=True),
    secret("name"),
    secret("phone"),
    Column("phone_index", String(64), index=True),  # keyed hash: finds a number without storing it
    ref("home_place_id", "places", null=True),
    secret("room"),
    Column("locale", String(12), nullable=False, default="zh_Hans"),
    Column("consent_at", Moment),
    Column("consent_version", String(16), nullable=False, default=""),
    Column("large_type", Boolean, nullable=False, default=False),
    Column("muted", Several, nullable=False, default=()),
    Column("created_at", Moment, nullable=False),
    version(),
)

roles = table(
    "roles",
    identity(),
    ref("person_id", "people"),
    Column("kind", Word(RoleKind), nullable=False),
    ref("unit_id", "units"),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    UniqueConstraint("person_id", "kind", "unit_id"),
)

memberships = table(
    "memberships",
    identity(),
    Column("person_id", Integer, ForeignKey("people.id"), nullable=False, unique=True),
    ref("unit_id", "units"),
    Column("work_unit", String(120), nullable=False, default=""),
    Column("skills", Several, nullable=False, default=()),
    Column("full_time", Boolean, nullable=False, default=False),
    Column("duty", String(120), nullable=False, default=""),
    Column("state", String(16), nullable=False, default="pending"),
    Column("asked_at", Moment, nullable=False),
    Column("decided_at", Moment),
    Column("decided_by", Integer, ForeignKey("people.id")),
    version(),
)

addresses = table(
    "addresses",
    identity(),
    Column("channel", String(16), nullable=False),
    Column("address", String(128), nullable=False),
    ref("person_id", "people"),
    Column("active", Boolean, nullable=False, default=True),
    Column("state", JSON, nullable=False, default=dict),  # the dialogue
    Column("seen_at", Moment, nullable=False),
    version(),
    UniqueConstraint("channel", "address"),
)

invites = table(
    "invites",
    identity(),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("person_id", Integer, ForeignKey("people.id"), nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)
