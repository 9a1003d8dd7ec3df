"""Finds in a text the words of a passage that was read from it, though spaces, hyphens and lines differ; pure."""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher

_LEAST = 12
_MOST_COMPARED = 60_000


def find(text: str, quote: str) -> tuple[int, int] | None:
    """Return where the words stand, or most of them in one piece; None if they are not there."""
    folded, places = _folded(text)
    wanted, _ = _folded(quote)
    if not wanted or not folded:
        return None
    at = folded.find(wanted)
    size = len(wanted)
    if at < 0:
        if len(folded) > _MOST_COMPARED:
            return None
        match = SequenceMatcher(None, folded, wanted, autojunk=False).find_longest_match()
        at, size = match.a, match.size
        if size < min(_LEAST, len(wanted)):
            return None
    return places[at], places[at + size - 1] + 1


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the letters and digits of a text in one form, and where each of them stood."""
    letters: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for letter in unicodedata.normalize("NFKC", sign).casefold():
            if letter.isalnum():
                letters.append(letter)
                places.append(place)
    return "".join(letters), places
