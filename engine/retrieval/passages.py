"""A file as passages with the words they are found by; the whole way from bytes, in whatever process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.retrieval.chunking import split
from engine.retrieval.keyword import words_of
from engine.retrieval.parsing import parse
from engine.retrieval.parsing.scans import Recognise
from engine.retrieval.problems import Unreadable
from engine.retrieval.reading import Pages, Reading
from engine.store.chunks import NewChunk
from engine.types import Chunk


def passages_of(
    path: Path,
    filename: str,
    *,
    max_tokens: int,
    overlap: int,
    on_pages: Pages = lambda _done, _total: None,
    recognise: Recognise | None = None,
) -> tuple[Reading, Iterator[NewChunk]]:
    """Read the file at `path`, known as `filename`; the passages are made as they are taken. Raises Unreadable.

    `recognise` reads pictures, where they are wanted.
    """
    document = parse(path, filename, on_pages, recognise)
    chunks = split(document, max_tokens, overlap)
    if not chunks:
        raise Unreadable("There is no text in this file that could be searched.")
    reading = Reading(count=len(chunks), pages=document.pages, notes=document.notes)
    return reading, (findable(chunk, filename) for chunk in chunks)


def findable(chunk: Chunk, filename: str) -> NewChunk:
    """Return a passage with the words it is found by; those of its headings and its file's name count less."""
    return NewChunk(chunk, words_of(chunk.text), words_of(" ".join((filename, *chunk.heading))))
