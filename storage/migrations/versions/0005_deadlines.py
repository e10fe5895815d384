"""Deadlines that stand still, lapse and climb; the party outside that has a case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MOMENTS = ("passed_on_at", "signed_at", "level_since", "paused_at", "paused_until", "alarmed_at")


def upgrade() -> None:
    with op.batch_alter_table("cases") as batch:
        for name in _MOMENTS:
            batch.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("external_number", sa.String(60), nullable=False, server_default=""))
        batch.create_index("ix_cases_due", ["status", "answer_by"])
    with op.batch_alter_table("notes") as batch:
        batch.add_column(sa.Column("kind", sa.String(16), nullable=False, server_default=""))
    with op.batch_alter_table("claims") as batch:
        batch.add_column(sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_index("ix_claims_lapse", ["state", "lapses_at"])


def downgrade() -> None:
    with op.batch_alter_table("claims") as batch:
        batch.drop_index("ix_claims_lapse")
        batch.drop_column("lapses_at")
    with op.batch_alter_table("notes") as batch:
        batch.drop_column("kind")
    with op.batch_alter_table("cases") as batch:
        batch.drop_index("ix_cases_due")
        for name in (*_MOMENTS, "external_number"):
            batch.drop_column(name)
