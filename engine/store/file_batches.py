"""Stored batches: files that were put into a vector store together."""

from __future__ import annotations

import dataclasses
import time

from engine.ids import new_id
from engine.store import tables
from engine.store.counts import counts_by
from engine.store.database import Database
from engine.store.records import Records
from engine.types import FileBatch, FileCounts, VectorStoreFileStatus


class FileBatches:
    """Batches of a vector store; which files belong to one is kept with the files."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records = Records(database, tables.file_batches, FileBatch, "file batch")

    def create(self, vector_store_id: str) -> FileBatch:
        """Store an empty batch, to be filled in the same transaction."""
        batch = FileBatch(id=new_id("vsfb"), created_at=int(time.time()), vector_store_id=vector_store_id)
        self._records.insert([batch])
        return batch

    def get(self, vector_store_id: str, batch_id: str) -> FileBatch:
        """Raises NotFound."""
        with self._database.read() as connection:
            batch = self._records.get(batch_id, vector_store_id=vector_store_id)
            counts = counts_by(connection, tables.vector_store_files.c.batch_id, [batch_id])[batch_id].files
        return dataclasses.replace(batch, file_counts=counts, status=_status(batch, counts))

    def cancel(self, vector_store_id: str, batch_id: str) -> None:
        """Note that the batch was given up. Raises NotFound."""
        self._records.update(batch_id, {"cancelled_at": int(time.time())}, vector_store_id=vector_store_id)


def _status(batch: FileBatch, counts: FileCounts) -> VectorStoreFileStatus:
    if batch.cancelled_at is not None:
        return "cancelled"
    if counts.in_progress:
        return "in_progress"
    return "failed" if counts.failed and not counts.completed else "completed"
