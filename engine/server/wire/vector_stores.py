"""Vector stores, their files and batches on the wire."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from engine.server.wire.body import Body, text_or
from engine.server.wire.fields import ChunkingStrategy, Metadata, ObjectId
from engine.service.vector_stores import SearchResults
from engine.types import (
    Chunk,
    FileBatch,
    FileCounts,
    JsonObject,
    SearchHit,
    VectorStore,
    VectorStoreFile,
)

_Name = Annotated[str, Field(max_length=512)]
_FileIds = Annotated[list[ObjectId], Field(max_length=2000)]
_Query = Annotated[
    Annotated[str, Tag("<text>")] | Annotated[list[str], Tag("<texts>")], Discriminator(text_or("<texts>"))
]


class StoreExpiry(Body):
    """How long after its last use a vector store expires."""

    anchor: Literal["last_active_at"]
    days: Annotated[int, Field(ge=1, le=365)]


class UpdateVectorStore(Body):
    """Body of `POST /v1/vector_stores/{id}`; what is absent stays, what is null is cleared."""

    name: _Name | None = None
    expires_after: StoreExpiry | None = None
    metadata: Metadata = {}

    def fields(self) -> dict[str, Any]:
        """Return what the engine takes."""
        plain = self.given()
        if "expires_after" in plain:
            expiry = plain.pop("expires_after")
            plain["expires_after_days"] = None if expiry is None else expiry["days"]
        return plain


class CreateVectorStore(UpdateVectorStore):
    """Body of `POST /v1/vector_stores`."""

    description: _Name | None = None
    file_ids: _FileIds = []
    chunking_strategy: ChunkingStrategy | None = None


class CreateStoreFile(Body):
    """Body of `POST /v1/vector_stores/{id}/files`, and a file of a batch; the engine checks the attributes."""

    file_id: ObjectId
    attributes: dict[str, Any] | None = None
    chunking_strategy: ChunkingStrategy | None = None


class UpdateStoreFile(Body):
    """Body of `POST /v1/vector_stores/{id}/files/{id}`."""

    attributes: dict[str, Any] | None


class CreateBatch(Body):
    """Body of `POST /v1/vector_stores/{id}/file_batches`."""

    file_ids: _FileIds | None = None
    files: Annotated[list[CreateStoreFile], Field(max_length=2000)] | None = None
    attributes: dict[str, Any] | None = None
    chunking_strategy: ChunkingStrategy | None = None


class StoreRanking(Body):
    """How found passages are ranked."""

    ranker: Literal["none", "auto", "default-2024-11-15"] = "auto"
    score_threshold: Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)] = 0.0


class SearchVectorStore(Body):
    """Body of `POST /v1/vector_stores/{id}/search`; the engine checks the filters."""

    query: _Query
    filters: dict[str, Any] | None = None
    max_num_results: Annotated[int, Field(ge=1, le=50)] = 10
    ranking_options: StoreRanking | None = None
    rewrite_query: bool = False

    def fields(self) -> dict[str, Any]:
        """Return what the engine takes."""
        ranking = self.ranking_options or StoreRanking()
        return {
            "query": self.query,
            "filters": self.filters,
            "max_num_results": self.max_num_results,
            "score_threshold": ranking.score_threshold,
            "ranker": ranking.ranker,
            "rewrite_query": self.rewrite_query,
        }


def vector_store_json(store: VectorStore) -> JsonObject:
    """Return the API's vector store object."""
    days = store.expires_after_days
    return {
        "id": store.id,
        "object": "vector_store",
        "created_at": store.created_at,
        "name": store.name,
        "description": store.description,
        "usage_bytes": store.usage_bytes,
        "file_counts": _counts_json(store.file_counts),
        "status": store.status,
        "expires_after": None if days is None else {"anchor": "last_active_at", "days": days},
        "expires_at": store.expires_at,
        "last_active_at": store.last_active_at,
        "metadata": store.metadata,
    }


def store_file_json(file: VectorStoreFile) -> JsonObject:
    """Return the API's vector store file object."""
    error = file.last_error
    return {
        "id": file.id,
        "object": "vector_store.file",
        "created_at": file.created_at,
        "vector_store_id": file.vector_store_id,
        "usage_bytes": file.usage_bytes,
        "status": file.status,
        "last_error": None if error is None else {"code": error.code, "message": error.message},
        "chunking_strategy": file.chunking_strategy,
        "attributes": file.attributes,
    }


def batch_json(batch: FileBatch) -> JsonObject:
    """Return the API's file batch object."""
    return {
        "id": batch.id,
        "object": "vector_store.files_batch",
        "created_at": batch.created_at,
        "vector_store_id": batch.vector_store_id,
        "status": batch.status,
        "file_counts": _counts_json(batch.file_counts),
    }


def content_json(chunks: tuple[Chunk, ...]) -> JsonObject:
    """Return the API's page of a file's content: its passages, all of them, for clients ask for no second page."""
    data = [{"type": "text", "text": chunk.text} for chunk in chunks]
    return {"object": "vector_store.file_content.page", "data": data, "has_more": False, "next_page": None}


def results_json(results: SearchResults) -> JsonObject:
    """Return the API's page of search results."""
    return {
        "object": "vector_store.search_results.page",
        "search_query": list(results.queries),
        "data": [_hit_json(hit) for hit in results.hits],
        "has_more": False,
        "next_page": None,
    }


def _hit_json(hit: SearchHit) -> JsonObject:
    return {
        "file_id": hit.file_id,
        "filename": hit.filename,
        "score": hit.score,
        "attributes": hit.attributes,
        "content": [{"type": "text", "text": hit.chunk.text}],
    }


def _counts_json(counts: FileCounts) -> JsonObject:
    return {
        "in_progress": counts.in_progress,
        "completed": counts.completed,
        "failed": counts.failed,
        "cancelled": counts.cancelled,
        "total": counts.total,
    }
