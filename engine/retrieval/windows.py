"""What an embedder is given for a passage that is longer than it reads."""

from __future__ import annotations

from collections.abc import Iterator

from engine.retrieval import tokens
from engine.retrieval.folding import even
from engine.retrieval.sentences import spans

# The counting here is rough; a window a little short loses less than one whose end the embedder never sees.
_USED = 0.75
_MAX_HEADING = 0.25
_LEAST = 16


def windows_of(text: str, heading: tuple[str, ...], limit: int) -> list[str]:
    """Return what an embedder that reads `limit` tokens is given for a passage: parts that cover it, each titled."""
    text, heading = even(text), tuple(map(even, heading))
    room = max(_LEAST, int(limit * _USED))
    above = heading[:-1] if text.startswith(heading[-1:]) else heading
    title = " › ".join(above[-2:])
    if tokens.count(title) > room * _MAX_HEADING:
        title = ""
    room -= tokens.count(title)
    windows: list[str] = []
    part, size = "", 0
    for start, end in spans(text):
        for piece in _pieces(text[start:end], room):
            needed = tokens.count(piece)
            if part and size + needed > room:
                windows.append(part)
                part, size = "", 0
            part += piece
            size += needed
    windows.append(part)
    return [f"{title}\n{window.strip()}" if title else window.strip() for window in windows if window.strip()] or [text]


def _pieces(sentence: str, room: int) -> Iterator[str]:
    """Cut a sentence that is too long for a window into lines, or anywhere."""
    if tokens.count(sentence) <= room:
        yield sentence
        return
    for line in sentence.splitlines(keepends=True):
        while tokens.count(line) > room:
            yield line[:room]
            line = line[room:]
        yield line
