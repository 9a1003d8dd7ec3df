"""Files, uploads, and vector stores with the passages of their files."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _create_files()
    _create_uploads()
    _create_vector_stores()
    _create_vector_store_files()
    _create_chunks()


def downgrade() -> None:
    for table in ("chunk_words", "chunk_vectors", "chunks", "vector_store_files", "file_batches", "vector_stores"):
        op.drop_table(table)
    for table in ("upload_parts", "uploads", "files"):
        op.drop_table(table)


def _create_files() -> None:
    op.create_table(
        "files",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Integer),
        sa.PrimaryKeyConstraint("seq", name=op.f("files_key")),
        sa.UniqueConstraint("id", name=op.f("files_id_unique")),
        sqlite_autoincrement=True,
    )
    op.create_index("files_by_purpose", "files", ["purpose", "seq"])
    op.create_index("files_by_sha256", "files", ["sha256"])
    op.create_index("files_by_expiry", "files", ["expires_at"], sqlite_where=sa.text("expires_at IS NOT NULL"))


def _create_uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("mime_type", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("expires_after", sa.Integer),
        sa.Column("file_id", sa.Text),
        sa.PrimaryKeyConstraint("seq", name=op.f("uploads_key")),
        sa.UniqueConstraint("id", name=op.f("uploads_id_unique")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("uploads_file_id_reference"), ondelete="SET NULL"),
        sqlite_autoincrement=True,
    )
    op.create_index("uploads_by_file", "uploads", ["file_id"])
    op.create_index("uploads_pending", "uploads", ["expires_at"], sqlite_where=sa.text("status = 'pending'"))
    op.create_table(
        "upload_parts",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("upload_id", sa.Text, nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("upload_parts_key")),
        sa.UniqueConstraint("id", name=op.f("upload_parts_id_unique")),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("upload_parts_upload_id_reference"), ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("upload_parts_by_upload", "upload_parts", ["upload_id", "seq"])
    op.create_index("upload_parts_by_sha256", "upload_parts", ["sha256"])


def _create_vector_stores() -> None:
    op.create_table(
        "vector_stores",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("last_active_at", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("metadata", sa.JSON, nullable=False),
        sa.Column("expires_after_days", sa.Integer),
        sa.PrimaryKeyConstraint("seq", name=op.f("vector_stores_key")),
        sa.UniqueConstraint("id", name=op.f("vector_stores_id_unique")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "file_batches",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("vector_store_id", sa.Text, nullable=False),
        sa.Column("cancelled_at", sa.Integer),
        sa.PrimaryKeyConstraint("seq", name=op.f("file_batches_key")),
        sa.UniqueConstraint("id", name=op.f("file_batches_id_unique")),
        sa.ForeignKeyConstraint(
            ["vector_store_id"],
            ["vector_stores.id"],
            name=op.f("file_batches_vector_store_id_reference"),
            ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("file_batches_by_store", "file_batches", ["vector_store_id", "seq"])


def _create_vector_store_files() -> None:
    name = "vector_store_files"
    op.create_table(
        name,
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("vector_store_id", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("chunking_strategy", sa.JSON, nullable=False),
        sa.Column("attributes", sa.JSON, nullable=False),
        sa.Column("last_error", sa.JSON),
        sa.Column("usage_bytes", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.Text),
        sa.Column("chunk_count", sa.Integer),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f(f"{name}_key")),
        sa.UniqueConstraint("vector_store_id", "id", name=op.f(f"{name}_vector_store_id_id_unique")),
        sa.ForeignKeyConstraint(["id"], ["files.id"], name=op.f(f"{name}_id_reference"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["vector_store_id"],
            ["vector_stores.id"],
            name=op.f(f"{name}_vector_store_id_reference"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["file_batches.id"], name=op.f(f"{name}_batch_id_reference"), ondelete="SET NULL"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(f"{name}_by_file", name, ["id"])
    op.create_index(f"{name}_by_store", name, ["vector_store_id", "seq"])
    op.create_index(f"{name}_by_status", name, ["vector_store_id", "status", "usage_bytes"])
    op.create_index(f"{name}_by_batch", name, ["batch_id", "status", "usage_bytes"])
    op.create_index(f"{name}_waiting", name, ["seq"], sqlite_where=sa.text("status = 'in_progress'"))


def _create_chunks() -> None:
    op.create_table(
        "chunks",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("store_file", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("tokens", sa.Integer, nullable=False),
        sa.Column("page", sa.Integer),
        sa.Column("last_page", sa.Integer),
        sa.Column("line", sa.Integer),
        sa.Column("last_line", sa.Integer),
        sa.Column("heading", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("chunks_key")),
        sa.UniqueConstraint("store_file", "position", name=op.f("chunks_store_file_position_unique")),
        sa.ForeignKeyConstraint(
            ["store_file"], ["vector_store_files.seq"], name=op.f("chunks_store_file_reference"), ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "chunk_vectors",
        sa.Column("chunk", sa.Integer, nullable=False),
        sa.Column("embedder", sa.Text, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("chunk", name=op.f("chunk_vectors_key")),
        sa.ForeignKeyConstraint(
            ["chunk"], ["chunks.seq"], name=op.f("chunk_vectors_chunk_reference"), ondelete="CASCADE"
        ),
    )
    op.execute(
        "CREATE VIRTUAL TABLE chunk_words USING fts5(words, heading, tokenize = 'unicode61 remove_diacritics 2')"
    )
    op.execute(
        "CREATE TRIGGER chunks_forget_words AFTER DELETE ON chunks"
        " BEGIN DELETE FROM chunk_words WHERE rowid = old.seq; END"
    )
