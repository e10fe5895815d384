"""Votes on people: the roll says who has voted, the tallies what was said, and nothing joins them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, UniqueConstraint, false

from domain.appraisals import AppraisalKind, Mark
from storage.tables.columns import identity, metadata, ref, table, version
from storage.types import Moment, Word

appraisals = table(
    "appraisals",
    identity(),
    ref("unit_id", "units", index=False),
    Column("kind", Word(AppraisalKind), nullable=False),
    Column("period", String(8), nullable=False),
    Column("opened_by", Integer, ForeignKey("people.id"), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closes_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("eligible", Integer, nullable=False),
    version(),
    UniqueConstraint("unit_id", "kind", "period"),
)
appraisal_voters = Table(
    "appraisal_voters",
    metadata,
    Column("appraisal_id", Integer, ForeignKey("appraisals.id"), primary_key=True),
    Column("person_id", Integer, ForeignKey("people.id"), primary_key=True),
    Column("voted", Boolean, nullable=False, default=False, server_default=false()),
)
appraisal_tallies = Table(
    "appraisal_tallies",
    metadata,
    Column("appraisal_id", Integer, ForeignKey("appraisals.id"), primary_key=True),
    Column("subject_id", Integer, ForeignKey("people.id"), primary_key=True),
    Column("mark", Word(Mark), primary_key=True),
    Column("count", Integer, nullable=False, default=0),
)
