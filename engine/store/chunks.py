"""Passages of files, the words they are found by, and their vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import (
    Float,
    Integer,
    Select,
    TableClause,
    Text,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    table,
    text,
    update,
)

from engine.errors import NotFound
from engine.store import tables
from engine.store.database import Database
from engine.store.records import listed
from engine.store.vector_store_files import Job
from engine.types import AttributeValue, Chunk

_CHUNKS, _FILES, _VECTORS = tables.chunks, tables.vector_store_files, tables.chunk_vectors
_COLUMNS = [_CHUNKS.c[field.name] for field in fields(Chunk)]
_WORDS: TableClause = table("chunk_words", column("rowid", Integer), column("words", Text))
_SEARCH = (
    select(
        _CHUNKS.c.seq,
        _FILES.c.vector_store_id,
        _FILES.c.id.label("file_id"),
        tables.files.c.filename,
        _FILES.c.attributes,
        _CHUNKS.c.position,
        _WORDS.c.words,
        literal_column("-bm25(chunk_words, 1.0, 0.5)", Float).label("rank"),  # words count double
        *_COLUMNS,
    )
    .select_from(_WORDS)
    .join(_CHUNKS, _CHUNKS.c.seq == _WORDS.c.rowid)
    .join(_FILES, _FILES.c.seq == _CHUNKS.c.store_file)
    .join(tables.files, tables.files.c.id == _FILES.c.id)
    .where(text("chunk_words MATCH :expression"), _FILES.c.status == "completed")
)


@dataclass(frozen=True, slots=True)
class NewChunk:
    """A passage to keep, and the words it can be found by, as `engine.retrieval.keyword` makes them."""

    chunk: Chunk
    words: str
    heading_words: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that holds at least one of the words. `rank` is BM25's: the larger, the better."""

    seq: int
    vector_store_id: str
    file_id: str
    filename: str
    attributes: dict[str, AttributeValue]
    position: int
    chunk: Chunk
    words: str
    rank: float


class Chunks:
    """Passages in the order of their file. Writing needs a `Job` that is still waited for, else NotFound is raised."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def clear(self, job: Job) -> None:
        """Forget what an attempt that did not end has kept of the file."""
        with self._database.transaction() as connection:
            connection.execute(delete(_CHUNKS).where(_CHUNKS.c.store_file == job.seq))
            self._change(connection, job, chunk_count=None, usage_bytes=0)

    def add(self, job: Job, new: Sequence[NewChunk], *, start: int) -> None:
        """Keep passages from position `start` on."""
        size = sum(len(entry.chunk.text.encode()) for entry in new)
        with self._database.transaction() as connection:
            self._change(connection, job, usage_bytes=_FILES.c.usage_bytes + size)
            if not new:
                return
            rows = [
                {"store_file": job.seq, "position": position, **asdict(entry.chunk)}
                for position, entry in enumerate(new, start)
            ]
            seqs = connection.execute(
                insert(_CHUNKS).returning(_CHUNKS.c.seq, sort_by_parameter_order=True), rows
            ).scalars()
            words = [
                {"seq": seq, "words": entry.words, "heading": entry.heading_words}
                for seq, entry in zip(seqs, new, strict=True)
            ]
            connection.execute(
                text("INSERT INTO chunk_words (rowid, words, heading) VALUES (:seq, :words, :heading)"), words
            )

    def close(self, job: Job, count: int) -> None:
        """Note that these were all: the file has been read to its end."""
        with self._database.transaction() as connection:
            self._change(connection, job, chunk_count=count)

    def list(self, vector_store_id: str, file_id: str) -> tuple[Chunk, ...]:
        """Return all passages of a file in a store; none, if there is no such file."""
        query = (
            select(*_COLUMNS)
            .join(_FILES, _FILES.c.seq == _CHUNKS.c.store_file)
            .where(_FILES.c.vector_store_id == vector_store_id, _FILES.c.id == file_id)
            .order_by(_CHUNKS.c.position)
        )
        with self._database.read() as connection:
            return tuple(Chunk(**row) for row in connection.execute(query).mappings())

    def without_vector(self, job: Job, embedder: str, limit: int) -> tuple[tuple[int, str], ...]:
        """Return `seq` and text of up to `limit` passages that this embedder has not seen, in their order."""
        query = _unseen(select(_CHUNKS.c.seq, _CHUNKS.c.text), job, embedder)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(_CHUNKS.c.position).limit(limit))
            return tuple((seq, words) for seq, words in rows)

    def count_without_vector(self, job: Job, embedder: str) -> int:
        """Return how many passages this embedder has not seen."""
        with self._database.read() as connection:
            return int(connection.execute(_unseen(select(func.count()), job, embedder)).scalar_one())

    def add_vectors(self, job: Job, embedder: str, vectors: Sequence[tuple[int, bytes]]) -> None:
        """Keep vectors (little-endian float32) by the passages' `seq`, in place of another embedder's."""
        with self._database.transaction() as connection:
            self._change(connection, job, usage_bytes=_FILES.c.usage_bytes + sum(len(v) for _, v in vectors))
            rows = [{"chunk": seq, "embedder": embedder, "vector": vector} for seq, vector in vectors]
            connection.execute(insert(_VECTORS).prefix_with("OR REPLACE"), rows)

    def matching(
        self, vector_store_ids: Sequence[str], expression: str, limit: int, *, within: Sequence[int] | None = None
    ) -> tuple[Found, ...]:
        """Return the best `limit` passages for a full-text expression, the best first.

        Only files that can be searched; with `within`, only those files (`seq` of their places): the limit counts
        what passes, so a narrow filter loses nothing.
        """
        query = (
            _SEARCH.where(_FILES.c.vector_store_id.in_(listed(vector_store_ids)))
            .order_by(text("rank DESC"), _CHUNKS.c.seq)
            .limit(limit)
        )
        if within is not None:
            query = query.where(_FILES.c.seq.in_(listed(within)))
        with self._database.read() as connection:
            rows = connection.execute(query, {"expression": expression}).mappings()
            return tuple(_found(dict(row)) for row in rows)

    def _change(self, connection: Any, job: Job, **values: Any) -> None:
        change = update(_FILES).where(_FILES.c.seq == job.seq, tables.IN_PROGRESS).values(values)
        if connection.execute(change).rowcount == 0:
            raise NotFound("waiting file", job.file.id)


def _found(row: dict[str, Any]) -> Found:
    chunk = Chunk(**{field.name: row.pop(field.name) for field in fields(Chunk)})
    return Found(chunk=chunk, **row)


def _unseen(query: Select[Any], job: Job, embedder: str) -> Select[Any]:
    """Narrow a query of a file's passages to those without a vector of this embedder."""
    return (
        query.select_from(_CHUNKS)
        .outerjoin(_VECTORS, _VECTORS.c.chunk == _CHUNKS.c.seq)
        .where(_CHUNKS.c.store_file == job.seq, func.coalesce(_VECTORS.c.embedder, "") != embedder)
    )
