"""Citations in an answer: what each marker points at, and whether the passages say what the answer says (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.retrieval import sentences
from engine.retrieval.keyword import coverage, terms_of, words_of
from engine.types import Chunk

MARKER = re.compile(r"【(\d{1,4}):(\d{1,4})†[^】\n]{0,80}】")
SUPPORTED = 0.5
"""A sentence of which the passages hold less than this is flagged."""
_WRONG_NUMBER = 0.4
_FEW_TERMS = 3
_TWO_SAY_MORE = 0.15
_NUMBER = re.compile(r"(?:date)?\d[\dp]*\Z")
_ITEM = re.compile(r"\s*(?:\d{1,3}[.)、]|[-*•])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A passage the model was given, under its marker."""

    marker: str
    file_id: str
    filename: str
    chunk: Chunk


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The sentence of a passage that says it best; `start` and `stop` are its place in the passage's text."""

    text: str
    start: int
    stop: int
    support: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A marker in the answer, from `start` to `stop`, with what it points at."""

    start: int
    stop: int
    source: Source
    quote: Quote

    @property
    def page(self) -> int | None:
        """The page the quote begins on."""
        return self.source.chunk.page_at(self.quote.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A sentence of the answer without markers, and how much of it the passages hold, from 0 to 1.

    `best` is the source that holds most of it. A sentence too short to judge counts as supported.
    """

    text: str
    start: int
    stop: int
    support: float
    best: Source | None
    cited: tuple[str, ...] = ()

    @property
    def supported(self) -> bool:
        return self.support >= SUPPORTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An answer without the markers that point nowhere; all places are in `text`."""

    text: str
    citations: tuple[Citation, ...]
    statements: tuple[Statement, ...]
    dropped: tuple[str, ...]


def marker_of(search: int, result: int) -> str:
    """Return the marker of a result of a search, both counted from 0."""
    return f"【{search}:{result}†source】"


def check(answer: str, sources: Sequence[Source]) -> Checked:
    """Drop the markers that point nowhere, resolve the others, and compare each sentence with the passages."""
    by_place = {_place(source.marker): source for source in sources}
    text, dropped = _cleaned(answer, frozenset(by_place))
    citations: list[Citation] = []
    for start, stop in _statements(text):
        said = MARKER.sub("", text[start:stop]).strip()
        for marker in MARKER.finditer(text, start, stop):
            source = by_place[_place(marker[0])]
            citations.append(
                Citation(start=marker.start(), stop=marker.end(), source=source, quote=quote_for(said, source.chunk))
            )
    return Checked(text=text, citations=tuple(citations), statements=judged(text, sources), dropped=dropped)


def judged(text: str, sources: Sequence[Source]) -> tuple[Statement, ...]:
    """Return the sentences of a text whose markers all point somewhere, each with what the passages hold of it."""
    found = []
    for start, stop in _statements(text):
        said = MARKER.sub("", text[start:stop]).strip()
        if said:
            cited = tuple(marker[0] for marker in MARKER.finditer(text, start, stop))
            found.append(_judged(said, start, stop, sources, cited))
    return tuple(found)


def quote_for(statement: str, chunk: Chunk) -> Quote:
    """Return the sentence of a passage, or two in a row, that holds most of a statement."""
    terms = terms_of(MARKER.sub("", statement))
    spans = list(sentences.spans(chunk.text)) or [(0, len(chunk.text))]
    alone = [_quote(terms, chunk.text, start, stop) for start, stop in spans]
    pairs = [_quote(terms, chunk.text, one[0], two[1]) for one, two in pairwise(spans)]
    best = max(alone, key=lambda quote: quote.support)
    both = max(pairs, key=lambda quote: quote.support, default=best)
    return both if both.support > best.support + _TWO_SAY_MORE else best


def _quote(terms: Sequence[str], text: str, start: int, stop: int) -> Quote:
    said = text[start:stop]
    stop -= len(said) - len(said.rstrip())
    start += len(said) - len(said.lstrip())
    return Quote(text=text[start:stop], start=start, stop=stop, support=_support(terms, words_of(text[start:stop])))


def _judged(said: str, start: int, stop: int, sources: Iterable[Source], cited: tuple[str, ...]) -> Statement:
    terms = terms_of(_ITEM.sub("", said, count=1) if _ITEM.match(said) else said)
    if len(terms) < _FEW_TERMS:
        return Statement(text=said, start=start, stop=stop, support=1.0, best=None, cited=cited)
    support, best = 0.0, None
    for source in sources:
        heading = " ".join((source.filename, *source.chunk.heading))
        found = _support(terms, words_of(f"{heading}\n{source.chunk.text}"))
        if found > support:
            support, best = found, source
    return Statement(text=said, start=start, stop=stop, support=round(support, 4), best=best, cited=cited)


def _support(terms: Sequence[str], words: str) -> float:
    """Return the share of the terms that the words hold; little if a number is not among them."""
    held = set(words.split())
    share = coverage(terms, words)
    if any(_NUMBER.match(term) and term not in held for term in terms):
        return min(share, _WRONG_NUMBER)
    return share


def _statements(text: str) -> list[tuple[int, int]]:
    """Return the sentences of an answer; a marker right after a full stop belongs to the sentence before it."""
    blanked = MARKER.sub(lambda match: " " * len(match[0]), text)
    return [(start, start + len(text[start:stop].rstrip())) for start, stop in sentences.spans(blanked)]


def _cleaned(answer: str, known: frozenset[tuple[int, int]]) -> tuple[str, tuple[str, ...]]:
    dropped: list[str] = []

    def keep(match: re.Match[str]) -> str:
        if _place(match[0]) in known:
            return match[0]
        dropped.append(match[0])
        return ""

    return MARKER.sub(keep, answer), tuple(dropped)


def _place(marker: str) -> tuple[int, int]:
    match = MARKER.fullmatch(marker)
    if match is None:
        raise ValueError("not a marker")
    return int(match[1]), int(match[2])
