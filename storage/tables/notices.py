"""Notices, themes, activities and calls."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Text, UniqueConstraint

from domain.notices import NoticeState, Topic
from storage.tables.columns import identity, ref, table, version
from storage.types import Moment, Several, Word

notices = table(
    "notices",
    identity(),
    ref("unit_id", "units"),
    ref("author_id", "people"),
    Column("text", Text, nullable=False),
    Column("audience", String(60), nullable=False),
    Column("receipt", Boolean, nullable=False, default=True),
    Column("safety", Boolean, nullable=False, default=False),
    Column("topic", Word(Topic), nullable=False, default=Topic.GENERAL, server_default="general"),
    Column("first", Several, nullable=False, default=(), server_default="[]"),
    ref("corrects_id", "notices", null=True),
    Column("state", Word(NoticeState), nullable=False, index=True),
    Column("recipients", Integer, nullable=False, default=0),
    Column("created_at", Moment, nullable=False),
    Column("goes_at", Moment),
    Column("moved_at", Moment),
    Column("approved_by", Integer, ForeignKey("people.id")),
    version(),
)

door_visits = table(
    "door_visits",
    identity(),
    Column("task_id", Integer, ForeignKey("tasks.id"), nullable=False, unique=True),
    ref("notice_id", "notices", index=False),
    ref("place_id", "places", index=False),
    UniqueConstraint("notice_id", "place_id"),
)

themes = table(
    "themes",
    identity(),
    ref("unit_id", "units", index=False),
    Column("month", String(7), nullable=False),
    Column("title", String(200), nullable=False),
    Column("author_id", Integer, ForeignKey("people.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    version(),
    UniqueConstraint("unit_id", "month"),
)

activities = table(
    "activities",
    identity(),
    ref("unit_id", "units", index=False),
    ref("theme_id", "themes", null=True),
    Column("title", String(200), nullable=False),
    Column("where", String(200), nullable=False, default=""),
    Column("starts_at", Moment, nullable=False),
    Column("places", Integer, nullable=False, default=0),
    Column("taken", Integer, nullable=False, default=0),
    Column("state", String(16), nullable=False, default="open"),
    Column("created_at", Moment, nullable=False),
    version(),
    Index("ix_activities_calendar", "unit_id", "starts_at"),
)

signups = table(
    "signups",
    identity(),
    ref("activity_id", "activities", index=False),
    ref("person_id", "people"),
    Column("state", String(16), nullable=False, default="joined"),
    Column("created_at", Moment, nullable=False),
    version(),
    UniqueConstraint("activity_id", "person_id"),
)

calls = table(
    "calls",
    identity(),
    ref("caller_id", "people"),
    ref("callee_id", "people", null=True),
    Column("tried", Several, nullable=False, default=()),
    ref("unit_id", "units"),
    Column("state", String(16), nullable=False, default="ringing"),
    Column("ring_until", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    version(),
)
