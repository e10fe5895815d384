"""A notice says what it is about, so that people can turn that off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    topic = sa.Column("topic", sa.String(32), nullable=False, server_default="general")
    op.add_column("notices", topic)
