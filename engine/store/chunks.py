"""Passages of files, the words they are found by, and their vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Integer,
    Select,
    TableClause,
    Text,
    column,
    delete,
    func,
    insert,
    select,
    table,
    text,
    tuple_,
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
_WORDS: TableClause = table("chunk_words", column("rowid", Integer), column("words", Text), column("heading", Text))
_PASSAGE = [
    _CHUNKS.c.seq,
    _CHUNKS.c.store_file,
    _FILES.c.vector_store_id,
    _FILES.c.id.label("file_id"),
    tables.files.c.filename,
    _FILES.c.attributes,
    _CHUNKS.c.position,
    func.rtrim(_WORDS.c.words + " " + _WORDS.c.heading).label("words"),
    *_COLUMNS,
]
# Only numbers are sorted; what belongs to the best is read afterwards. Words count double, headings once.
_BEST = text(
    "SELECT rowid AS seq, -bm25(chunk_words, 1.0, 0.5, 0.0) AS rank FROM chunk_words"
    " WHERE chunk_words MATCH :expression ORDER BY rank DESC, rowid LIMIT :most"
).columns(column("seq", Integer), column("rank", Float))
_FEW_PLACES = 200
_KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class NewChunk:
    """A passage to keep, and the words it can be found by, as `engine.retrieval.keyword` makes them."""

    chunk: Chunk
    words: str
    heading_words: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with where it is and its words, those of its headings last.

    `store_file` is the `seq` of its file's place in the store. `rank` is BM25's if it was found by words: the larger,
    the better.
    """

    seq: int
    store_file: int
    vector_store_id: str
    file_id: str
    filename: str
    attributes: dict[str, AttributeValue]
    position: int
    chunk: Chunk
    words: str
    rank: float = 0.0


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
            place = f"{_store_word(job.file.vector_store_id)} {_file_word(job.seq)}"
            seqs = connection.execute(
                insert(_CHUNKS).returning(_CHUNKS.c.seq, sort_by_parameter_order=True), rows
            ).scalars()
            words = [
                {"seq": seq, "words": entry.words, "heading": entry.heading_words, "place": place}
                for seq, entry in zip(seqs, new, strict=True)
            ]
            connection.execute(
                text("INSERT INTO chunk_words (rowid, words, heading, place) VALUES (:seq, :words, :heading, :place)"),
                words,
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

    def without_vector(self, store_file: int, embedder: str, limit: int) -> tuple[tuple[int, Chunk], ...]:
        """Return up to `limit` passages of a file that this embedder has not seen, with their `seq`, in their order."""
        query = _unseen(select(_CHUNKS.c.seq, *_COLUMNS), embedder).where(_CHUNKS.c.store_file == store_file)
        with self._database.read() as connection:
            rows = [dict(row) for row in connection.execute(query.order_by(_CHUNKS.c.position).limit(limit)).mappings()]
            return tuple((row.pop("seq"), Chunk(**row)) for row in rows)

    def count_without_vector(self, store_file: int, embedder: str) -> int:
        """Return how many passages of a file this embedder has not seen."""
        query = _unseen(select(func.count()), embedder).where(_CHUNKS.c.store_file == store_file)
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def file_without_vectors(self, embedder: str) -> int | None:
        """Return a file that can be searched (`seq` of its place) but has passages this embedder has not seen."""
        query = _unseen(select(_CHUNKS.c.store_file), embedder)
        query = query.join(_FILES, _FILES.c.seq == _CHUNKS.c.store_file).where(_FILES.c.status == "completed").limit(1)
        with self._database.read() as connection:
            found: int | None = connection.execute(query).scalar_one_or_none()
            return found

    def add_vectors(self, store_file: int, embedder: str, vectors: Sequence[tuple[int, bytes]]) -> None:
        """Keep vectors (little-endian float32) by the passages' `seq`, in place of another embedder's.

        A passage may have several, one after the other. Raises NotFound if the file is gone or was given up.
        """
        seqs = [seq for seq, _ in vectors]
        replaced = select(func.coalesce(func.sum(func.length(_VECTORS.c.vector)), 0)).where(_VECTORS.c.chunk.in_(seqs))
        with self._database.transaction() as connection:
            grown = sum(len(vector) for _, vector in vectors) - connection.execute(replaced).scalar_one()
            change = update(_FILES).where(_FILES.c.seq == store_file, _FILES.c.status.in_(("in_progress", "completed")))
            if connection.execute(change.values(usage_bytes=_FILES.c.usage_bytes + grown)).rowcount == 0:
                raise NotFound("vector store file", str(store_file))
            rows = [{"chunk": seq, "embedder": embedder, "vector": vector} for seq, vector in vectors]
            connection.execute(insert(_VECTORS).prefix_with("OR REPLACE"), rows)

    def matching(
        self, vector_store_ids: Sequence[str], expression: str, limit: int, *, within: Sequence[int] | None = None
    ) -> tuple[Found, ...]:
        """Return the best `limit` passages for a full-text expression, the best first.

        Only files that can be searched; with `within`, only those files (`seq` of their places): the limit counts
        what passes, so a narrow filter loses nothing.
        """
        if not vector_store_ids or (within is not None and not within):
            return ()
        places = [_store_word(each) for each in vector_store_ids]
        if within is not None and len(within) <= _FEW_PLACES:
            places = [_file_word(each) for each in within]
        expression = f"{{words heading}} : ({expression}) AND place : ({' OR '.join(places)})"
        most = limit
        with self._database.read() as connection:
            while True:
                best = dict(map(tuple, connection.execute(_BEST, {"expression": expression, "most": most})))
                conditions = [_CHUNKS.c.seq.in_(listed(list(best)))]
                conditions.append(_FILES.c.vector_store_id.in_(listed(vector_store_ids)))
                if within is not None:
                    conditions.append(_FILES.c.seq.in_(listed(within)))
                found = _passages(connection, conditions)
                if len(found) >= limit or len(best) < most:
                    break
                most *= 8  # files that are still being read, or do not pass the filter, took the places
        ranked = [replace(each, rank=best[each.seq]) for each in found]
        return tuple(sorted(ranked, key=lambda each: (-each.rank, each.seq))[:limit])

    def at(self, places: Sequence[tuple[int, int]]) -> tuple[Found, ...]:
        """Return the passages at these places (`store_file`, `position`) that can be searched, in no order."""
        found: list[Found] = []
        with self._database.read() as connection:
            for start in range(0, len(places), _KEYS_AT_ONCE):
                keys = tuple_(_CHUNKS.c.store_file, _CHUNKS.c.position).in_(places[start : start + _KEYS_AT_ONCE])
                found += _passages(connection, [keys])
        return tuple(found)

    def frequencies(self, words: Sequence[str]) -> dict[str, int]:
        """Return in how many passages, of all stores, each word is; those in none are left out."""
        query = text("SELECT term, doc FROM chunk_words_terms WHERE term = :word")
        with self._database.read() as connection:
            rows = (connection.execute(query, {"word": word}).first() for word in words)
            return {row.term: row.doc for row in rows if row is not None}

    def count(self) -> int:
        """Return about how many passages there are in all stores; never less."""
        with self._database.read() as connection:
            return int(connection.execute(select(func.coalesce(func.max(_CHUNKS.c.seq), 0))).scalar_one())

    def vectors(self, store_file: int, embedder: str, *, start: int, limit: int) -> tuple[tuple[int, bytes], ...]:
        """Return position and vector of up to `limit` passages of a file from position `start` on, in order."""
        query = (
            select(_CHUNKS.c.position, _VECTORS.c.vector)
            .join(_VECTORS, _VECTORS.c.chunk == _CHUNKS.c.seq)
            .where(_CHUNKS.c.store_file == store_file, _CHUNKS.c.position >= start, _VECTORS.c.embedder == embedder)
            .order_by(_CHUNKS.c.position)
            .limit(limit)
        )
        with self._database.read() as connection:
            return tuple((position, vector) for position, vector in connection.execute(query))

    def _change(self, connection: Any, job: Job, **values: Any) -> None:
        change = update(_FILES).where(_FILES.c.seq == job.seq, tables.IN_PROGRESS).values(values)
        if connection.execute(change).rowcount == 0:
            raise NotFound("waiting file", job.file.id)


def _passages(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> list[Found]:
    query = (
        select(*_PASSAGE)
        .select_from(_CHUNKS)
        .join(_FILES, _FILES.c.seq == _CHUNKS.c.store_file)
        .join(tables.files, tables.files.c.id == _FILES.c.id)
        .join(_WORDS, _WORDS.c.rowid == _CHUNKS.c.seq)
        .where(_FILES.c.status == "completed", *conditions)
    )
    return [_found(dict(row)) for row in connection.execute(query).mappings()]


def _found(row: dict[str, Any]) -> Found:
    chunk = Chunk(**{field.name: row.pop(field.name) for field in fields(Chunk)})
    return Found(chunk=chunk, **row)


def _store_word(vector_store_id: str) -> str:
    """Return the word in `place` for a store; what it lacks in case is checked against the row."""
    return "".join(character for character in vector_store_id if character.isalnum())


def _file_word(store_file: int) -> str:
    return f"f{store_file}"


def _unseen(query: Select[Any], embedder: str) -> Select[Any]:
    """Narrow a query of passages to those without a vector of this embedder."""
    return (
        query.select_from(_CHUNKS)
        .outerjoin(_VECTORS, _VECTORS.c.chunk == _CHUNKS.c.seq)
        .where(func.coalesce(_VECTORS.c.embedder, "") != embedder)
    )
