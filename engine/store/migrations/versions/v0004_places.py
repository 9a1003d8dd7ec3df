"""Words know the store and the file they are in, so that one store is searched without reading the others'."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_OLD = "CREATE VIRTUAL TABLE chunk_words USING fts5(words, heading, tokenize = 'unicode61 remove_diacritics 2')"
_NEW = "CREATE VIRTUAL TABLE chunk_words USING fts5(words, heading, place, tokenize = 'unicode61 remove_diacritics 2')"


def upgrade() -> None:
    op.add_column("chunks", sa.Column("start", sa.Integer))
    op.add_column("chunks", sa.Column("stop", sa.Integer))
    op.execute("CREATE TEMP TABLE kept_words AS SELECT rowid AS seq, words, heading FROM chunk_words")
    op.execute("DROP TABLE chunk_words")
    op.execute(_NEW)
    op.execute("CREATE VIRTUAL TABLE chunk_words_terms USING fts5vocab(chunk_words, 'row')")
    op.execute(
        "INSERT INTO chunk_words (rowid, words, heading, place)"
        " SELECT kept_words.seq, words, kept_words.heading,"
        " replace(vector_store_files.vector_store_id, '_', '') || ' f' || chunks.store_file"
        " FROM kept_words JOIN chunks ON chunks.seq = kept_words.seq"
        " JOIN vector_store_files ON vector_store_files.seq = chunks.store_file"
    )
    op.execute("DROP TABLE kept_words")


def downgrade() -> None:
    op.execute("CREATE TEMP TABLE kept_words AS SELECT rowid AS seq, words, heading FROM chunk_words")
    op.execute("DROP TABLE chunk_words_terms")
    op.execute("DROP TABLE chunk_words")
    op.execute(_OLD)
    op.execute("INSERT INTO chunk_words (rowid, words, heading) SELECT seq, words, heading FROM kept_words")
    op.execute("DROP TABLE kept_words")
    op.drop_column("chunks", "stop")
    op.drop_column("chunks", "start")
