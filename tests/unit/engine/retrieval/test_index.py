"""The index finds what an exact search finds, forgets for good, and survives whatever happens to its files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.retrieval import index as module
from engine.retrieval.index import Keys, VectorIndex, Vectors
from engine.retrieval.keys import key_of, passage_of

SIZE = 32


def _vectors(count: int, seed: int = 0) -> Vectors:
    made = np.random.default_rng(seed).standard_normal((count, SIZE)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def _keys(place: int, count: int) -> Keys:
    return np.array([key_of(place, position) for position in range(count)], np.uint64)


def _open(folder: Path, embedder: str = "e") -> VectorIndex:
    return VectorIndex(folder, embedder, SIZE)


def _best(
    index: VectorIndex, vector: Vectors, count: int = 1, places: list[int] | None = None
) -> list[tuple[int, int]]:
    [found] = index.search(vector.reshape(1, -1), count, places)
    return [passage_of(key) for key, _ in found]


@pytest.fixture(params=["tail", "graph"])
def small(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Try everything with vectors in the tail, and with most of them in the graph."""
    if request.param == "graph":
        monkeypatch.setattr(module, "_TAIL_MOST", 40)
        monkeypatch.setattr(module, "_TAIL_LEAST", 10)
    return request.param


def _filled(folder: Path, places: int = 5, each: int = 60) -> tuple[VectorIndex, Vectors]:
    index = _open(folder)
    vectors = _vectors(places * each)
    for place in range(1, places + 1):
        index.add(_keys(place, each), vectors[(place - 1) * each : place * each])
    while index.grow(25):
        pass
    return index, vectors


def test_the_nearest_is_found(tmp_path: Path, small: str) -> None:
    index, vectors = _filled(tmp_path)

    assert (index.count, index.places) == (300, [1, 2, 3, 4, 5])
    assert (len(index._graph) > 200) == (small == "graph")
    for number in range(0, 300, 17):
        assert _best(index, vectors[number]) == [(1 + number // 60, number % 60)]
    both = index.search(vectors[:2], 3)
    assert [passage_of(found[0][0]) for found in both] == [(1, 0), (1, 1)]
    assert all(found[0][1] == pytest.approx(1.0, abs=1e-3) and found[0][1] >= found[1][1] for found in both)


def test_a_filter_loses_nothing(tmp_path: Path, small: str, monkeypatch: pytest.MonkeyPatch) -> None:
    index, vectors = _filled(tmp_path)
    query = _vectors(1, seed=9)[0]
    for exact_most in (20_000, 10):
        monkeypatch.setattr(module, "_EXACT_MOST", exact_most)
        for places in ([2], [1, 4], [1, 2, 3, 4, 5], [99], []):
            passing = [n for n in range(300) if 1 + n // 60 in places]
            truth = sorted(passing, key=lambda n: -float(vectors[n] @ query))[:10]
            assert _best(index, query, 10, places) == [(1 + n // 60, n % 60) for n in truth]


def test_a_passage_with_several_vectors_is_found_once(tmp_path: Path, small: str) -> None:
    index, _ = _filled(tmp_path)
    parts = _vectors(3, seed=5)
    index.add(np.repeat(_keys(9, 1), 3), parts)
    index.grow(1000)

    for part in parts:
        found = _best(index, part, 5)
        assert found[0] == (9, 0)
        assert len(set(found)) == 5


def test_what_is_forgotten_is_gone_from_the_disk_too(tmp_path: Path, small: str) -> None:
    index, vectors = _filled(tmp_path)
    index.save()
    index.forget([2, 77])
    index.save()

    for opened in (index, _open(tmp_path)):
        assert (opened.count, opened.places) == (240, [1, 3, 4, 5])
        assert (2, 5) not in _best(opened, vectors[65], 50)
        assert _best(opened, vectors[130]) == [(3, 10)]
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    half = vectors.astype(np.float16)
    assert half[130].tobytes() in stored
    assert not any(half[number].tobytes() in stored for number in range(60, 120))


def test_it_is_kept_and_grows_on(tmp_path: Path, small: str) -> None:
    index, vectors = _filled(tmp_path)
    size = index.save()
    assert size == sum(file.stat().st_size for file in tmp_path.iterdir())

    again = _open(tmp_path)
    again.add(_keys(6, 60), _vectors(60, seed=1))
    while again.grow(7):
        pass
    again.save()
    last = _open(tmp_path)
    assert last.places == [1, 2, 3, 4, 5, 6]
    assert _best(last, vectors[299]) == [(5, 59)]
    assert _best(last, _vectors(60, seed=1)[3]) == [(6, 3)]
    assert len(list(tmp_path.iterdir())) == (3 if small == "graph" else 2)


def test_nothing_is_written_when_nothing_changed(tmp_path: Path) -> None:
    index, _ = _filled(tmp_path)
    index.save()
    before = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    index.save()

    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == before


def test_another_embedder_begins_anew(tmp_path: Path) -> None:
    _filled(tmp_path)[0].save()

    assert _open(tmp_path, "other").count == 0
    assert VectorIndex(tmp_path, "e", SIZE * 2).count == 0


def test_torn_files_begin_anew(tmp_path: Path, small: str) -> None:
    _filled(tmp_path)[0].save()
    whole = {file: file.read_bytes() for file in tmp_path.iterdir()}
    for file, content in whole.items():
        for torn in (content[: len(content) // 2], b"", content[:-1] + bytes([content[-1] ^ 1])):
            file.write_bytes(torn)
            opened = _open(tmp_path)
            assert opened.count == 0
            opened.add(_keys(1, 1), _vectors(1))
            assert _best(opened, _vectors(1)[0]) == [(1, 0)]
        file.unlink()
        assert _open(tmp_path).count == 0
        file.write_bytes(content)
    assert _open(tmp_path).count == 300


def test_a_manifest_leads_nowhere_else(tmp_path: Path) -> None:
    index, _ = _filled(tmp_path / "index")
    index.save()
    manifest = tmp_path / "index" / "manifest.json"
    content = json.loads(manifest.read_text("utf-8"))
    outside = tmp_path / content["parts"]["tail"]["name"]
    (tmp_path / "index" / outside.name).rename(outside)
    content["parts"]["tail"]["name"] = f"../{outside.name}"
    manifest.write_text(json.dumps(content), "utf-8")

    assert _open(tmp_path / "index").count == 0


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    index = _open(tmp_path)

    assert index.search(_vectors(2), 5) == [[], []]
    assert index.search(_vectors(1), 5, [1]) == [[]]
    assert index.grow(10) == 0
    index.forget([1])
