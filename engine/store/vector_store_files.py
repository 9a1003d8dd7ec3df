"""Files in vector stores, and the queue of those that wait to be read."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update

from engine.errors import NotFound
from engine.store import tables
from engine.store.database import Database
from engine.store.records import Records, listed
from engine.types import (
    LastError,
    NewVectorStoreFile,
    Page,
    PageRequest,
    VectorStore,
    VectorStoreFile,
    VectorStoreFileStatus,
)

_FILES = tables.vector_store_files


@dataclass(frozen=True, slots=True)
class Job:
    """A file that waits to be read; `seq` tells it from the same file taken out and put in again."""

    seq: int
    file: VectorStoreFile


class VectorStoreFiles:
    """The places of files in vector stores; a place's id is its file's id."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = Records(database, _FILES, VectorStoreFile, "vector store file")
        self._stores = Records(database, tables.vector_stores, VectorStore, "vector store")

    def put(
        self, vector_store_id: str, new: Sequence[NewVectorStoreFile], *, batch_id: str | None = None
    ) -> tuple[VectorStoreFile, ...]:
        """Add files that exist, waiting to be read; all or nothing.

        One that is there already, or still on its way, with the same chunking only gets the new attributes and batch:
        nothing is read twice. Otherwise it is taken out and added again. Raises NotFound for the store.
        """
        now = int(time.time())
        with self._database.transaction() as connection:
            self._stores.update(vector_store_id, {"last_active_at": now})
            files = []
            for entry in new:
                mine = (_FILES.c.vector_store_id == vector_store_id, _FILES.c.id == entry.file_id)
                same = update(_FILES).where(
                    *mine,
                    _FILES.c.status.in_(("completed", "in_progress")),
                    _FILES.c.chunking_strategy == entry.chunking_strategy,
                )
                changes = {"attributes": entry.attributes, "batch_id": batch_id}
                if connection.execute(same.values(changes)).rowcount == 0:
                    connection.execute(delete(_FILES).where(*mine))
                    self._records.insert([_waiting(vector_store_id, entry, batch_id, now)])
                files.append(self._records.get(entry.file_id, vector_store_id=vector_store_id))
        return tuple(files)

    def get(self, vector_store_id: str, file_id: str) -> VectorStoreFile:
        """Raises NotFound."""
        return self._records.get(file_id, vector_store_id=vector_store_id)

    def list(
        self,
        vector_store_id: str,
        page: PageRequest,
        *,
        status: VectorStoreFileStatus | None = None,
        batch_id: str | None = None,
    ) -> Page[VectorStoreFile]:
        """Return a page of a store's or a batch's files. Raises NotFound, InvalidRequest."""
        self._stores.get(vector_store_id)
        scope = {"vector_store_id": vector_store_id, "status": status, "batch_id": batch_id}
        return self._records.page(page, **{name: value for name, value in scope.items() if value is not None})

    def holding(self, file_id: str) -> tuple[str, ...]:
        """Return the ids of the stores a file is in."""
        query = select(_FILES.c.vector_store_id).where(_FILES.c.id == file_id)
        with self._database.read() as connection:
            return tuple(connection.execute(query).scalars())

    def attributes(self, vector_store_ids: Sequence[str]) -> tuple[tuple[int, dict[str, Any]], ...]:
        """Return `seq` and attributes of all files that can be searched, for filters."""
        query = select(_FILES.c.seq, _FILES.c.attributes).where(
            _FILES.c.vector_store_id.in_(listed(vector_store_ids)), _FILES.c.status == "completed"
        )
        with self._database.read() as connection:
            return tuple((seq, attributes) for seq, attributes in connection.execute(query))

    def searchable(self, vector_store_id: str) -> tuple[int, ...]:
        """Return `seq` of all files of a store that can be searched."""
        query = select(_FILES.c.seq).where(_FILES.c.vector_store_id == vector_store_id, _FILES.c.status == "completed")
        with self._database.read() as connection:
            return tuple(connection.execute(query).scalars())

    def update(self, vector_store_id: str, file_id: str, **changes: Any) -> VectorStoreFile:
        """Change fields; None empties one. Raises NotFound."""
        return self._records.update(file_id, changes, vector_store_id=vector_store_id)

    def delete(self, vector_store_id: str, file_id: str) -> None:
        """Take the file out of the store; the file stays. Raises NotFound."""
        self._records.delete(file_id, vector_store_id=vector_store_id)

    def cancel_batch(self, batch_id: str) -> tuple[VectorStoreFile, ...]:
        """End what still waits in a batch as cancelled, without passages; return it."""
        mine = (_FILES.c.batch_id == batch_id, tables.IN_PROGRESS)
        query = select(_FILES.c.seq, _FILES.c.id).where(*mine).order_by(_FILES.c.seq)
        with self._database.transaction() as connection:
            found = connection.execute(query).all()
            return tuple(self._close(seq, file_id, status="cancelled") for seq, file_id in found)

    def next_job(self) -> Job | None:
        """Return the file that waits longest, in a store that is not paused."""
        paused = select(tables.vector_stores.c.id).where(tables.vector_stores.c.paused_at.is_not(None))
        waiting = (tables.IN_PROGRESS, _FILES.c.vector_store_id.not_in(paused))
        query = select(_FILES.c.seq, _FILES.c.id).where(*waiting).order_by(_FILES.c.seq).limit(1)
        with self._database.read() as connection:
            found = connection.execute(query).first()
            return None if found is None else Job(found.seq, self._records.get(found.id, seq=found.seq))

    def begin(self, job: Job) -> Job:
        """Count one more attempt. Raises NotFound if nobody waits for the file any more."""
        with self._database.transaction():
            attempts = self._open(job).attempts + 1
            return Job(job.seq, self._records.update(job.file.id, {"attempts": attempts}, seq=job.seq))

    def blame(self, job: Job, times: int) -> None:
        """Count an attempt as so many more: it is likely that the file ended it. Raises NotFound."""
        with self._database.transaction():
            attempts = self._records.get(job.file.id, seq=job.seq).attempts
            self._records.update(job.file.id, {"attempts": attempts + times}, seq=job.seq)

    def got_further(self, job: Job) -> None:
        """Begin to count anew: what came before was not in vain. Raises NotFound if the file is gone."""
        if job.file.attempts > 1:
            self._records.update(job.file.id, {"attempts": 1}, seq=job.seq)

    def pause(self, job: Job) -> None:
        """Take the attempt back: it was not the file's fault that it did not end."""
        self._records.update(job.file.id, {"attempts": max(0, job.file.attempts - 1)}, seq=job.seq)

    def complete(self, job: Job) -> VectorStoreFile:
        """The file can be searched. Raises NotFound if nobody waits for it any more."""
        with self._database.transaction():
            self._open(job)
            return self._records.update(job.file.id, {"status": "completed", "last_error": None}, seq=job.seq)

    def fail(self, job: Job, error: LastError) -> VectorStoreFile:
        """The file cannot be searched; nothing of it is kept. Raises NotFound if nobody waits for it any more."""
        with self._database.transaction():
            self._open(job)
            return self._close(job.seq, job.file.id, status="failed", last_error=error)

    def _open(self, job: Job) -> VectorStoreFile:
        file = self._records.get(job.file.id, seq=job.seq)
        if file.status != "in_progress":
            raise NotFound("waiting file", file.id)
        return file

    def _close(self, seq: int, file_id: str, **changes: Any) -> VectorStoreFile:
        with self._database.transaction() as connection:
            connection.execute(delete(tables.chunks).where(tables.chunks.c.store_file == seq))
            return self._records.update(file_id, {**changes, "chunk_count": None, "usage_bytes": 0}, seq=seq)


def _waiting(vector_store_id: str, entry: NewVectorStoreFile, batch_id: str | None, now: int) -> VectorStoreFile:
    return VectorStoreFile(
        id=entry.file_id,
        created_at=now,
        vector_store_id=vector_store_id,
        status="in_progress",
        chunking_strategy=entry.chunking_strategy,
        attributes=entry.attributes,
        batch_id=batch_id,
    )
