"""Return visits that wait are found by an index."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_return_visits_outcome", "return_visits", ["outcome"])
