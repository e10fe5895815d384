"""The community: its levels, grids, places, categories and handbook."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table, Text

from domain.community import PlaceKind, UnitKind
from storage.tables.columns import identity, metadata, ref, table
from storage.types import Several, Word

meta = Table("meta", metadata, Column("key", String(64), primary_key=True), Column("value", JSON))

units = table(
    "units",
    identity(),
    Column("key", String(64), nullable=False, unique=True),
    Column("kind", Word(UnitKind), nullable=False),
    Column("name", String(120), nullable=False),
    ref("parent_id", "units", null=True),
    Column("path", String(200), nullable=False, index=True),  # "/1/4/9/": itself and everything above it
    Column("phone", String(40), nullable=False, default=""),
    Column("address", String(200), nullable=False, default=""),
)

grids = table(
    "grids",
    identity(),
    Column("key", String(64), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    ref("branch_id", "units"),
)

places = table(
    "places",
    identity(),
    Column("key", String(120), nullable=False, unique=True),
    Column("kind", Word(PlaceKind), nullable=False),
    Column("name", String(120), nullable=False),
    Column("short", String(60), nullable=False, default=""),  # "3" of 3号楼: what people say
    ref("parent_id", "places", null=True),
    ref("grid_id", "grids", null=True),
    Column("aliases", Several, nullable=False, default=()),
    Column("households", Integer, nullable=False, default=0),
    Column("x", Float, nullable=False, default=0.0),
    Column("y", Float, nullable=False, default=0.0),
    Index("ix_places_parent_short", "parent_id", "short"),
)

categories = table(
    "categories",
    identity(),
    Column("key", String(40), nullable=False, unique=True),
    Column("names", JSON, nullable=False),
    Column("first", Several, nullable=False, default=()),
    Column("next", Several, nullable=False, default=()),
    Column("sign", String(16), nullable=False),
    Column("answer", String(16), nullable=False),
    Column("emergency", Boolean, nullable=False, default=False),
    Column("private", Boolean, nullable=False, default=False),
    Column("lapse_days", Integer, nullable=False, default=3),
    Column("merge_hours", Integer, nullable=False, default=24),
    Column("merge_at", String(16), nullable=False, default="building", server_default="building"),
    Column("merge_sorts", Several, nullable=False, default=(), server_default="[]"),
)

policies = table(
    "policies",
    identity(),
    Column("key", String(64), nullable=False, unique=True),
    Column("title", String(200), nullable=False),
    Column("words", Several, nullable=False, default=()),
    Column("bring", Text, nullable=False, default=""),
    Column("where", Text, nullable=False, default=""),
    Column("hours", Text, nullable=False, default=""),
    ref("unit_id", "units", null=True),
)
