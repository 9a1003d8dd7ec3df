"""A thread's first name: its first user message, shortened; a better one may come from a model later."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from engine.types import NewMessage, TextPart

_COLUMNS = 60  # what a list of threads shows; a Chinese character takes two


def title_of(messages: Iterable[NewMessage]) -> str | None:
    """Return a title from the first message of a user that has text, or None."""
    for message in messages:
        if message.role == "user":
            text = " ".join(part.text for part in message.content if isinstance(part, TextPart))
            if title := shorten(text):
                return title
    return None


def shorten(text: str) -> str:
    """Return the text on one line of at most 60 columns, cut between words where there are any."""
    line = " ".join(text[: 8 * _COLUMNS].split())
    cut = _fitting(line, _COLUMNS)
    if cut == len(line):
        return line
    cut = _fitting(line, _COLUMNS - 1)
    space = line.rfind(" ", cut // 2, cut + 1)
    return line[: space if space > 0 else cut].rstrip(" ,.;:，。；：、") + "…"


def _fitting(line: str, columns: int) -> int:
    """Return how many characters fit."""
    for index, character in enumerate(line):
        columns -= 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if columns < 0:
            return index
    return len(line)
