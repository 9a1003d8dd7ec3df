"""What answers an assistant's function calls, servers of tools, and what is known of how well models call."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "function_executors",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("assistant_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("config", sa.JSON, nullable=False),
        sa.Column("approval", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("function_executors_key")),
        sa.UniqueConstraint("id", name=op.f("function_executors_id_unique")),
        sa.UniqueConstraint("assistant_id", "name", name=op.f("function_executors_assistant_id_name_unique")),
        sa.ForeignKeyConstraint(
            ["assistant_id"],
            ["assistants.id"],
            name=op.f("function_executors_assistant_id_reference"),
            ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tool_servers",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("command", sa.JSON, nullable=False),
        sa.Column("environment", sa.JSON, nullable=False),
        sa.Column("call_seconds", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("tool_servers_key")),
        sa.UniqueConstraint("id", name=op.f("tool_servers_id_unique")),
        sa.UniqueConstraint("name", name=op.f("tool_servers_name_unique")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "model_cards",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("passed", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("parallel", sa.Boolean, nullable=False),
        sa.Column("chinese", sa.Boolean, nullable=False),
        sa.Column("results", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("model_cards_key")),
        sa.UniqueConstraint("id", name=op.f("model_cards_id_unique")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for table in ("model_cards", "tool_servers", "function_executors"):
        op.drop_table(table)
