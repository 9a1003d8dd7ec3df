"""Vector stores at the front door: checked, stored, announced, searched."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from engine.bus import Bus
from engine.errors import InvalidRequest
from engine.events import VectorStoreChanged
from engine.retrieval.filters import compile_filter
from engine.retrieval.search import Cut
from engine.service.file_batches import FileBatches
from engine.service.file_limits import (
    MAX_NEW_STORE_FILES,
    check_search,
    check_store_expiry,
    checked_chunking,
)
from engine.service.limits import check_metadata
from engine.service.retrieval import Retrieval
from engine.service.vector_store_files import VectorStoreFiles, new_files
from engine.store import Store
from engine.types import UNSET, JsonObject, Page, PageRequest, SearchHit, VectorStore

__all__ = ["Cut", "SearchResults", "VectorStores"]

_MAX_TEXT = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResults:
    """What was searched for in the end, what was found, what was cut and why, and which searches did not work."""

    queries: tuple[str, ...]
    hits: tuple[SearchHit, ...]
    cut: tuple[Cut, ...] = ()
    failed: tuple[str, ...] = ()


class VectorStores:
    """Files that can be searched together; `files` and `batches` are what is in them."""

    def __init__(self, store: Store, bus: Bus, retrieval: Retrieval) -> None:
        self._store = store
        self._bus = bus
        self._ingest = retrieval.ingest
        self._search = retrieval.search
        self._rewriting = retrieval.rewriting
        self.files = VectorStoreFiles(store, bus, self._ingest)
        self.batches = FileBatches(store, bus, self._ingest)

    def create(
        self,
        *,
        name: str | None = None,
        description: str | None = None,
        file_ids: Sequence[str] = (),
        chunking_strategy: JsonObject | None = None,
        expires_after_days: int | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> VectorStore:
        """Store a new vector store and begin to read its files. Raises InvalidRequest."""
        vector_store = self.store_new(
            name=name,
            description=description,
            file_ids=file_ids,
            chunking_strategy=chunking_strategy,
            expires_after_days=expires_after_days,
            metadata=metadata,
        )
        self.announce_new(vector_store.id)
        return vector_store

    def store_new(
        self,
        *,
        name: str | None = None,
        description: str | None = None,
        file_ids: Sequence[str] = (),
        chunking_strategy: JsonObject | None = None,
        expires_after_days: int | None = None,
        metadata: Mapping[str, str] | None = None,
        param: str = "",
    ) -> VectorStore:
        """Like `create`, but announces nothing: for a caller that stores more in the same transaction.

        `param` is where in the caller's request the fields are, with a final dot.
        """
        _check_text(name, "name", param)
        _check_text(description, "description", param)
        check_metadata(metadata or {})
        check_store_expiry(expires_after_days)
        if len(file_ids) > MAX_NEW_STORE_FILES:
            raise InvalidRequest(
                f"'{param}file_ids' has {len(file_ids)} entries; at most {MAX_NEW_STORE_FILES} are allowed. Add the "
                "others with a file batch.",
                param=f"{param}file_ids",
                code="array_above_max_length",
            )
        strategy = checked_chunking(chunking_strategy, f"{param}chunking_strategy")
        with self._store.transaction():
            new = new_files(self._store, file_ids, strategy, f"{param}file_ids")
            vector_store = self._store.vector_stores.create(
                name=name or "", description=description, metadata=metadata, expires_after_days=expires_after_days
            )
            self._store.vector_store_files.put(vector_store.id, new)
            return self._store.vector_stores.get(vector_store.id)

    def announce_new(self, vector_store_id: str) -> None:
        """Tell listeners about a new vector store, and have its files read."""
        self._announce("created", self._store.vector_stores.get(vector_store_id))
        self._ingest.wake()

    def announce_filled(self, vector_store_id: str) -> None:
        """Tell listeners that files were put into a vector store, and have them read."""
        self._announce("updated", self._store.vector_stores.get(vector_store_id))
        self._ingest.wake()

    def get(self, vector_store_id: str) -> VectorStore:
        """Raises NotFound."""
        return self._store.vector_stores.get(vector_store_id)

    def list(self, page: PageRequest = PageRequest()) -> Page[VectorStore]:  # noqa: B008 - frozen
        """Raises InvalidRequest for a bad limit or cursor."""
        return self._store.vector_stores.list(page)

    def update(
        self,
        vector_store_id: str,
        *,
        name: Any = UNSET,
        expires_after_days: Any = UNSET,
        metadata: Any = UNSET,
        description: Any = UNSET,
    ) -> VectorStore:
        """Change fields: UNSET leaves one as it is, None clears it. Raises NotFound, InvalidRequest."""
        _check_text(name, "name")
        _check_text(description, "description")
        if metadata:
            check_metadata(metadata)
        if expires_after_days is not UNSET:
            check_store_expiry(expires_after_days)
        vector_store = self._store.vector_stores.update(
            vector_store_id,
            name=name,
            expires_after_days=expires_after_days,
            metadata=metadata,
            description=description,
        )
        self._announce("updated", vector_store)
        return vector_store

    def pause(self, vector_store_id: str) -> VectorStore:
        """Let its files wait, also over the end of the app; what has been read is searched. Raises NotFound."""
        vector_store = self._store.vector_stores.update(vector_store_id, paused_at=int(time.time()))
        self._ingest.interrupt(vector_store_id)
        self._announce("updated", vector_store)
        return vector_store

    def resume(self, vector_store_id: str) -> VectorStore:
        """Go on reading its files. Raises NotFound."""
        vector_store = self._store.vector_stores.update(vector_store_id, paused_at=None)
        self._announce("updated", vector_store)
        self._ingest.wake()
        return vector_store

    def delete(self, vector_store_id: str) -> None:
        """Remove it with all that was kept for searching; its files stay. Raises NotFound."""
        self._store.vector_stores.delete(vector_store_id)
        self._bus.publish(VectorStoreChanged(what="deleted", vector_store_id=vector_store_id, vector_store=None))
        self._ingest.wake()

    def search(
        self,
        vector_store_ids: str | Sequence[str],
        query: str | Sequence[str],
        *,
        filters: JsonObject | None = None,
        max_num_results: int = 10,
        score_threshold: float = 0.0,
        ranker: str = "auto",
        rewrite_query: bool = False,
    ) -> SearchResults:
        """Return the passages that answer a query, or any of several, the best first. It counts as use.

        With `rewrite_query` the language model may write better queries, where the settings and the query say it pays.

        Raises NotFound; InvalidRequest, also for a vector store that has expired.
        """
        ids = [vector_store_ids] if isinstance(vector_store_ids, str) else list(vector_store_ids)
        queries = (query,) if isinstance(query, str) else tuple(query)
        check_search(queries, max_num_results, score_threshold, ranker)
        matches = None if filters is None else compile_filter(filters)
        for each in ids:
            _check_alive(self._store.vector_stores.get(each))
        self._store.vector_stores.touch(ids)
        if rewrite_query:
            queries = tuple(dict.fromkeys(each for one in queries for each in self._rewriting.queries(one)))
        found = self._search.search(
            ids, queries, limit=max_num_results, threshold=score_threshold, matches=matches, ranker=ranker
        )
        return SearchResults(queries=queries, hits=found.hits, cut=found.cut, failed=found.failed)

    def wait(self, vector_store_ids: Sequence[str], timeout: float | None = None) -> bool:
        """Block until all files of these stores have been read, or for `timeout` seconds; tell which it was.

        Raises NotFound.
        """
        return self._ingest.wait(vector_store_ids, timeout)

    def _announce(self, what: Literal["created", "updated"], vector_store: VectorStore) -> None:
        self._bus.publish(VectorStoreChanged(what=what, vector_store_id=vector_store.id, vector_store=vector_store))


def _check_alive(vector_store: VectorStore) -> None:
    if vector_store.status == "expired":
        raise InvalidRequest(
            f"The vector store {vector_store.id} has expired. Its files are kept: change its 'expires_after' to search "
            "it again.",
            code="vector_store_expired",
            param="vector_store_id",
        )


def _check_text(value: Any, name: str, param: str = "") -> None:
    if value and (not isinstance(value, str) or len(value) > _MAX_TEXT):
        raise InvalidRequest(
            f"'{param}{name}' must be a string of up to {_MAX_TEXT} characters.", param=f"{param}{name}"
        )
