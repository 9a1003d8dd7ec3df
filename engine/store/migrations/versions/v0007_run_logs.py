"""Leaves given in a thread, and what runs leave behind: prompts, measures, events."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "approvals",
        sa.Column("thread_id", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("thread_id", "subject", name=op.f("approvals_key")),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("approvals_thread_id_reference"), ondelete="CASCADE"
        ),
    )
    op.create_table(
        "generations",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("prompt", sa.LargeBinary),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("measures", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("generations_key")),
        sa.UniqueConstraint("run_id", "number", name=op.f("generations_run_id_number_unique")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("generations_run_id_reference"), ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("generations_by_size", "generations", ["bytes"])
    op.create_table(
        "run_events",
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("events", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("run_id", name=op.f("run_events_key")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("run_events_run_id_reference"), ondelete="CASCADE"),
    )


def downgrade() -> None:
    for table in ("run_events", "generations", "approvals"):
        op.drop_table(table)
