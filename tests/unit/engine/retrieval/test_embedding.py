"""Passages get their vectors in groups, each once, several where they are long."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.errors import NotFound
from engine.retrieval import embedding
from engine.retrieval.embedding import embed_passages, packed
from engine.retrieval.port import ModelLimits
from engine.store import Store
from tests.unit.engine.store.values import kept, put, stored


class Lengths:
    """Notes what it was asked."""

    id = "lengths"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def limits(self) -> ModelLimits:
        return ModelLimits(dimensions=1, tokens=40)

    def embed(self, texts: Sequence[str], kind: str, cancel: CancelToken) -> list[list[float]]:
        assert kind == "document"
        self.asked += texts
        return [[float(len(text))] for text in texts]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "fireside.db", tmp_path / "blobs") as opened:
        yield opened


def test_groups_are_stored_as_they_come_and_not_made_twice(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "_GROUP", 2)
    vs = store.vector_stores.create().id
    put(store, vs, stored(store, b"1").id)
    long = " ".join(f"This is sentence number {n}." for n in range(12))
    job = kept(store, "a", "bb", long, "dddd", "eeeee")
    embedder = Lengths()

    steps = embed_passages(store.chunks, job.seq, embedder, CancelToken())
    assert next(steps) == 3
    assert list(embed_passages(store.chunks, job.seq, embedder, CancelToken())) == [1, 0]

    rows = dict(store.chunks.vectors(job.seq, "lengths", start=0, limit=9))
    assert [len(rows[n]) // 4 for n in (0, 1, 3, 4)] == [1, 1, 1, 1]
    assert len(rows[2]) // 4 == len(embedder.asked) - 4 > 1
    assert embedder.asked[:2] == ["a", "bb"]


def test_a_file_that_is_gone_is_said(store: Store) -> None:
    vs = store.vector_stores.create().id
    put(store, vs, stored(store, b"1").id)
    job = kept(store, "a")

    class Deleting(Lengths):
        def embed(self, texts: Sequence[str], kind: str, cancel: CancelToken) -> list[list[float]]:
            store.vector_stores.delete(vs)
            return super().embed(texts, kind, cancel)

    with pytest.raises(NotFound):
        list(embed_passages(store.chunks, job.seq, Deleting(), CancelToken()))


def test_vectors_are_little_endian() -> None:
    assert packed([1.0, -2.5]) == struct.pack("<2f", 1.0, -2.5)
