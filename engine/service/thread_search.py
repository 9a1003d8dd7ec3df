"""Finds what was said, in all threads and branches, by its words; reads the words of new messages in the background."""

from __future__ import annotations

import logging
import re
import threading
import unicodedata
from dataclasses import dataclass

from engine.bus import Bus
from engine.errors import FiresideError
from engine.events import Event, MessageChanged
from engine.retrieval.keyword import words_of
from engine.store import Store
from engine.types import Role

log = logging.getLogger(__name__)

MAX_HITS = 100
_BATCH = 64
_AROUND = 36  # characters of the snippet before the first match
_SNIPPET = 150
_CJK = re.compile("[\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")
_MAX_PIECES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidHit:
    """A message that holds the words looked for. `marks` are the places in `snippet` to be lit, as (start, end)."""

    thread_id: str
    title: str | None
    message_id: str
    role: Role
    created_at: int
    snippet: str
    marks: tuple[tuple[int, int], ...] = ()


class ThreadSearch:
    """`find` sees every message stored before it was called; the background work only makes it quick."""

    def __init__(self, store: Store, bus: Bus) -> None:
        self._store = store
        self._wanted = threading.Event()
        self._closed = False
        self._reading = threading.Lock()
        self._subscription = bus.subscribe(self._hear)
        self._thread = threading.Thread(target=self._work, name="thread search", daemon=True)

    def start(self) -> None:
        """Begin to read what has not been read; once."""
        self._wanted.set()
        self._thread.start()

    def close(self) -> None:
        """End the background work; may be repeated."""
        self._subscription.close()
        self._closed = True
        self._wanted.set()
        if self._thread.is_alive():
            self._thread.join()

    def find(self, query: str, limit: int = 50) -> tuple[SaidHit, ...]:
        """Return up to `limit` messages with all words of the query, the newest first; words may be unfinished."""
        pieces = _pieces(query)
        expression = " AND ".join(filter(None, map(_expression, pieces)))
        if not expression:
            return ()
        while self._read():
            pass
        found = self._store.said.matching(expression, max(1, min(limit, MAX_HITS)))
        hits = []
        for message in found:
            snippet, marks = snippet_of(message.text, pieces)
            hit = SaidHit(
                thread_id=message.thread_id,
                title=message.title,
                message_id=message.id,
                role=message.role,
                created_at=message.created_at,
                snippet=snippet,
                marks=marks,
            )
            hits.append(hit)
        return tuple(hits)

    def _hear(self, event: Event) -> None:
        if isinstance(event, MessageChanged) and event.what in ("created", "completed", "incomplete"):
            self._wanted.set()

    def _work(self) -> None:
        while self._wanted.wait() and not self._closed:
            self._wanted.clear()
            try:
                while not self._closed and self._read():
                    pass
            except FiresideError:  # a full disk, say; the next search tries again and tells
                log.info("the words of new messages could not be kept", exc_info=True)

    def _read(self) -> bool:
        """Read the words of some messages; return whether there may be more."""
        with self._reading:
            due = self._store.said.due(_BATCH)
            self._store.said.put([(message, words_of(message.text)) for message in due])
            return len(due) == _BATCH


def snippet_of(text: str, pieces: list[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return one line of a text around the first of the pieces, and where pieces are in it."""
    line = " ".join(text.split())
    even = unicodedata.normalize("NFKC", line)
    even = even if len(even) == len(line) else line  # only then places in one are places in the other
    pattern = re.compile("|".join(map(_pattern, sorted(pieces, key=len, reverse=True))), re.IGNORECASE)
    first = pattern.search(even)
    start = max(0, first.start() - _AROUND) if first else 0
    if start:
        space = line.find(" ", start, start + 12)
        start = space + 1 if space >= 0 else start
    stop = min(len(line), start + _SNIPPET)
    lead, tail = "…" if start else "", "…" if stop < len(line) else ""
    shift = len(lead) - start
    marks = tuple((found.start() + shift, found.end() + shift) for found in pattern.finditer(even, start, stop))
    return f"{lead}{line[start:stop]}{tail}", marks


def _pattern(piece: str) -> str:
    """Return a pattern for a piece: words are found at their beginning, and in the plural by the singular."""
    if _CJK.match(piece):
        return re.escape(piece)
    stem = piece[:-1] if len(piece) > 3 and piece.endswith("s") else piece
    return rf"(?<!\w){re.escape(stem)}\w*" if stem[:1].isalnum() else re.escape(stem)


def _pieces(query: str) -> list[str]:
    """Cut a query at spaces and where its script changes from or to CJK."""
    pieces: list[str] = []
    for chunk in unicodedata.normalize("NFKC", query).split():
        position = 0
        for run in _CJK.finditer(chunk):
            pieces += [chunk[position : run.start()], run[0]]
            position = run.end()
        pieces.append(chunk[position:])
    return [piece for piece in pieces if words_of(piece)][:_MAX_PIECES]


def _expression(piece: str) -> str:
    """Return the full-text expression for a piece, or "" if it has no words."""
    words = words_of(piece).split()
    if _CJK.match(piece):
        # Pairs follow each other in the index as they do in the text; the last character alone begins other pairs.
        return f'"{words[0]}"*' if len(words) == 1 else f'"{" ".join(words[:-1])}"'
    if len(words) > 1 and words[0].startswith(words[1]):
        words = words[1:]  # a name and its parts: the parts are found in every spelling
    return " AND ".join([*(f'"{word}"' for word in words[:-1]), f'"{words[-1]}"*'])
