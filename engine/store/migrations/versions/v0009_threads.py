"""Threads are pinned, filed, binned and branch; what was said is found by its words."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_WORDS = "CREATE VIRTUAL TABLE message_words USING fts5(words, tokenize = 'unicode61 remove_diacritics 2')"
_DUE = "BEGIN INSERT OR REPLACE INTO words_due (message, mark) VALUES (new.seq, random()); END"
_TRIGGERS = {
    "messages_said": f"AFTER INSERT ON messages {_DUE}",
    "messages_changed": f"AFTER UPDATE OF content ON messages {_DUE}",
    "messages_forget_words": "AFTER DELETE ON messages BEGIN DELETE FROM message_words WHERE rowid = old.seq; END",
}


def upgrade() -> None:
    op.add_column("threads", sa.Column("pinned_at", sa.Integer))
    op.add_column("threads", sa.Column("folder", sa.Text))
    op.add_column("threads", sa.Column("deleted_at", sa.Integer))
    op.create_index("threads_binned", "threads", ["deleted_at"], sqlite_where=sa.text("deleted_at IS NOT NULL"))
    op.add_column("messages", sa.Column("shelf", sa.Text))
    op.add_column("messages", sa.Column("deleted_at", sa.Integer))
    op.create_index("messages_by_shelf", "messages", ["shelf"], sqlite_where=sa.text("shelf IS NOT NULL"))
    op.create_index("messages_binned", "messages", ["deleted_at"], sqlite_where=sa.text("deleted_at IS NOT NULL"))
    op.create_table(
        "branches",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", sa.Integer, nullable=False),
        sa.Column("thread_id", sa.Text, nullable=False),
        sa.Column("parent", sa.Text),
        sa.Column("starts_after", sa.Integer, nullable=False),
        sa.Column("chosen", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("branches_key")),
        sa.UniqueConstraint("id", name=op.f("branches_id_unique")),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("branches_thread_id_reference"), ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("branches_by_thread", "branches", ["thread_id", "seq"])
    op.create_table(
        "words_due",
        sa.Column("message", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("mark", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("message", name=op.f("words_due_key")),
        sa.ForeignKeyConstraint(
            ["message"], ["messages.seq"], name=op.f("words_due_message_reference"), ondelete="CASCADE"
        ),
    )
    op.execute(_WORDS)
    op.execute("INSERT INTO words_due (message, mark) SELECT seq, 0 FROM messages")
    for name, does in _TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {does}")


def downgrade() -> None:
    for name in _TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
    op.execute("DROP TABLE message_words")
    for table in ("words_due", "branches"):
        op.drop_table(table)
    op.drop_index("messages_binned", "messages")
    op.drop_index("messages_by_shelf", "messages")
    op.drop_column("messages", "deleted_at")
    op.drop_column("messages", "shelf")
    op.drop_index("threads_binned", "threads")
    for column in ("deleted_at", "folder", "pinned_at"):
        op.drop_column("threads", column)
