"""Votes on social workers and on the committee: a roll of voters, and tallies that nothing ties to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appraisals",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("unit_id", sa.Integer(), sa.ForeignKey("units.id"), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("opened_by", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("eligible", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("unit_id", "kind", "period"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "appraisal_voters",
        sa.Column("appraisal_id", sa.Integer(), sa.ForeignKey("appraisals.id"), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("voted", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "appraisal_tallies",
        sa.Column("appraisal_id", sa.Integer(), sa.ForeignKey("appraisals.id"), primary_key=True),
        sa.Column("subject_id", sa.Integer(), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("mark", sa.String(32), primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    for table in ("appraisal_tallies", "appraisal_voters", "appraisals"):
        op.drop_table(table)
