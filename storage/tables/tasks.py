"""What can be claimed, and by whom it was."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Text, text

from domain.tasks import ClaimState, TaskState
from storage.tables.columns import identity, ref, table, version
from storage.types import Moment, Several, Word

tasks = table(
    "tasks",
    identity(),
    Column("case_id", Integer, ForeignKey("cases.id"), unique=True),
    ref("visits_case_id", "cases", null=True),
    Column("rating_id", Integer),  # no foreign key: a rating points at a task already
    ref("unit_id", "units", index=False),
    Column("number", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("places", Integer, nullable=False, default=1),
    Column("taken", Integer, nullable=False, default=0),
    Column("starts_at", Moment),
    Column("skills", Several, nullable=False, default=()),
    Column("listed", Boolean, nullable=False, default=True),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("state", Word(TaskState), nullable=False),
    Column("created_at", Moment, nullable=False),
    version(),
    Index("ix_tasks_list", "unit_id", "state", "created_at"),
)

claims = table(
    "claims",
    identity(),
    ref("task_id", "tasks", index=False),
    ref("person_id", "people", index=False),
    Column("state", Word(ClaimState), nullable=False),
    Column("claimed_at", Moment, nullable=False),
    Column("lapses_at", Moment),
    Column("ended_at", Moment),
    Column("note", Text, nullable=False, default=""),
    version(),
    Index("ix_claims_task", "task_id", "state"),
    Index("ix_claims_person", "person_id", "state"),
    Index("ix_claims_lapse", "state", "lapses_at"),
    Index(
        "uq_claims_active",
        "task_id",
        "person_id",
        unique=True,
        sqlite_where=text("state IN ('held', 'waiting')"),
        postgresql_where=text("state IN ('held', 'waiting')"),
    ),
)

offers = table(
    "offers",
    identity(),
    ref("task_id", "tasks"),
    Column("from_person_id", Integer, ForeignKey("people.id"), nullable=False),
    ref("to_person_id", "people", null=True),
    ref("to_unit_id", "units", null=True),
    Column("note", Text, nullable=False, default=""),
    Column("state", String(16), nullable=False, default="open"),
    Column("created_at", Moment, nullable=False),
    version(),
)
