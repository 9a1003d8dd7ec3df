"""Where sentences begin and end, in scripts with and without spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CLOSERS = "\"'”’»」』】）)］\\]〕》〉"
# A full stop of CJK ends a sentence anywhere; a Latin one only before a space, and not after an abbreviation.
_END = re.compile(
    rf"[。！？!?；…｡]+[{_CLOSERS}]*|\.+[{_CLOSERS}]*(?=\s|$)|\n\s*\n|\n(?=\s*(?:[-*•·●▪◦]|\d{{1,3}}[.)、])\s)"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|vs|etc|e\.g|i\.e|cf|al|No|Nos|Fig|Figs|Eq|Sec|Ch|Vol|pp|p|approx|dept|est"
    r"|Inc|Ltd|Co|Corp|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|\b[A-Z]|^\s*\d{1,3})\.$",
    re.MULTILINE,
)
_LONGEST_ABBREVIATION = 12


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence; together they cover the text, with the white space after each."""
    start = 0
    for match in _END.finditer(text):
        end = match.end()
        if match[0] == "." and _ABBREVIATION.search(text, max(start, end - _LONGEST_ABBREVIATION), end):
            continue
        while end < len(text) and text[end].isspace():
            end += 1
        if end > start and text[start:end].strip():
            yield start, end
            start = end
    if start < len(text):
        yield start, len(text)


def split(text: str) -> list[str]:
    """Return the sentences without the white space around them."""
    return [stripped for start, end in spans(text) if (stripped := text[start:end].strip())]
