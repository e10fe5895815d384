"""Return visits after low stars, and what handlers see of theirs month by month."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rating_batches",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("ratings", sa.Integer(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("person_id", "month"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "return_visits",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("rating_id", sa.Integer(), sa.ForeignKey("ratings.id"), nullable=False, unique=True),
        sa.Column("task_id", sa.Integer(), sa.ForeignKey("tasks.id"), nullable=False, unique=True),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ratings") as batch:
        batch.add_column(sa.Column("batch_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_ratings_batch_id"), "rating_batches", ["batch_id"], ["id"])
        batch.create_index(op.f("ix_ratings_batch_id"), ["batch_id"])
    with op.batch_alter_table("tasks") as batch:
        batch.add_column(sa.Column("rating_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("tasks") as batch:
        batch.drop_column("rating_id")
    with op.batch_alter_table("ratings") as batch:
        batch.drop_index(op.f("ix_ratings_batch_id"))
        batch.drop_constraint(op.f("fk_ratings_batch_id"), type_="foreignkey")
        batch.drop_column("batch_id")
    op.drop_table("return_visits")
    op.drop_table("rating_batches")
