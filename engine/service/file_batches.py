"""Batches at the front door: many files into one vector store in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.bus import Bus
from engine.errors import InvalidRequest
from engine.events import VectorStoreFileChanged
from engine.retrieval.ingest import Ingest
from engine.service.file_limits import MAX_BATCH, check_attributes, checked_chunking, no_file
from engine.service.vector_store_files import announce_counts, announce_put, new_files
from engine.store import Store
from engine.types import (
    FileBatch,
    JsonObject,
    NewVectorStoreFile,
    Page,
    PageRequest,
    VectorStoreFile,
    VectorStoreFileStatus,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEntry:
    """One file of a batch with settings of its own."""

    file_id: str
    attributes: Mapping[str, Any] | None = None
    chunking_strategy: JsonObject | None = None


class FileBatches:
    """Files that are put into a vector store together, and can be given up together."""

    def __init__(self, store: Store, bus: Bus, ingest: Ingest) -> None:
        self._store = store
        self._bus = bus
        self._ingest = ingest

    def create(
        self,
        vector_store_id: str,
        *,
        file_ids: Sequence[str] | None = None,
        files: Sequence[BatchEntry] | None = None,
        attributes: Mapping[str, Any] | None = None,
        chunking_strategy: JsonObject | None = None,
    ) -> FileBatch:
        """Put files into a store: either `file_ids` with shared settings, or `files` with their own.

        Raises NotFound for the store, InvalidRequest.
        """
        if (file_ids is None) == (files is None):
            raise InvalidRequest("Give either 'file_ids' or 'files', one of them.", param="file_ids")
        count, param = (len(file_ids), "file_ids") if file_ids is not None else (len(files or ()), "files")
        if not 1 <= count <= MAX_BATCH:
            raise InvalidRequest(f"'{param}' must have 1 to {MAX_BATCH} entries, not {count}.", param=param)
        check_attributes(attributes)
        strategy = checked_chunking(chunking_strategy)
        with self._store.transaction():
            self._store.vector_stores.get(vector_store_id)
            if file_ids is not None:
                new = new_files(self._store, file_ids, strategy, "file_ids", attributes)
            else:
                new = self._entries(files or (), attributes, chunking_strategy)
            batch = self._store.file_batches.create(vector_store_id)
            put = self._store.vector_store_files.put(vector_store_id, new, batch_id=batch.id)
            batch = self._store.file_batches.get(vector_store_id, batch.id)
        announce_put(self._store, self._bus, put)
        self._ingest.wake()
        return batch

    def get(self, vector_store_id: str, batch_id: str) -> FileBatch:
        """Raises NotFound."""
        return self._store.file_batches.get(vector_store_id, batch_id)

    def cancel(self, vector_store_id: str, batch_id: str) -> FileBatch:
        """Give up the files that have not been read; one that has ended stays as it is. Raises NotFound."""
        with self._store.transaction():
            batch = self._store.file_batches.get(vector_store_id, batch_id)
            cancelled: tuple[VectorStoreFile, ...] = ()
            if batch.status == "in_progress":
                self._store.file_batches.cancel(vector_store_id, batch_id)
                cancelled = self._store.vector_store_files.cancel_batch(batch_id)
                batch = self._store.file_batches.get(vector_store_id, batch_id)
        for file in cancelled:
            self._bus.publish(VectorStoreFileChanged(what="cancelled", file=file))
        if cancelled:
            announce_counts(self._store, self._bus, vector_store_id)
        self._ingest.wake()
        return batch

    def files(
        self,
        vector_store_id: str,
        batch_id: str,
        page: PageRequest = PageRequest(),  # noqa: B008 - frozen
        status: VectorStoreFileStatus | None = None,
    ) -> Page[VectorStoreFile]:
        """Return a page of the batch's files, of one status if given. Raises NotFound, InvalidRequest."""
        self._store.file_batches.get(vector_store_id, batch_id)
        return self._store.vector_store_files.list(vector_store_id, page, status=status, batch_id=batch_id)

    def _entries(
        self, files: Sequence[BatchEntry], attributes: Mapping[str, Any] | None, chunking: JsonObject | None
    ) -> list[NewVectorStoreFile]:
        new = {}
        for index, entry in enumerate(files):
            place = f"files[{index}]"
            own = attributes if entry.attributes is None else entry.attributes
            check_attributes(own, f"{place}.attributes")
            strategy = checked_chunking(entry.chunking_strategy or chunking, f"{place}.chunking_strategy")
            new[entry.file_id] = NewVectorStoreFile(
                file_id=entry.file_id, chunking_strategy=strategy, attributes=dict(own or {})
            )
        ids = [entry.file_id for entry in files]
        for missing in self._store.files.missing(ids):
            raise no_file(missing, f"files[{ids.index(missing)}].file_id")
        return list(new.values())
