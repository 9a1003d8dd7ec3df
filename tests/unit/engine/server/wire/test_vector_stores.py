"""Vector stores on the wire."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import InvalidRequest
from engine.server.wire.body import Body, parse
from engine.server.wire.vector_stores import (
    CreateBatch,
    CreateVectorStore,
    SearchVectorStore,
    UpdateVectorStore,
    batch_json,
    content_json,
    results_json,
    store_file_json,
    vector_store_json,
)
from engine.service.vector_stores import SearchResults
from engine.types import Chunk, FileBatch, FileCounts, LastError, SearchHit, VectorStore, VectorStoreFile

STATIC = {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 50}}


def test_null_and_absent_are_told_apart() -> None:
    assert parse(UpdateVectorStore, {}).fields() == {}
    assert parse(UpdateVectorStore, {"name": None, "expires_after": None, "metadata": None}).fields() == {
        "name": None,
        "expires_after_days": None,
        "metadata": {},
    }
    days = {"expires_after": {"anchor": "last_active_at", "days": 365}}
    assert parse(UpdateVectorStore, days).fields() == {"expires_after_days": 365}


def test_all_fields_of_a_new_store() -> None:
    body = {"name": "n", "description": "d", "file_ids": ["a"], "chunking_strategy": STATIC, "metadata": {"k": "v"}}

    assert parse(CreateVectorStore, body).fields() == body


def test_a_search_has_defaults() -> None:
    assert parse(SearchVectorStore, {"query": "q"}).fields() == {
        "query": "q",
        "filters": None,
        "max_num_results": 10,
        "score_threshold": 0.0,
        "ranker": "auto",
        "rewrite_query": False,
    }
    many = parse(SearchVectorStore, {"query": ["a", "b"], "ranking_options": {"ranker": "none", "score_threshold": 1}})
    assert (many.fields()["query"], many.fields()["score_threshold"]) == (["a", "b"], 1)


@pytest.mark.parametrize(
    ("shape", "body", "param"),
    [
        (CreateVectorStore, {"expires_after": {"anchor": "created_at", "days": 1}}, "expires_after.anchor"),
        (CreateVectorStore, {"expires_after": {"anchor": "last_active_at", "days": 366}}, "expires_after.days"),
        (CreateVectorStore, {"chunking_strategy": {"type": "other"}}, "chunking_strategy.type"),
        (UpdateVectorStore, {"file_ids": []}, "file_ids"),
        (SearchVectorStore, {}, "query"),
        (SearchVectorStore, {"query": "q", "max_num_results": 51}, "max_num_results"),
        (SearchVectorStore, {"query": "q", "ranking_options": {"ranker": "x"}}, "ranking_options.ranker"),
        (CreateBatch, {"files": [{}]}, "files[0].file_id"),
        (CreateBatch, {"file_ids": ["x"] * 2001}, "file_ids"),
    ],
)
def test_what_is_wrong_is_named(shape: type[Body], body: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse(shape, body)

    assert caught.value.param == param


def test_objects_have_the_apis_shapes() -> None:
    counts = FileCounts(completed=2, failed=1)
    store = VectorStore(id="vs", created_at=1, last_active_at=2, expires_after_days=1, file_counts=counts)
    shown = vector_store_json(store)
    assert shown["expires_after"] == {"anchor": "last_active_at", "days": 1}
    assert (shown["expires_at"], shown["file_counts"]["total"]) == (2 + 86_400, 3)
    batch = FileBatch(id="b", created_at=1, vector_store_id="vs", file_counts=counts, status="completed")
    assert (batch_json(batch)["object"], batch_json(batch)["id"]) == ("vector_store.files_batch", "b")
    error = LastError(code="invalid_file", message="m")
    file = VectorStoreFile(
        id="f", created_at=1, vector_store_id="vs", status="failed", chunking_strategy=STATIC, last_error=error
    )
    assert store_file_json(file)["last_error"] == {"code": "invalid_file", "message": "m"}


def test_pages_end_where_they_are() -> None:
    chunk = Chunk(text="t", tokens=1)
    hit = SearchHit(
        vector_store_id="vs", file_id="f", filename="a", attributes={"k": 1}, chunk=chunk, position=0, score=0.5
    )
    page = results_json(SearchResults(queries=("q",), hits=(hit,)))

    assert page["data"] == [
        {
            "file_id": "f",
            "filename": "a",
            "score": 0.5,
            "attributes": {"k": 1},
            "content": [{"type": "text", "text": "t"}],
        }
    ]
    assert (page["search_query"], page["has_more"], page["next_page"]) == (["q"], False, None)
    assert content_json((chunk,))["data"] == [{"type": "text", "text": "t"}]
