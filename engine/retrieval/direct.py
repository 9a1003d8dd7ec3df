"""Reads files in this process: for tests, and for tools that read files of their own."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from engine.cancel import CancelToken
from engine.errors import Cancelled
from engine.retrieval.passages import passages_of
from engine.retrieval.reading import OnPassages, Pages, Reading

_GROUP = 64


class DirectReader:
    """Implements `Reader` without a process."""

    def read(
        self,
        path: Path,
        filename: str,
        *,
        max_tokens: int,
        overlap: int,
        on_passages: OnPassages,
        on_pages: Pages,
        cancel: CancelToken,
    ) -> Reading:
        reading, passages = passages_of(path, filename, max_tokens=max_tokens, overlap=overlap, on_pages=on_pages)
        while group := list(islice(passages, _GROUP)):
            if cancel.is_set():
                raise Cancelled("Reading was stopped.")
            on_passages(group, reading.count)
        return reading

    def rest(self) -> None:
        pass
