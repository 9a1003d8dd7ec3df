"""Finds the passages of vector stores that answer a query: by words and by meaning, fused, reranked, with reasons."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from engine.cancel import CancelToken
from engine.errors import FiresideError
from engine.retrieval import relevance
from engine.retrieval.embedding import Embedder
from engine.retrieval.filters import Filter
from engine.retrieval.folding import even
from engine.retrieval.indexes import Indexes
from engine.retrieval.keyword import expression_of, terms_of
from engine.retrieval.port import RerankPort
from engine.retrieval.relevance import Signals
from engine.store import Store
from engine.store.chunks import Found
from engine.types import SearchHit

log = logging.getLogger(__name__)

_CANDIDATES = 50  # at least so many are looked at by each search
_TIMES = 3  # and so many times what is asked for
_RERANKED = 20
_BROUGHT_UP = 20_000  # passages that words may bring up; commoner words are left out beyond it

Reason = Literal["same_text", "below_threshold", "beyond_limit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A passage that was found but not given, and why."""

    hit: SearchHit
    why: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was searched for, what was found, the best first, what was cut, and which searches did not work."""

    queries: tuple[str, ...]
    hits: tuple[SearchHit, ...]
    cut: tuple[Cut, ...] = ()
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Query:
    text: str
    weighted: Mapping[str, float]
    terms: Sequence[str]


_Places = dict[tuple[int, int], Signals]


class Search:
    """Searches by words, and by meaning where there is an embedder; what fails is left out, never the whole."""

    def __init__(
        self,
        store: Store,
        *,
        indexes: Indexes | None = None,
        embedder: Callable[[], Embedder | None] = lambda: None,
        reranker: RerankPort | None = None,
        reranking_model: Callable[[], Path | None] = lambda: None,
    ) -> None:
        self._store = store
        self._indexes = indexes
        self._embedder = embedder
        self._reranker = reranker
        self._reranking_model = reranking_model

    def find(
        self,
        vector_store_ids: Sequence[str],
        queries: Sequence[str],
        *,
        limit: int,
        threshold: float = 0.0,
        matches: Filter | None = None,
        ranker: str = "auto",
    ) -> tuple[SearchHit, ...]:
        """Return up to `limit` passages with a score of at least `threshold`, the best first."""
        return self.search(
            vector_store_ids, queries, limit=limit, threshold=threshold, matches=matches, ranker=ranker
        ).hits

    def search(
        self,
        vector_store_ids: Sequence[str],
        queries: Sequence[str],
        *,
        limit: int,
        threshold: float = 0.0,
        matches: Filter | None = None,
        ranker: str = "auto",
    ) -> Findings:
        """Return what answers any of the queries, with what was cut and why.

        `matches` narrows to files by their attributes before anything is limited. `ranker` "none" does not rerank.
        """
        within = None if matches is None else self._files(vector_store_ids, matches)
        asked = [self._asked(query) for query in dict.fromkeys(even(query).strip() for query in queries) if query]
        if not asked or not vector_store_ids or within == []:
            return Findings(queries=tuple(queries), hits=())
        count = max(_CANDIDATES, limit * _TIMES)
        failed: list[str] = []
        with ThreadPoolExecutor(max_workers=1) as other:
            meant = other.submit(self._by_meaning, vector_store_ids, asked, count, within, failed)
            worded = [self._by_words(vector_store_ids, query, count, within) for query in asked]
            by_meaning = meant.result()
        known = {(found.store_file, found.position): found for each in worded for found in each}
        missing = [place for each in by_meaning for place in each if place not in known]
        known.update({(found.store_file, found.position): found for found in self._store.chunks.at(missing)})
        hits = self._fused(asked, worded, by_meaning, known, count)
        if ranker != "none":
            hits = self._reranked(asked, hits, limit, failed)
        kept, cut = _cut(hits, limit, threshold)
        return Findings(queries=tuple(each.text for each in asked), hits=kept, cut=cut, failed=tuple(failed))

    def _files(self, vector_store_ids: Sequence[str], matches: Filter) -> list[int]:
        files = self._store.vector_store_files.attributes(vector_store_ids)
        return [seq for seq, attributes in files if matches(attributes)]

    def _asked(self, query: str) -> _Query:
        terms = terms_of(query)
        frequencies = self._store.chunks.frequencies([term for term in terms if not term.endswith("*")])
        weighted = relevance.weights(terms, frequencies, self._store.chunks.count())
        return _Query(query, weighted, relevance.telling(weighted, frequencies, _BROUGHT_UP))

    def _by_words(
        self, vector_store_ids: Sequence[str], query: _Query, count: int, within: Sequence[int] | None
    ) -> tuple[Found, ...]:
        if not query.terms:
            return ()
        return self._store.chunks.matching(vector_store_ids, expression_of(query.terms), count, within=within)

    def _by_meaning(
        self,
        vector_store_ids: Sequence[str],
        queries: Sequence[_Query],
        count: int,
        within: Sequence[int] | None,
        failed: list[str],
    ) -> list[dict[tuple[int, int], float]]:
        """Return for each query the places of the most alike passages, the best first."""
        embedder = self._embedder() if self._indexes is not None else None
        if self._indexes is None or embedder is None:
            return [{} for _ in queries]
        try:
            vectors = embedder.embed([query.text for query in queries], "query", CancelToken())
            answers = self._indexes.search(vector_store_ids, embedder.id, vectors, count, within=within)
        except FiresideError as error:
            log.info("searching by meaning failed: %s", error.code)
            failed.append(f"vector:{error.code}")
            return [{} for _ in queries]
        return [{(place, position): likeness for place, position, likeness in hits} for hits in answers]

    def _fused(
        self,
        queries: Sequence[_Query],
        worded: Sequence[Sequence[Found]],
        by_meaning: Sequence[Mapping[tuple[int, int], float]],
        known: Mapping[tuple[int, int], Found],
        count: int,
    ) -> list[SearchHit]:
        """Return all that was found, each with the best score that any query gives it, the best first."""
        best: dict[tuple[int, int], SearchHit] = {}
        for query, found, meant in zip(queries, worded, by_meaning, strict=True):
            most = min(meant.values()) if len(meant) >= count else 0.0
            places = _signals(query, found, meant, known, relevance.of_likeness(most))
            for place, signals in places.items():
                score = relevance.fused(signals) if meant else signals.keyword or 0.0
                if place not in best or best[place].score < score:
                    best[place] = _hit(known[place], signals, score)
        return sorted(best.values(), key=_order)

    def _reranked(
        self, queries: Sequence[_Query], hits: list[SearchHit], limit: int, failed: list[str]
    ) -> list[SearchHit]:
        model = self._reranking_model() if self._reranker is not None else None
        if self._reranker is None or model is None or not hits:
            return hits
        count = max(_RERANKED, min(limit, 2 * _RERANKED))
        first, rest = hits[:count], hits[count:]
        texts = ["\n".join((*hit.chunk.heading[-1:], hit.chunk.text)) for hit in first]
        try:
            scores = [self._reranker.rerank(model, query.text, texts) for query in queries]
        except FiresideError as error:
            log.info("reranking failed: %s", error.code)
            failed.append(f"rerank:{error.code}")
            return hits
        best = [max(each) for each in zip(*scores, strict=True)]
        reranked = [
            replace(hit, score=round(score, 6), rerank_score=round(score, 6))
            for hit, score in zip(first, best, strict=True)
        ]
        floor = min(best)
        # What was not read again cannot be better than the worst that was.
        lowered = [replace(hit, score=round(min(hit.score, floor), 6)) for hit in rest]
        return sorted(reranked, key=_order) + lowered


def _signals(
    query: _Query,
    found: Sequence[Found],
    meant: Mapping[tuple[int, int], float],
    known: Mapping[tuple[int, int], Found],
    vector_most: float,
) -> _Places:
    ranks = {(each.store_file, each.position): rank for rank, each in enumerate(found, 1)}
    best = max((each.rank for each in found), default=0.0)
    places: _Places = {}
    vector_ranks = {place: rank for rank, place in enumerate((p for p in meant if p in known), 1)}
    for place in dict.fromkeys((*ranks, *vector_ranks)):
        passage = known[place]
        relative = passage.rank / best if best > 0 and place in ranks else 0.0
        words = relevance.of_words(query.weighted, passage.words, relative)
        places[place] = Signals(
            keyword_rank=ranks.get(place),
            keyword=words if words else None,
            vector_rank=vector_ranks.get(place),
            vector=relevance.of_likeness(meant[place]) if place in meant else None,
            vector_most=vector_most,
        )
    return places


def _hit(found: Found, signals: Signals, score: float) -> SearchHit:
    return SearchHit(
        vector_store_id=found.vector_store_id,
        file_id=found.file_id,
        filename=found.filename,
        attributes=found.attributes,
        chunk=found.chunk,
        position=found.position,
        score=round(score, 6),
        keyword_score=_rounded(signals.keyword),
        vector_score=_rounded(signals.vector),
        keyword_rank=signals.keyword_rank,
        vector_rank=signals.vector_rank,
        fused_score=round(score, 6),
    )


def _cut(hits: Iterable[SearchHit], limit: int, threshold: float) -> tuple[tuple[SearchHit, ...], tuple[Cut, ...]]:
    kept: list[SearchHit] = []
    cut: list[Cut] = []
    texts: set[tuple[str, str]] = set()
    for hit in hits:
        why: Reason | None = None
        if (hit.file_id, hit.chunk.text) in texts:  # a file may be in several of the stores
            why = "same_text"
        elif hit.score < threshold:
            why = "below_threshold"
        elif len(kept) >= limit:
            why = "beyond_limit"
        if why is None:
            kept.append(hit)
        else:
            cut.append(Cut(hit=hit, why=why))
        texts.add((hit.file_id, hit.chunk.text))
    return tuple(kept), tuple(cut)


def _order(hit: SearchHit) -> tuple[float, int, int, str, int]:
    last = _CANDIDATES * _TIMES * 10
    return -hit.score, hit.keyword_rank or last, hit.vector_rank or last, hit.file_id, hit.position


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
