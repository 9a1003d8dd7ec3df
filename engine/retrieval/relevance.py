"""How well words and vectors say a passage answers, and the two put together (pure)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.retrieval.keyword import coverage

_RRF = 20
# Chosen on the handbooks of tests/bench/retrieval_corpus.py with seed 1; from 0.6 to 0.8 little changes.
_WORDS = 0.6
_ORDER = 0.2
_UNSEEN_SHARE = 0.25  # what a term that begins words is thought to be in


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What each search says of a passage; None where it did not find it. Ranks count from 1, values are from 0 to 1.

    `vector_most`: a passage that a search by meaning did not find among the best is at most as alike as the last found.
    """

    keyword_rank: int | None = None
    keyword: float | None = None
    vector_rank: int | None = None
    vector: float | None = None
    vector_most: float = 0.0


def weights(terms: Sequence[str], frequencies: Mapping[str, int], total: int) -> dict[str, float]:
    """Return how much each term says: the rarer among `total` passages, the more."""
    found = {}
    for term in terms:
        count = frequencies.get(term, 0) if not term.endswith("*") else int(total * _UNSEEN_SHARE)
        found[term] = math.log(1 + (total - min(count, total) + 0.5) / (count + 0.5))
    return found


def telling(weighted: Mapping[str, float], frequencies: Mapping[str, int], most: int) -> list[str]:
    """Return the terms worth searching for: the rarest, until they would bring up more than `most` passages."""
    ordered = sorted(weighted, key=lambda term: -weighted[term])
    chosen: list[str] = []
    size = 0
    for term in ordered:
        size += frequencies.get(term, 0)
        if chosen and size > most:
            break
        chosen.append(term)
    return chosen


def of_words(weighted: Mapping[str, float], words: str, relative: float) -> float:
    """Return from 0 to 1 how well `words` answer: the share of what was asked, and BM25 relative to the best's."""
    return coverage(weighted, words) * (0.6 + 0.4 * relative)


def of_likeness(likeness: float, floor: float = 0.2, ceiling: float = 0.8) -> float:
    """Return a cosine as a number from 0 to 1; what is a coincidence and what is the same depends on the embedder."""
    return min(1.0, max(0.0, (likeness - floor) / (ceiling - floor)))


def fused(signals: Signals) -> float:
    """Return one score from 0 to 1: what the searches say, and a part for their order (reciprocal ranks).

    Words weigh more: a rare word in common is seldom a coincidence, a small embedder's likeness often is. Where all
    that was found is about as alike, having been found says little: what was not gets the benefit of the doubt.
    """
    meant = signals.vector_most if signals.vector is None else signals.vector
    parts = (
        (_WORDS, signals.keyword_rank, signals.keyword),
        (1 - _WORDS, signals.vector_rank, meant),
    )
    order = sum(weight * (_RRF + 1) / (_RRF + rank) for weight, rank, _ in parts if rank is not None)
    value = sum(weight * (said or 0.0) for weight, _, said in parts)
    return _ORDER * order + (1 - _ORDER) * value
