"""Who asked to be forgotten: nothing but a mark of theirs and when."""

from __future__ import annotations

from sqlalchemy import Column, String

from storage.tables.columns import identity, table
from storage.types import Moment, Several

erasures = table(
    "erasures",
    identity(),
    Column("mark", String(64), nullable=False, unique=True),  # keyed hash: says nothing without the key
    Column("at", Moment, nullable=False),
    Column("files", Several, nullable=False, default=()),  # names of files that are still to go
    Column("noted_at", Moment),  # since when the journal outside the database has it
)
