"""An answer that arrived, and the visit that brings one no message can bring."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cases") as batch:
        batch.add_column(sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("closed_how", sa.String(16), nullable=False, server_default=""))
        batch.create_index("ix_cases_delivered", ["status", "delivered_at"])
    with op.batch_alter_table("tasks") as batch:
        batch.add_column(sa.Column("visits_case_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_tasks_visits_case_id"), "cases", ["visits_case_id"], ["id"])
        batch.create_index(op.f("ix_tasks_visits_case_id"), ["visits_case_id"])


def downgrade() -> None:
    with op.batch_alter_table("tasks") as batch:
        batch.drop_index(op.f("ix_tasks_visits_case_id"))
        batch.drop_constraint(op.f("fk_tasks_visits_case_id"), type_="foreignkey")
        batch.drop_column("visits_case_id")
    with op.batch_alter_table("cases") as batch:
        batch.drop_index("ix_cases_delivered")
        batch.drop_column("closed_how")
        batch.drop_column("delivered_at")
