"""Runs migrations on the connection that storage.schema hands over."""

from __future__ import annotations

from typing import Any

from alembic import context

from storage.tables import metadata
from storage.types import Moment, Several, Word


def _plain_type(kind: str, value: Any, _context: Any) -> Any:
    """Migrations name plain types: they must run whatever later becomes of our own."""
    if kind != "type":
        return False
    if isinstance(value, Moment):
        return "sa.DateTime(timezone=True)"
    if isinstance(value, Word):
        return "sa.String(length=32)"
    if isinstance(value, Several):
        return "sa.JSON()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=_plain_type,
    include_object=lambda _o, name, kind, *_: not (kind == "table" and str(name).startswith("procrastinate")),
)
with context.begin_transaction():
    context.run_migrations()
