"""What a vector store holds, as its owner wants to see it: files with their names, and who wrote the vectors."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import fields

from sqlalchemy import Select, Text, cast, func, select

from engine.store import tables
from engine.store.database import Database
from engine.store.records import Records, listed
from engine.types import HeldFile, VectorStore, VectorStoreFile

_FILES, _PLACES = tables.files, tables.vector_store_files
_NAMES = [field.name for field in fields(VectorStoreFile)]
_NAMING = (
    tables.assistants.c.tool_resources,
    tables.threads.c.tool_resources,
    tables.messages.c.attachments,
    tables.messages.c.content,
)
_FILE_ID = re.compile(r"file-[0-9A-Za-z_-]+")


class Holdings:
    """Questions over several tables; nothing is changed here."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stores = Records(database, tables.vector_stores, VectorStore, "vector store")

    def files(self, vector_store_id: str) -> tuple[HeldFile, ...]:
        """Return all files of a store, in the order they were put in. Raises NotFound."""
        self._stores.get(vector_store_id)
        return self._read(_held().where(_PLACES.c.vector_store_id == vector_store_id).order_by(_PLACES.c.seq))

    def alike(self, vector_store_id: str, filename: str, size: int) -> tuple[HeldFile, ...]:
        """Return the files of a store that have this name and size."""
        mine = (_PLACES.c.vector_store_id == vector_store_id, _FILES.c.filename == filename, _FILES.c.bytes == size)
        return self._read(_held().where(*mine))

    def embedders(self, vector_store_id: str) -> dict[str, int]:
        """Return how many passages of a store have a vector of which embedder; under "" those without one."""
        chunks, vectors = tables.chunks, tables.chunk_vectors
        query = (
            select(func.coalesce(vectors.c.embedder, ""), func.count())
            .select_from(_PLACES)
            .join(chunks, chunks.c.store_file == _PLACES.c.seq)
            .outerjoin(vectors, vectors.c.chunk == chunks.c.seq)
            .where(_PLACES.c.vector_store_id == vector_store_id, _PLACES.c.status == "completed")
            .group_by(vectors.c.embedder)
        )
        with self._database.read() as connection:
            return {embedder: count for embedder, count in connection.execute(query)}

    def needed_elsewhere(self, file_ids: Collection[str]) -> frozenset[str]:
        """Return which of these files some vector store, assistant, thread or message still names."""
        wanted = set(file_ids)
        held = select(_PLACES.c.id).where(_PLACES.c.id.in_(listed(sorted(wanted)))).distinct()
        naming = [cast(column, Text) for column in _NAMING]
        with self._database.read() as connection:
            found = set(connection.execute(held).scalars())
            for text in naming:
                for value in connection.execute(select(text).where(text.contains("file-"))).scalars():
                    found |= wanted & set(_FILE_ID.findall(str(value)))
        return frozenset(found)

    def _read(self, query: Select[tuple[object, ...]]) -> tuple[HeldFile, ...]:
        with self._database.read() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        return tuple(
            HeldFile(
                filename=row.pop("filename"),
                bytes=row.pop("bytes"),
                sha256=row.pop("sha256"),
                place=VectorStoreFile(**row),
            )
            for row in rows
        )


def _held() -> Select[tuple[object, ...]]:
    places = [_PLACES.c[name] for name in _NAMES]
    return select(_FILES.c.filename, _FILES.c.bytes, _FILES.c.sha256, *places).join(_FILES, _FILES.c.id == _PLACES.c.id)
