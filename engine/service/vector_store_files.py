"""Files in vector stores at the front door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.bus import Bus
from engine.events import VectorStoreChanged, VectorStoreFileChanged
from engine.retrieval.ingest import Ingest
from engine.service.file_limits import check_attributes, checked_chunking, no_file
from engine.store import Store
from engine.types import (
    Chunk,
    JsonObject,
    NewVectorStoreFile,
    Page,
    PageRequest,
    VectorStoreFile,
    VectorStoreFileStatus,
)


class VectorStoreFiles:
    """The files of a vector store, under the files' own ids."""

    def __init__(self, store: Store, bus: Bus, ingest: Ingest) -> None:
        self._store = store
        self._bus = bus
        self._ingest = ingest

    def create(
        self,
        vector_store_id: str,
        file_id: str,
        *,
        attributes: Mapping[str, Any] | None = None,
        chunking_strategy: JsonObject | None = None,
    ) -> VectorStoreFile:
        """Put a file into a store and begin to read it; one that is there already is not read twice.

        Raises NotFound for the store, InvalidRequest.
        """
        check_attributes(attributes)
        strategy = checked_chunking(chunking_strategy)
        with self._store.transaction():
            self._store.vector_stores.get(vector_store_id)
            new = new_files(self._store, [file_id], strategy, "file_id", attributes)
            [file] = self._store.vector_store_files.put(vector_store_id, new)
        announce_put(self._store, self._bus, [file])
        self._ingest.wake()
        return file

    def get(self, vector_store_id: str, file_id: str) -> VectorStoreFile:
        """Raises NotFound."""
        return self._store.vector_store_files.get(vector_store_id, file_id)

    def list(
        self,
        vector_store_id: str,
        page: PageRequest = PageRequest(),  # noqa: B008 - frozen
        status: VectorStoreFileStatus | None = None,
    ) -> Page[VectorStoreFile]:
        """Return a page, of one status if given. Raises NotFound, InvalidRequest."""
        return self._store.vector_store_files.list(vector_store_id, page, status=status)

    def update(self, vector_store_id: str, file_id: str, *, attributes: Mapping[str, Any] | None) -> VectorStoreFile:
        """Replace the attributes; None empties them. Raises NotFound, InvalidRequest."""
        check_attributes(attributes)
        file = self._store.vector_store_files.update(vector_store_id, file_id, attributes=dict(attributes or {}))
        self._bus.publish(VectorStoreFileChanged(what="updated", file=file))
        return file

    def delete(self, vector_store_id: str, file_id: str) -> None:
        """Take the file out of the store; the file itself stays. Raises NotFound."""
        with self._store.transaction():
            file = self._store.vector_store_files.get(vector_store_id, file_id)
            self._store.vector_store_files.delete(vector_store_id, file_id)
        self._bus.publish(VectorStoreFileChanged(what="deleted", file=file))
        announce_counts(self._store, self._bus, vector_store_id)
        self._ingest.wake()

    def content(self, vector_store_id: str, file_id: str) -> tuple[Chunk, ...]:
        """Return the passages that the file was cut into; none before it has been read. Raises NotFound."""
        self._store.vector_store_files.get(vector_store_id, file_id)
        return self._store.chunks.list(vector_store_id, file_id)


def new_files(
    store: Store,
    file_ids: Sequence[str],
    strategy: JsonObject,
    param: str,
    attributes: Mapping[str, Any] | None = None,
) -> list[NewVectorStoreFile]:
    """Return what to put into a vector store, each file once. Raises InvalidRequest for ids that name no file."""
    ids = list(dict.fromkeys(file_ids))
    for missing in store.files.missing(ids):
        at = "" if param == "file_id" else f"[{list(file_ids).index(missing)}]"
        raise no_file(missing, f"{param}{at}")
    return [
        NewVectorStoreFile(file_id=file_id, chunking_strategy=strategy, attributes=dict(attributes or {}))
        for file_id in ids
    ]


def announce_put(store: Store, bus: Bus, files: Sequence[VectorStoreFile]) -> None:
    """Tell listeners about files that were put into one store."""
    for file in files:
        fresh = file.status == "in_progress" and not file.attempts
        bus.publish(VectorStoreFileChanged(what="created" if fresh else "updated", file=file))
    for vector_store_id in {file.vector_store_id for file in files}:
        announce_counts(store, bus, vector_store_id)


def announce_counts(store: Store, bus: Bus, vector_store_id: str) -> None:
    """Tell listeners that a store's counts have moved."""
    vector_store = store.vector_stores.get(vector_store_id)
    bus.publish(VectorStoreChanged(what="updated", vector_store_id=vector_store_id, vector_store=vector_store))
