"""Batches at the front door: counts that reach zero, files with settings of their own, giving up."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest

from engine.cancel import CancelToken
from engine.errors import InvalidRequest, NotFound
from engine.events import VectorStoreFileChanged
from engine.retrieval.port import ModelLimits
from engine.service import Engine
from engine.service.embeddings import Embeddings
from engine.service.file_batches import BatchEntry
from tests.support.fixtures import EngineFactory, Recorder

STATIC = {"type": "static", "static": {"max_chunk_size_tokens": 200, "chunk_overlap_tokens": 10}}


def _files(engine: Engine, count: int) -> list[str]:
    return [engine.files.create(f"Tea {n}".encode()).id for n in range(count)]


@pytest.fixture
def vs(engine: Engine) -> str:
    return engine.vector_stores.create().id


def test_a_batch_is_read_to_its_end(engine: Engine, vs: str) -> None:
    good, bad = _files(engine, 3), engine.files.create(b" ").id

    batch = engine.vector_stores.batches.create(vs, file_ids=[*good, bad, good[0]], attributes={"a": 1})
    assert batch.file_counts.total == 4
    assert engine.vector_stores.wait([vs], 60)

    batch = engine.vector_stores.batches.get(vs, batch.id)
    assert (batch.status, batch.file_counts.completed, batch.file_counts.failed) == ("completed", 3, 1)
    files = engine.vector_stores.batches.files(vs, batch.id, status="completed").items
    assert {file.id for file in files} == set(good)
    assert all(file.attributes == {"a": 1} for file in files)


def test_each_file_may_have_settings_of_its_own(engine: Engine, vs: str) -> None:
    one, two = _files(engine, 2)
    entries = [BatchEntry(file_id=one, attributes={"own": True}, chunking_strategy=STATIC), BatchEntry(file_id=two)]

    engine.vector_stores.batches.create(vs, files=entries, attributes={"shared": 1})

    first, second = (engine.vector_stores.files.get(vs, each) for each in (one, two))
    assert (first.attributes, first.chunking_strategy) == ({"own": True}, STATIC)
    assert (second.attributes, second.chunking_strategy["static"]["max_chunk_size_tokens"]) == ({"shared": 1}, 800)


class _Slow:
    """An embedder that works when it is let."""

    id = "slow"

    def __init__(self) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()

    def embed(self, texts: Sequence[str], _kind: str, cancel: CancelToken) -> list[list[float]]:
        self.reached.set()
        self.go_on.wait(60)
        return [[1.0] for _ in texts]

    def limits(self) -> ModelLimits:
        return ModelLimits(dimensions=1, tokens=256)


def test_what_is_given_up_is_cancelled_and_the_rest_stays(
    make_engine: EngineFactory, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = _Slow()
    monkeypatch.setattr(Embeddings, "for_files", lambda _self: slow)
    engine = make_engine()
    vs = engine.vector_stores.create().id
    ids = _files(engine, 3)
    engine.subscribe(recorder)

    batch = engine.vector_stores.batches.create(vs, file_ids=ids)
    assert slow.reached.wait(60)
    cancelled = engine.vector_stores.batches.cancel(vs, batch.id)
    slow.go_on.set()

    assert (cancelled.status, cancelled.file_counts.cancelled) == ("cancelled", 3)
    assert engine.vector_stores.wait([vs], 60)
    assert engine.vector_stores.batches.cancel(vs, batch.id) == cancelled
    later = engine.vector_stores.files.create(vs, engine.files.create(b"later").id)
    assert engine.vector_stores.wait([vs], 60)
    assert engine.vector_stores.files.get(vs, later.id).status == "completed"
    told = [e.file.id for e in recorder.events if isinstance(e, VectorStoreFileChanged) and e.what == "cancelled"]
    assert told == ids


def test_what_is_refused(engine: Engine, vs: str) -> None:
    [one] = _files(engine, 1)
    refused: list[tuple[dict[str, Any], str]] = [
        ({}, "file_ids"),
        ({"file_ids": [one], "files": [BatchEntry(file_id=one)]}, "file_ids"),
        ({"file_ids": []}, "file_ids"),
        ({"files": []}, "files"),
        ({"file_ids": ["x"] * 2001}, "file_ids"),
        ({"file_ids": [one, "x"]}, "file_ids[1]"),
        ({"files": [BatchEntry(file_id=one), BatchEntry(file_id="x")]}, "files[1].file_id"),
        ({"files": [BatchEntry(file_id=one, attributes={"k": None})]}, "files[0].attributes.k"),
        ({"files": [BatchEntry(file_id=one, chunking_strategy={"type": "x"})]}, "files[0].chunking_strategy.type"),
        ({"file_ids": [one], "chunking_strategy": {"type": "x"}}, "chunking_strategy.type"),
    ]
    for values, param in refused:
        with pytest.raises(InvalidRequest) as caught:
            engine.vector_stores.batches.create(vs, **values)
        assert caught.value.param == param
    for call in (
        engine.vector_stores.batches.get,
        engine.vector_stores.batches.cancel,
        engine.vector_stores.batches.files,
    ):
        with pytest.raises(NotFound):
            call(vs, "vsfb_x")
    assert engine.vector_stores.files.list(vs).items == ()
