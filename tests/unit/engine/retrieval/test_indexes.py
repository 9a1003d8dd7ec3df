"""Indexes follow the database: what is new is put in, what is gone taken out, what was lost made again."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.retrieval.indexes import Indexes
from engine.retrieval.scripted import ScriptedVectors
from engine.store import Store
from engine.store.vector_store_files import Job
from tests.unit.engine.store.values import kept, put, stored


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "fireside.db", tmp_path / "blobs") as opened:
        yield opened


@pytest.fixture
def vs(store: Store) -> str:
    return store.vector_stores.create().id


@pytest.fixture
def port() -> ScriptedVectors:
    return ScriptedVectors()


@pytest.fixture
def indexes(store: Store, port: ScriptedVectors, tmp_path: Path) -> Indexes:
    (tmp_path / "index").mkdir()
    return Indexes(store, port, tmp_path / "index")


def _add(
    store: Store, vs: str, name: str, *vectors: tuple[float, float], embedder: str = "e", done: bool = True
) -> Job:
    put(store, vs, stored(store, name.encode()).id)
    job = kept(store, *(f"{name} {n}" for n in range(max(1, len(vectors)))), finish=done)
    if vectors:
        _embed(store, job, *vectors, embedder=embedder)
    return job


def _embed(store: Store, job: Job, *vectors: tuple[float, float], embedder: str = "e") -> None:
    seqs = [seq for seq, _ in store.chunks.without_vector(job.seq, embedder, 99)]
    rows = [(seq, struct.pack("<2f", *vector)) for seq, vector in zip(seqs, vectors, strict=False)]
    store.chunks.add_vectors(job.seq, embedder, rows)


def _found(
    indexes: Indexes, *stores: str, embedder: str = "e", within: list[int] | None = None
) -> list[tuple[int, int]]:
    [hits] = indexes.search(stores, embedder, [[1.0, 0.0]], 9, within=within)
    return [(place, position) for place, position, _ in hits]


def test_new_files_are_found_and_gone_ones_are_not(store: Store, vs: str, indexes: Indexes) -> None:
    first = _add(store, vs, "a", (1.0, 0.0), (0.0, 1.0))
    assert _found(indexes, vs) == [(first.seq, 0), (first.seq, 1)]

    second = _add(store, vs, "b", (0.9, 0.1))
    assert _found(indexes, vs) == [(first.seq, 0), (second.seq, 0), (first.seq, 1)]
    assert _found(indexes, vs, within=[second.seq]) == [(second.seq, 0)]

    store.vector_store_files.delete(vs, first.file.id)
    assert _found(indexes, vs) == [(second.seq, 0)]


def test_several_stores_are_searched_as_one(store: Store, vs: str, indexes: Indexes) -> None:
    other = store.vector_stores.create().id
    first, second = _add(store, vs, "a", (1.0, 0.0)), _add(store, other, "b", (0.5, 0.5))

    assert _found(indexes, vs, other) == [(first.seq, 0), (second.seq, 0)]
    assert _found(indexes, other) == [(second.seq, 0)]
    assert indexes.search([vs], "e", [], 9) == []


def test_a_file_counts_when_all_its_passages_have_vectors(store: Store, vs: str, indexes: Indexes) -> None:
    job = _add(store, vs, "a", (1.0, 0.0), (0.0, 1.0), embedder="old")
    _embed(store, job, (1.0, 0.0))
    assert _found(indexes, vs) == []

    _embed(store, job, (0.0, 1.0))
    assert _found(indexes, vs) == []  # nobody said so
    indexes.embedded(job.seq)
    assert _found(indexes, vs) == [(job.seq, 0), (job.seq, 1)]


def test_what_is_still_being_read_is_left_out(store: Store, vs: str, indexes: Indexes) -> None:
    job = _add(store, vs, "a", (1.0, 0.0), done=False)
    assert _found(indexes, vs) == []

    store.vector_store_files.complete(job)
    assert _found(indexes, vs) == [(job.seq, 0)]


def test_what_the_process_lost_is_put_in_again(
    store: Store, vs: str, indexes: Indexes, port: ScriptedVectors, tmp_path: Path
) -> None:
    job = _add(store, vs, "a", (1.0, 0.0))
    _found(indexes, vs)
    port.drop(tmp_path / "index" / vs)
    port.incarnation = 2

    assert not indexes.tend()
    assert _found(indexes, vs) == [(job.seq, 0)]


def test_another_embedder_has_an_index_of_its_own(store: Store, vs: str, indexes: Indexes) -> None:
    job = _add(store, vs, "a", (1.0, 0.0))
    assert _found(indexes, vs, embedder="new") == []

    _embed(store, job, (1.0, 0.0), embedder="new")
    indexes.embedded(job.seq)
    assert _found(indexes, vs, embedder="new") == [(job.seq, 0)]


def test_leisure_makes_it_faster_then_keeps_it(
    store: Store, vs: str, indexes: Indexes, port: ScriptedVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add(store, vs, "a", (1.0, 0.0))
    steps = iter([5, 0])
    monkeypatch.setattr(port, "grow", lambda index: next(steps))
    assert not indexes.tend()
    _found(indexes, vs)
    indexes._known[vs].waiting = 9

    assert [indexes.tend() for _ in range(4)] == [True, True, True, False]
    assert [folder.name for folder in port.saved] == [vs]


def test_indexes_of_stores_that_are_gone_are_deleted(store: Store, vs: str, indexes: Indexes, tmp_path: Path) -> None:
    for name in (vs, "vs_gone", "other"):
        (tmp_path / "index" / name).mkdir()
        (tmp_path / "index" / name / "manifest.json").write_text("x")
    _found(indexes, vs)

    indexes.sweep({vs})
    assert sorted(path.name for path in (tmp_path / "index").iterdir()) == ["other", vs]
    indexes.drop(vs)
    assert sorted(path.name for path in (tmp_path / "index").iterdir()) == ["other"]
