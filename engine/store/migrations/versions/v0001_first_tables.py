"""The first tables: assistants, threads, runs, messages and steps."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _create_assistants()
    _create_threads()
    _create_runs()
    _create_messages()
    _create_steps()


def downgrade() -> None:
    for table in ("steps", "messages", "runs", "threads", "assistants"):
        op.drop_table(table)


def _create_assistants() -> None:
    op.create_table(
        "assistants",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("description", sa.Text),
        sa.Column("instructions", sa.Text),
        sa.Column("tools", sa.JSON, nullable=False),
        sa.Column("tool_resources", sa.JSON, nullable=False),
        sa.Column("metadata", sa.JSON, nullable=False),
        sa.Column("temperature", sa.Float),
        sa.Column("top_p", sa.Float),
        sa.Column("response_format", sa.JSON),
        sa.Column("reasoning_effort", sa.Text),
        sa.PrimaryKeyConstraint("seq", name=op.f("assistants_key")),
        sa.UniqueConstraint("id", name=op.f("assistants_id_unique")),
        sqlite_autoincrement=True,
    )


def _create_threads() -> None:
    op.create_table(
        "threads",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("metadata", sa.JSON, nullable=False),
        sa.Column("tool_resources", sa.JSON, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("last_used_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("threads_key")),
        sa.UniqueConstraint("id", name=op.f("threads_id_unique")),
        sqlite_autoincrement=True,
    )


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("thread_id", sa.Text, nullable=False),
        sa.Column("assistant_id", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("instructions", sa.Text, nullable=False),
        sa.Column("tools", sa.JSON, nullable=False),
        sa.Column("metadata", sa.JSON, nullable=False),
        sa.Column("required_calls", sa.JSON, nullable=False),
        sa.Column("last_error", sa.JSON),
        sa.Column("incomplete_reason", sa.Text),
        sa.Column("expires_at", sa.Integer),
        sa.Column("started_at", sa.Integer),
        sa.Column("cancelled_at", sa.Integer),
        sa.Column("failed_at", sa.Integer),
        sa.Column("completed_at", sa.Integer),
        sa.Column("usage", sa.JSON),
        sa.Column("temperature", sa.Float),
        sa.Column("top_p", sa.Float),
        sa.Column("max_prompt_tokens", sa.Integer),
        sa.Column("max_completion_tokens", sa.Integer),
        sa.Column("truncation_strategy", sa.JSON, nullable=False),
        sa.Column("tool_choice", sa.JSON, nullable=False),
        sa.Column("parallel_tool_calls", sa.Boolean, nullable=False),
        sa.Column("response_format", sa.JSON),
        sa.Column("reasoning_effort", sa.Text),
        sa.Column("trace", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("runs_key")),
        sa.UniqueConstraint("id", name=op.f("runs_id_unique")),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("runs_thread_id_reference"), ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("runs_by_thread", "runs", ["thread_id", "seq"])
    op.create_index(
        "runs_unfinished",
        "runs",
        ["thread_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('queued', 'in_progress', 'requires_action', 'cancelling')"),
    )


def _create_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("thread_id", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("assistant_id", sa.Text),
        sa.Column("run_id", sa.Text),
        sa.Column("attachments", sa.JSON, nullable=False),
        sa.Column("metadata", sa.JSON, nullable=False),
        sa.Column("completed_at", sa.Integer),
        sa.Column("incomplete_at", sa.Integer),
        sa.Column("incomplete_reason", sa.Text),
        sa.PrimaryKeyConstraint("seq", name=op.f("messages_key")),
        sa.UniqueConstraint("id", name=op.f("messages_id_unique")),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("messages_thread_id_reference"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("messages_run_id_reference"), ondelete="SET NULL"),
        sqlite_autoincrement=True,
    )
    op.create_index("messages_by_thread", "messages", ["thread_id", "seq"])
    op.create_index("messages_by_run", "messages", ["run_id", "thread_id", "seq"])


def _create_steps() -> None:
    op.create_table(
        "steps",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        sa.Column("thread_id", sa.Text, nullable=False),
        sa.Column("assistant_id", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("last_error", sa.JSON),
        sa.Column("completed_at", sa.Integer),
        sa.Column("cancelled_at", sa.Integer),
        sa.Column("failed_at", sa.Integer),
        sa.Column("expired_at", sa.Integer),
        sa.Column("usage", sa.JSON),
        sa.Column("metadata", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("steps_key")),
        sa.UniqueConstraint("id", name=op.f("steps_id_unique")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("steps_run_id_reference"), ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("steps_by_run", "steps", ["run_id", "seq"])
