"""Earlier versions and unsaved drafts of assistants; what is only tried is in no list."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("assistants", sa.Column("scratch", sa.Boolean))
    op.add_column("threads", sa.Column("scratch", sa.Boolean))
    op.create_table(
        "assistant_versions",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("assistant_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("recipe", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("assistant_versions_key")),
        sa.UniqueConstraint("id", name=op.f("assistant_versions_id_unique")),
        sa.UniqueConstraint("assistant_id", "number", name=op.f("assistant_versions_assistant_id_number_unique")),
        sa.ForeignKeyConstraint(
            ["assistant_id"],
            ["assistants.id"],
            name=op.f("assistant_versions_assistant_id_reference"),
            ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "assistant_drafts",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("recipe", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("assistant_drafts_key")),
        sa.UniqueConstraint("id", name=op.f("assistant_drafts_id_unique")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("assistant_drafts")
    op.drop_table("assistant_versions")
    op.drop_column("threads", "scratch")
    op.drop_column("assistants", "scratch")
