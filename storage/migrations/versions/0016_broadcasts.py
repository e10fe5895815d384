"""Notices that are paused, held and corrected; visits; the pace of channels; heartbeats."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notices") as batch:
        batch.add_column(sa.Column("first", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("corrects_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f("fk_notices_corrects_id"), "notices", ["corrects_id"], ["id"])
        batch.create_index(op.f("ix_notices_corrects_id"), ["corrects_id"])
        batch.create_index(op.f("ix_notices_state"), ["state"])
    op.create_table(
        "door_visits",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_door_visits_task_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_door_visits_notice_id")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_door_visits_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_visits")),
        sa.UniqueConstraint("task_id", name=op.f("uq_door_visits_task_id")),
        sa.UniqueConstraint("notice_id", "place_id", name=op.f("uq_door_visits_notice_id_place_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "paces",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("per_second", sa.Float(), nullable=False),
        sa.Column("per_day", sa.Integer(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_paces")),
    )
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
    )


def downgrade() -> None:
    op.drop_table("heartbeats")
    op.drop_table("paces")
    op.drop_table("door_visits")
    with op.batch_alter_table("notices") as batch:
        batch.drop_index(op.f("ix_notices_state"))
        batch.drop_index(op.f("ix_notices_corrects_id"))
        batch.drop_constraint(op.f("fk_notices_corrects_id"), type_="foreignkey")
        batch.drop_column("moved_at")
        batch.drop_column("corrects_id")
        batch.drop_column("first")
