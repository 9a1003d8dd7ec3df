"""Kept answers of the newer API, and conversations of items."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "responses",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("previous_id", sa.Text),
        sa.Column("input", sa.JSON, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("responses_key")),
        sa.UniqueConstraint("id", name=op.f("responses_id_unique")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "conversations",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("metadata", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("conversations_key")),
        sa.UniqueConstraint("id", name=op.f("conversations_id_unique")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "conversation_items",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("conversation_items_key")),
        sa.UniqueConstraint("id", name=op.f("conversation_items_id_unique")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("conversation_items_conversation_id_reference"),
            ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("conversation_items_by_conversation", "conversation_items", ["conversation_id", "seq"])


def downgrade() -> None:
    for table in ("conversation_items", "conversations", "responses"):
        op.drop_table(table)
