"""Search finds passages by their words, scores them from 0 to 1, and filters before it limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.errors import WorkerFailed
from engine.retrieval.embedding import embed_passages
from engine.retrieval.filters import compile_filter
from engine.retrieval.indexes import Indexes
from engine.retrieval.keyword import words_of
from engine.retrieval.port import ModelLimits
from engine.retrieval.scripted import ScriptedReranker, ScriptedVectors
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


class _Meaning:
    """An embedder that knows two directions: drinks and the rest."""

    id = "meaning"

    def __init__(self) -> None:
        self.failure: WorkerFailed | None = None

    def limits(self) -> ModelLimits:
        return ModelLimits(dimensions=2, tokens=256)

    def embed(self, texts: Sequence[str], kind: str, cancel: CancelToken) -> list[list[float]]:
        if self.failure is not None:
            raise self.failure
        return [[1.0, 0.0] if {"tea", "brew", "leaves"} & set(text.split()) else [0.0, 1.0] for text in texts]


@pytest.fixture
def meaning() -> _Meaning:
    return _Meaning()


@pytest.fixture
def hybrid(store: Store, meaning: _Meaning, tmp_path: Path) -> Search:
    indexes = Indexes(store, ScriptedVectors(), tmp_path / "index")
    return Search(
        store,
        indexes=indexes,
        embedder=lambda: meaning,
        reranker=ScriptedReranker(),
        reranking_model=lambda: None,
    )


def _embed(store: Store, meaning: _Meaning, vs: str) -> None:
    for place in store.vector_store_files.searchable(vs):
        list(embed_passages(store.chunks, place, meaning, CancelToken()))


def test_what_shares_no_word_is_found_by_meaning(store: Store, vs: str, hybrid: Search, meaning: _Meaning) -> None:
    _add(store, vs, "steeped leaves in water", "the car park opens at six")
    _embed(store, meaning, vs)
    found = hybrid.search([vs], ["brew"], limit=10)

    first, second = found.hits
    assert first.chunk.text.startswith("steeped")
    assert (first.keyword_rank, first.vector_rank, first.vector_score) == (None, 1, 1.0)
    assert 1.0 > first.score > second.score >= 0.0
    assert found.failed == ()


def test_both_searches_together_say_more(store: Store, vs: str, hybrid: Search, meaning: _Meaning) -> None:
    _add(store, vs, "tea in general", "car with tea name plate", "leaves fall")
    _embed(store, meaning, vs)
    hits = hybrid.search([vs], ["tea leaves"], limit=10).hits

    assert {hit.chunk.text for hit in hits} == {"tea in general", "car with tea name plate", "leaves fall"}
    assert all(hit.keyword_rank and hit.vector_rank for hit in hits)


def test_a_broken_embedder_or_reranker_leaves_the_words(
    store: Store, vs: str, meaning: _Meaning, tmp_path: Path
) -> None:
    class Broken(ScriptedReranker):
        def rerank(self, model: Path, query: str, texts: Sequence[str]) -> list[float]:
            raise WorkerFailed("died", code="worker_died")

    _add(store, vs, "tea")
    meaning.failure = WorkerFailed("died", code="worker_died")
    search = Search(
        store,
        indexes=Indexes(store, ScriptedVectors(), tmp_path),
        embedder=lambda: meaning,
        reranker=Broken(),
        reranking_model=lambda: tmp_path,
    )
    found = search.search([vs], ["tea"], limit=5)

    assert [hit.chunk.text for hit in found.hits] == ["tea"]
    assert found.failed == ("vector:worker_died", "rerank:worker_died")


def test_a_reranker_has_the_last_word_unless_it_is_not_wanted(store: Store, vs: str, tmp_path: Path) -> None:
    _add(store, vs, "tea tea tea", "how to make a cup of tea at home", "coffee")
    search = Search(store, reranker=ScriptedReranker(), reranking_model=lambda: tmp_path)
    query = "how to make tea at home"

    first, second = search.search([vs], [query], limit=5).hits
    assert (first.chunk.text, first.score, first.rerank_score) == ("how to make a cup of tea at home", 1.0, 1.0)
    assert second.rerank_score == pytest.approx(1 / 6, abs=1e-3)
    assert all(hit.rerank_score is None for hit in search.search([vs], [query], limit=5, ranker="none").hits)


def test_what_was_cut_says_why(store: Store, vs: str) -> None:
    for number in range(6):
        _add(store, vs, f"tea number {number}")
    found = Search(store).search([vs], ["tea"], limit=2)
    assert [cut.why for cut in found.cut] == ["beyond_limit"] * 4

    found = Search(store).search([vs], ["tea coffee"], limit=2, threshold=0.99)
    assert {cut.why for cut in found.cut} == {"below_threshold"}
    assert found.hits == ()


def test_a_file_in_two_stores_is_given_once(store: Store, vs: str) -> None:
    other = store.vector_stores.create().id
    file_id = stored(store, b"tea").id
    for each in (vs, other):
        put(store, each, file_id)
        job = store.vector_store_files.next_job()
        assert job is not None
        store.chunks.add(job, [NewChunk(Chunk(text="tea", tokens=1), "tea")], start=0)
        store.vector_store_files.complete(job)
    found = Search(store).search([vs, other], ["tea"], limit=5)

    assert (len(found.hits), [cut.why for cut in found.cut]) == (1, ["same_text"])


def test_disguised_queries_are_the_plain_ones(store: Store, vs: str) -> None:
    _add(store, vs, "大模型工程师")

    found = Search(store).search([vs], ["⼤模型⼯程师"], limit=5)
    assert (found.queries, len(found.hits)) == (("大模型工程师",), 1)
