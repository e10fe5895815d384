"""Cases, who stands behind them, and what was said in them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from domain.case import CaseKind, Status
from domain.supervision import SupervisionState
from storage.tables.columns import identity, metadata, ref, secret, table, version
from storage.types import Moment, Word

counters = Table(
    "counters",
    metadata,
    Column("unit_id", Integer, ForeignKey("units.id"), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)

cases = table(
    "cases",
    identity(),
    Column("kind", Word(CaseKind), nullable=False),
    Column("number", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    ref("community_id", "units", index=False),
    ref("unit_id", "units", index=False),
    Column("category", String(40), nullable=False),
    Column("text", Text, nullable=False),
    ref("place_id", "places", null=True),
    Column("place_text", String(200), nullable=False, default=""),
    secret("room"),
    Column("status", Word(Status), nullable=False),
    ref("reporter_id", "people"),
    ref("beneficiary_id", "people"),
    ref("owner_id", "people", null=True),
    Column("responsible", String(120), nullable=False, default=""),
    Column("passed_on_at", Moment),
    Column("external_number", String(60), nullable=False, default="", server_default=""),
    Column("sign_by", Moment, nullable=False),
    Column("signed_at", Moment),
    Column("answer_by", Moment, nullable=False),
    Column("level_since", Moment),
    Column("paused_at", Moment),
    Column("paused_until", Moment),
    Column("alarmed_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("delivered_at", Moment),
    Column("closed_how", String(16), nullable=False, default="", server_default=""),
    Column("closed_at", Moment),
    Column("answer", Text, nullable=False, default=""),
    Column("private", Boolean, nullable=False, default=False),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("reopened", Integer, nullable=False, default=0),
    Column("anonymity", String(8), nullable=False, default="", server_default=""),
    ref("subject_unit_id", "units", null=True, index=False),
    Column("shared", Text, nullable=False, default="", server_default=""),
    Column("taken_over", Boolean, nullable=False, default=False, server_default=false()),
    version(),
    UniqueConstraint("community_id", "year", "number"),
    Index("ix_cases_queue", "unit_id", "status", "answer_by"),
    Index("ix_cases_due", "status", "answer_by"),
    Index("ix_cases_delivered", "status", "delivered_at"),
    Index("ix_cases_external", "external_number"),
)

supervisions = table(
    "supervisions",
    identity(),
    ref("case_id", "cases"),
    ref("unit_id", "units"),
    Column("by_id", Integer, ForeignKey("people.id"), nullable=False),
    Column("span", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("since", Moment, nullable=False),
    Column("answer_by", Moment, nullable=False),
    Column("state", Word(SupervisionState), nullable=False),
    Column("late_at", Moment),
    Column("answer", Text, nullable=False, default=""),
    Column("answered_by", Integer, ForeignKey("people.id")),
    Column("answered_at", Moment),
    Column("lifted_by", Integer, ForeignKey("people.id")),
    Column("lifted_at", Moment),
    version(),
    Index("ix_supervisions_due", "state", "answer_by"),
    Index(
        "uq_supervisions_standing",
        "case_id",
        unique=True,
        sqlite_where=text("state != 'lifted'"),
        postgresql_where=text("state != 'lifted'"),
    ),
)

clusters = table(
    "clusters",
    identity(),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False, unique=True),
    ref("lead_id", "cases", null=True),
    Column("size", Integer, nullable=False, default=1),
    Column("alerted", Integer, nullable=False, default=1),
    Column("alerted_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    version(),
)

joiners = table(
    "joiners",
    identity(),
    ref("case_id", "cases", index=False),
    ref("person_id", "people"),
    Column("household", String(64), nullable=False),
    ref("from_case_id", "cases", null=True),
    Column("joined_at", Moment, nullable=False),
    Column("left_at", Moment),
    Column("solved_at", Moment),
    Column("delivered_at", Moment),
    version(),
    UniqueConstraint("case_id", "person_id"),
)

notes = table(
    "notes",
    identity(),
    ref("case_id", "cases"),
    Column("person_id", Integer, ForeignKey("people.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", String(16), nullable=False, default="", server_default=""),  # question, reason, progress
    Column("at", Moment, nullable=False),
)
