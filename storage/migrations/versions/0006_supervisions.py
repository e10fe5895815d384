"""Supervisions: a level above asks what becomes of a case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "supervisions",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("unit_id", sa.Integer(), sa.ForeignKey("units.id"), nullable=False),
        sa.Column("by_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("span", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("late_at", sa.DateTime(timezone=True)),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("lifted_by", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("lifted_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_supervisions_case_id"), "supervisions", ["case_id"])
    op.create_index(op.f("ix_supervisions_unit_id"), "supervisions", ["unit_id"])
    op.create_index("ix_supervisions_due", "supervisions", ["state", "answer_by"])
    op.create_index(
        "uq_supervisions_standing",
        "supervisions",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("state != 'lifted'"),
        postgresql_where=sa.text("state != 'lifted'"),
    )


def downgrade() -> None:
    op.drop_table("supervisions")
