"""What the columns of every table have in common."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Text
from sqlalchemy.schema import SchemaItem

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def identity() -> Column[int]:
    """The number of a row; never given twice."""
    return Column("id", Integer, primary_key=True, autoincrement=True)


def version() -> Column[int]:
    """Counts the changes of a row: a write that saw an older one is refused."""
    return Column("version", Integer, nullable=False, default=0)


def ref(name: str, target: str, *, null: bool = False, index: bool = True) -> Column[int]:
    """A column that points at a row of another table."""
    return Column(name, Integer, ForeignKey(f"{target}.id"), nullable=null, index=index)


def table(name: str, *items: SchemaItem) -> Table:
    """A table whose ids are never reused, on SQLite too."""
    return Table(name, metadata, *items, sqlite_autoincrement=True)


def secret(name: str) -> Column[str]:
    """Text that is encrypted with a key that is not in the database."""
    return Column(name, Text, nullable=False, default="", info={"secret": True})
