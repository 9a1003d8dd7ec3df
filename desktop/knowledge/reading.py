"""What the knowledge pages show, read from the engine in one go; knows no Qt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from desktop.words import QT_TRANSLATE_NOOP, Words
from engine.service.live_folders import FolderState
from engine.types import Assistant, HeldFile, PageRequest, SearchHit, VectorStore

if TYPE_CHECKING:
    from engine.service import Engine

UNTITLED = QT_TRANSLATE_NOOP("Knowledge", "Untitled collection")
_NO_FILES = QT_TRANSLATE_NOOP("Knowledge", "no files yet")
_ONE_FILE = QT_TRANSLATE_NOOP("Knowledge", "1 file")
_FILES = QT_TRANSLATE_NOOP("Knowledge", "{n} files")
_ONE_PASSAGE = QT_TRANSLATE_NOOP("Knowledge", "1 passage")
_PASSAGES = QT_TRANSLATE_NOOP("Knowledge", "{n} passages")

_PLACES: dict[str, Words] = {
    "page": QT_TRANSLATE_NOOP("Knowledge", "page {page}"),
    "pages": QT_TRANSLATE_NOOP("Knowledge", "pages {page}–{last}"),
    "line": QT_TRANSLATE_NOOP("Knowledge", "line {line}"),
    "lines": QT_TRANSLATE_NOOP("Knowledge", "lines {line}–{last}"),
}
_WHY: dict[tuple[bool, bool], Words] = {
    (True, True): QT_TRANSLATE_NOOP("Knowledge", "Found both ways: no. {words} by its words, no. {sense} by meaning."),
    (True, False): QT_TRANSLATE_NOOP("Knowledge", "Found by its words (no. {words}); its meaning is further off."),
    (False, True): QT_TRANSLATE_NOOP("Knowledge", "Found by its meaning (no. {sense}); it says it in other words."),
    (False, False): QT_TRANSLATE_NOOP("Knowledge", "Close to the question as a whole."),
}
_RERANKED = QT_TRANSLATE_NOOP("Knowledge", "Then read side by side with the question, which decided its place.")
CUTS: dict[str, Words] = {
    "same_text": QT_TRANSLATE_NOOP("Knowledge", "{n} say the same again"),
    "below_threshold": QT_TRANSLATE_NOOP("Knowledge", "{n} answer too little"),
    "beyond_limit": QT_TRANSLATE_NOOP("Knowledge", "{n} further down the list"),
}
# Words that are everywhere and say nothing.
_LITTLE = re.compile(
    r"(an?|and|are|as|at|be|by|do|does|for|from|how|in|is|it|of|on|or|that|the|this|to|was|wh(at|en|ere|ich|o|y)|will|with)$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-zA-Z0-9\u00c0-\u024f]{2,}|[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A store on the shelf; `held` is filled only while files wait, to tell how far they are."""

    store: VectorStore
    users: tuple[Assistant, ...] = ()
    held: tuple[HeldFile, ...] = ()
    folders: tuple[FolderState, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A store that is open: `embedders` counts passages by the model that embedded them, "" is none."""

    store: VectorStore
    users: tuple[Assistant, ...] = ()
    held: tuple[HeldFile, ...] = ()
    embedders: dict[str, int] = field(default_factory=dict)
    folders: tuple[FolderState, ...] = ()


def read_shelf(engine: Engine) -> tuple[tuple[Summary, ...], bool]:
    """Return all stores, and whether passages can be found by meaning."""
    assistants = tuple(_assistants(engine))
    shelf = []
    for store in engine.knowledge.all():
        held = engine.knowledge.files(store.id) if store.file_counts.in_progress else ()
        users = tuple(each for each in assistants if _uses(each, store.id))
        shelf.append(Summary(store=store, users=users, held=held, folders=engine.live_folders.of(store.id)))
    return tuple(shelf), engine.embeddings.for_files() is not None


def read_store(engine: Engine, store_id: str) -> Contents:
    """Return one store with everything in it. Raises NotFound."""
    return Contents(
        store=engine.vector_stores.get(store_id),
        users=engine.knowledge.used_by(store_id),
        held=engine.knowledge.files(store_id),
        embedders=engine.knowledge.embedders(store_id),
        folders=engine.live_folders.of(store_id),
    )


def files(count: int) -> Words:
    """Say how many files."""
    if not count:
        return _NO_FILES
    return _ONE_FILE if count == 1 else _FILES.fill(n=f"{count:,}")


def passages(count: int) -> Words:
    """Say how many passages."""
    return _ONE_PASSAGE if count == 1 else _PASSAGES.fill(n=f"{count:,}")


def place(hit: SearchHit) -> Words | None:
    """Say where in its file a passage is; None if that cannot be told."""
    chunk = hit.chunk
    for name, first, last in (("page", chunk.page, chunk.last_page), ("line", chunk.line, chunk.last_line)):
        if first is not None:
            if last is None or last == first:
                return _PLACES[name].fill(**{name: first})
            return _PLACES[f"{name}s"].fill(**{name: first, "last": last})
    return None


def why(hit: SearchHit) -> tuple[Words, ...]:
    """Say in sentences why a passage was found."""
    both = hit.keyword_rank is not None and hit.keyword_score is not None, hit.vector_rank is not None
    sentence = _WHY[both].fill(words=hit.keyword_rank, sense=hit.vector_rank)
    return (sentence,) if hit.rerank_score is None else (sentence, _RERANKED)


def spans(text: str, queries: Sequence[str]) -> list[tuple[int, int]]:
    """Return where in a text words of the queries stand, in order and apart: (start, stop)."""
    terms = {term for query in queries for term in _terms(query)}
    if not terms:
        return []
    longest_first = sorted(terms, key=len, reverse=True)
    pattern = "|".join(re.escape(term) if term[0] >= "\u3400" else rf"\b{re.escape(term)}" for term in longest_first)
    found: list[tuple[int, int]] = []
    for match in re.finditer(pattern, text, re.IGNORECASE):
        if found and found[-1][1] == match.start() and match.group()[0] >= "\u3400":
            found[-1] = (found[-1][0], match.end())
        else:
            found.append(match.span())
    return found


def _terms(query: str) -> Iterator[str]:
    """Yield words, and of Chinese every two characters, as the keyword search does."""
    for word in _WORD.findall(query):
        if word[0] >= "\u3400":
            yield from (word[at : at + 2] for at in range(max(1, len(word) - 1)))
        elif not _LITTLE.match(word):
            yield word


def _uses(assistant: Assistant, store_id: str) -> bool:
    return store_id in ((assistant.tool_resources.get("file_search") or {}).get("vector_store_ids") or ())


def _assistants(engine: Engine) -> Iterator[Assistant]:
    after: str | None = None
    while True:
        page = engine.assistants.list(PageRequest(limit=100, order="asc", after=after))
        yield from page.items
        if not page.has_more:
            return
        after = page.items[-1].id
