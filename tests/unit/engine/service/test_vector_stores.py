"""Vector stores at the front door: made, filled, searched, expired, revived."""

from __future__ import annotations

import time
from typing import Any

import pytest

from engine.errors import InvalidRequest, NotFound
from engine.events import VectorStoreChanged
from engine.service import Engine
from engine.types import UNSET, PageRequest, VectorStore
from tests.support.fixtures import EngineFactory, Recorder


def _read(engine: Engine, *texts: str, **values: Any) -> VectorStore:
    """Return a store with these texts as files, read."""
    ids = [engine.files.create(text.encode(), filename=f"{n}.txt").id for n, text in enumerate(texts)]
    vector_store = engine.vector_stores.create(file_ids=ids, **values)
    assert engine.vector_stores.wait([vector_store.id], 60)
    return engine.vector_stores.get(vector_store.id)


def test_a_store_is_made_with_its_files_and_read(engine: Engine, recorder: Recorder) -> None:
    engine.subscribe(recorder)
    vector_store = _read(engine, "Tea steeps.", "Coffee drips.", name="Drinks", metadata={"k": "v"})

    assert (vector_store.name, vector_store.metadata, vector_store.status) == ("Drinks", {"k": "v"}, "completed")
    assert vector_store.file_counts.completed == 2
    told = [event.what for event in recorder.events if isinstance(event, VectorStoreChanged)]
    assert told == ["created", "updated", "updated"]
    assert engine.vector_stores.list(PageRequest(limit=1)).items == (vector_store,)


def test_null_clears_and_unset_leaves(engine: Engine) -> None:
    made = engine.vector_stores.create(name="a", description="d", expires_after_days=3, metadata={"k": "v"})

    same = engine.vector_stores.update(made.id, name=UNSET)
    assert same == made
    cleared = engine.vector_stores.update(made.id, name=None, expires_after_days=None, metadata=None, description=None)
    assert (cleared.name, cleared.expires_at, cleared.metadata, cleared.description) == ("", None, {}, None)


def test_a_search_finds_what_a_file_says_and_counts_as_use(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    vector_store = _read(engine, "Tea steeps three minutes.", "Coffee drips.", expires_after_days=1)
    later = vector_store.last_active_at + 100
    monkeypatch.setattr(time, "time", lambda: later)

    results = engine.vector_stores.search(vector_store.id, "how long does tea steep?", max_num_results=1)

    assert results.queries == ("how long does tea steep?",)
    [hit] = results.hits
    assert (hit.filename, hit.chunk.text, hit.vector_store_id) == (
        "0.txt",
        "Tea steeps three minutes.",
        vector_store.id,
    )
    assert 0 < hit.score <= 1
    assert engine.vector_stores.get(vector_store.id).last_active_at == later
    both = engine.vector_stores.search([vector_store.id], ["tea", "coffee"])
    assert {hit.filename for hit in both.hits} == {"0.txt", "1.txt"}


def test_a_search_is_narrowed_by_attributes(engine: Engine) -> None:
    vector_store = _read(engine, "tea one", "tea two")
    file = engine.vector_stores.files.list(vector_store.id).items[0]
    engine.vector_stores.files.update(vector_store.id, file.id, attributes={"year": 2024})
    newer = {"type": "gte", "key": "year", "value": 2020}

    [hit] = engine.vector_stores.search(vector_store.id, "tea", filters=newer).hits

    assert (hit.file_id, hit.attributes) == (file.id, {"year": 2024})
    with pytest.raises(InvalidRequest) as caught:
        engine.vector_stores.search(vector_store.id, "tea", filters={"type": "and", "filters": [{"type": "eq"}]})
    assert caught.value.param == "filters.filters[0].key"


def test_an_expired_store_is_not_searched_until_it_is_revived(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    vector_store = _read(engine, "tea", expires_after_days=1)
    later = vector_store.last_active_at + 86_400
    monkeypatch.setattr(time, "time", lambda: later)

    assert engine.vector_stores.get(vector_store.id).status == "expired"
    with pytest.raises(InvalidRequest, match="has expired"):
        engine.vector_stores.search(vector_store.id, "tea")
    engine.vector_stores.update(vector_store.id, expires_after_days=None)
    assert len(engine.vector_stores.search(vector_store.id, "tea").hits) == 1


def test_what_is_refused(engine: Engine) -> None:
    refused: list[tuple[dict[str, Any], str]] = [
        ({"file_ids": ["file_x"]}, "file_ids[0]"),
        ({"file_ids": ["x"] * 501}, "file_ids"),
        ({"expires_after_days": 0}, "expires_after.days"),
        ({"chunking_strategy": {"type": "x"}}, "chunking_strategy.type"),
        ({"name": "x" * 513}, "name"),
        ({"metadata": {"k": 1}}, "metadata"),
    ]
    for values, param in refused:
        with pytest.raises(InvalidRequest) as caught:
            engine.vector_stores.create(**values)
        assert caught.value.param == param
    assert engine.vector_stores.list().items == ()


def test_a_deleted_store_leaves_its_files(engine: Engine, recorder: Recorder) -> None:
    vector_store = _read(engine, "tea")
    engine.subscribe(recorder)

    engine.vector_stores.delete(vector_store.id)

    assert len(engine.files.list().items) == 1
    [event] = recorder.events
    assert isinstance(event, VectorStoreChanged)
    assert (event.what, event.vector_store) == ("deleted", None)
    for call in (engine.vector_stores.get, engine.vector_stores.delete, lambda id_: engine.vector_stores.wait([id_])):
        with pytest.raises(NotFound):
            call(vector_store.id)


def test_what_waits_is_read_after_the_next_start(make_engine: EngineFactory) -> None:
    engine = make_engine()
    vector_store = _read(engine, "tea")
    [file] = engine.vector_stores.files.list(vector_store.id).items
    engine.close()

    again = make_engine()
    static = {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 0}
    again.vector_stores.files.create(vector_store.id, file.id, chunking_strategy={"type": "static", "static": static})
    again.close()
    third = make_engine()

    assert third.vector_stores.wait([vector_store.id], 60)
    [file] = third.vector_stores.files.list(vector_store.id).items
    assert (file.status, file.chunking_strategy["static"]) == ("completed", static)


def test_a_paused_store_waits_until_it_is_resumed(engine: Engine, recorder: Recorder) -> None:
    engine.subscribe(recorder)
    made = engine.vector_stores.create(name="Drinks")
    paused = engine.vector_stores.pause(made.id)
    assert paused.paused_at is not None
    engine.vector_stores.files.create(made.id, engine.files.create(b"Tea.", filename="a.txt").id)

    assert engine.vector_stores.wait([made.id], 60), "nobody waits for what is paused"
    other = _read(engine, "Coffee drips.")
    assert other.file_counts.completed == 1
    assert engine.vector_stores.get(made.id).file_counts.in_progress == 1

    resumed = engine.vector_stores.resume(made.id)
    assert resumed.paused_at is None
    assert engine.vector_stores.wait([made.id], 60)
    assert engine.vector_stores.get(made.id).file_counts.completed == 1
