"""How services were rated, who called on residents afterwards, and what handlers saw of it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Text, UniqueConstraint

from domain.ratings import Outcome
from storage.tables.columns import identity, ref, table, version
from storage.types import Moment, Word

ratings = table(
    "ratings",
    identity(),
    ref("task_id", "tasks", index=False),
    ref("person_id", "people"),
    ref("handler_id", "people", null=True),
    ref("unit_id", "units"),
    Column("stars", Integer, nullable=False),
    Column("words", Text, nullable=False, default=""),
    Column("created_at", Moment, nullable=False),
    ref("batch_id", "rating_batches", null=True),
    version(),
    UniqueConstraint("task_id", "person_id"),
)
return_visits = table(
    "return_visits",
    identity(),
    Column("rating_id", Integer, ForeignKey("ratings.id"), nullable=False, unique=True),
    Column("task_id", Integer, ForeignKey("tasks.id"), nullable=False, unique=True),
    Column("outcome", Word(Outcome), nullable=False, index=True),
    Column("words", Text, nullable=False, default=""),
    Column("by_id", Integer, ForeignKey("people.id")),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
    version(),
)
rating_batches = table(
    "rating_batches",
    identity(),
    ref("person_id", "people", index=False),
    Column("month", String(7), nullable=False),
    Column("ratings", Integer, nullable=False),
    Column("stars", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("person_id", "month"),
)
