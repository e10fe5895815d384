"""Who sees a case, who knows the name, and whom it is for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases") as batch:
        batch.add_column(sa.Column("anonymity", sa.String(length=8), nullable=False, server_default=""))
        batch.add_column(sa.Column("subject_unit_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("shared", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("taken_over", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.create_foreign_key(op.f("fk_cases_subject_unit_id"), "units", ["subject_unit_id"], ["id"])
