"""Finds the passages of vector stores that answer a query."""

from __future__ import annotations

from collections.abc import Sequence

from engine.retrieval.filters import Filter
from engine.retrieval.keyword import coverage, expression_of, terms_of
from engine.store import Store
from engine.store.chunks import Found
from engine.types import SearchHit

_CANDIDATES = 4  # as many times what is asked for are looked at


class Search:
    """Searches by keywords."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(
        self,
        vector_store_ids: Sequence[str],
        queries: Sequence[str],
        *,
        limit: int,
        threshold: float = 0.0,
        matches: Filter | None = None,
    ) -> tuple[SearchHit, ...]:
        """Return up to `limit` passages with a score of at least `threshold`, the best first.

        Several queries find what any of them finds. `matches` narrows to files by their attributes, before the limit.
        """
        within = None if matches is None else self._files(vector_store_ids, matches)
        best: dict[int, SearchHit] = {}
        for query in queries:
            for seq, hit in self._by_keywords(vector_store_ids, query, limit, within):
                if seq not in best or best[seq].score < hit.score:
                    best[seq] = hit
        ranked = sorted(best.items(), key=lambda item: (-item[1].score, item[0]))
        return tuple(hit for _, hit in ranked if hit.score >= threshold)[:limit]

    def _files(self, vector_store_ids: Sequence[str], matches: Filter) -> list[int]:
        files = self._store.vector_store_files.attributes(vector_store_ids)
        return [seq for seq, attributes in files if matches(attributes)]

    def _by_keywords(
        self, vector_store_ids: Sequence[str], query: str, limit: int, within: Sequence[int] | None
    ) -> list[tuple[int, SearchHit]]:
        terms = terms_of(query)
        if not terms:
            return []
        found = self._store.chunks.matching(vector_store_ids, expression_of(terms), limit * _CANDIDATES, within=within)
        best = max((each.rank for each in found), default=0.0)
        return [(each.seq, _hit(each, terms, best)) for each in found]


def _hit(found: Found, terms: Sequence[str], best: float) -> SearchHit:
    """Score a passage from 0 to 1: BM25 says only which is better, the share of the words asked for also how good."""
    relative = found.rank / best if best > 0 else 1.0
    score = round(coverage(terms, found.words) * (0.5 + 0.5 * relative), 6)
    return SearchHit(
        vector_store_id=found.vector_store_id,
        file_id=found.file_id,
        filename=found.filename,
        attributes=found.attributes,
        chunk=found.chunk,
        position=found.position,
        score=score,
        keyword_score=score,
    )
