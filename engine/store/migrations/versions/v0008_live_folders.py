"""Stores that are paused, and folders that they follow."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("vector_stores", sa.Column("paused_at", sa.Integer))
    op.create_table(
        "live_folders",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("vector_store_id", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("ignored", sa.JSON, nullable=False),
        sa.Column("identity", sa.Text),
        sa.Column("checked_at", sa.Integer),
        sa.PrimaryKeyConstraint("seq", name=op.f("live_folders_key")),
        sa.UniqueConstraint("id", name=op.f("live_folders_id_unique")),
        sa.UniqueConstraint("vector_store_id", "path", name=op.f("live_folders_vector_store_id_path_unique")),
        sa.ForeignKeyConstraint(
            ["vector_store_id"],
            ["vector_stores.id"],
            name=op.f("live_folders_vector_store_id_reference"),
            ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "live_files",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("folder_id", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("modified_ns", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("file_id", sa.Text),
        sa.Column("problem", sa.Text),
        sa.PrimaryKeyConstraint("seq", name=op.f("live_files_key")),
        sa.UniqueConstraint("folder_id", "path", name=op.f("live_files_folder_id_path_unique")),
        sa.ForeignKeyConstraint(
            ["folder_id"], ["live_folders.id"], name=op.f("live_files_folder_id_reference"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("live_files_file_id_reference"), ondelete="SET NULL"
        ),
    )
    op.create_index("live_files_by_file", "live_files", ["file_id"])


def downgrade() -> None:
    op.drop_index("live_files_by_file", "live_files")
    op.drop_table("live_files")
    op.drop_table("live_folders")
    op.drop_column("vector_stores", "paused_at")
