"""Search finds passages by their words, scores them from 0 to 1, and filters before it limits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.retrieval.filters import compile_filter
from engine.retrieval.keyword import words_of
from engine.retrieval.search import Search
from engine.store import Store
from engine.store.chunks import NewChunk
from engine.types import Chunk, SearchHit
from tests.unit.engine.store.values import put, stored


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "fireside.db", tmp_path / "blobs") as opened:
        yield opened


@pytest.fixture
def vs(store: Store) -> str:
    return store.vector_stores.create().id


def _add(store: Store, vs: str, *texts: str, **attributes: str | int) -> None:
    put(store, vs, stored(store, repr((texts, attributes)).encode()).id, attributes=attributes)
    job = store.vector_store_files.next_job()
    assert job is not None
    store.chunks.add(job, [NewChunk(Chunk(text=t, tokens=1), words_of(t)) for t in texts], start=0)
    store.vector_store_files.complete(job)


def _texts(hits: tuple[SearchHit, ...]) -> list[str]:
    return [hit.chunk.text for hit in hits]


def test_the_passage_with_all_the_words_comes_first(store: Store, vs: str) -> None:
    _add(store, vs, "tea and coffee", "only tea here", "茶泡三分钟")
    hits = Search(store).find([vs], ["tea coffee"], limit=10)

    assert _texts(hits) == ["tea and coffee", "only tea here"]
    assert 1.0 >= hits[0].score > hits[1].score > 0.0
    assert _texts(Search(store).find([vs], ["三分钟"], limit=10)) == ["茶泡三分钟"]


def test_several_queries_find_what_any_finds_once(store: Store, vs: str) -> None:
    _add(store, vs, "green tea", "black coffee", "water")

    hits = Search(store).find([vs], ["tea", "coffee", "green tea"], limit=10)

    assert sorted(_texts(hits)) == ["black coffee", "green tea"]


def test_limit_threshold_and_filter(store: Store, vs: str) -> None:
    for year in range(2000, 2020):
        _add(store, vs, "tea", year=year)
    search = Search(store)

    assert len(search.find([vs], ["tea"], limit=3)) == 3
    assert search.find([vs], ["tea coffee milk"], limit=9, threshold=0.9) == ()
    [hit] = search.find([vs], ["tea"], limit=1, matches=compile_filter({"type": "eq", "key": "year", "value": 2019}))
    assert hit.attributes == {"year": 2019}
    assert search.find([vs], ["tea"], limit=1, matches=lambda _: False) == ()


def test_a_query_without_words_finds_nothing(store: Store, vs: str) -> None:
    _add(store, vs, "tea")

    assert Search(store).find([vs], ["?!"], limit=10) == ()
    assert Search(store).find(["vs_other"], ["tea"], limit=10) == ()
