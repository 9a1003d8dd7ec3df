"""How much of a file is read; beyond it the file is refused in words instead of filling the memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.retrieval.document import Block
from engine.retrieval.problems import Unreadable

MAX_BYTES = 512 * 1024**2
"""Size of a file, as in the API."""
MAX_CHARACTERS = 40_000_000
"""Text of one file: some ten million tokens, twice what the hosted service took."""
MAX_PAGES = 20_000
MAX_COLUMNS = 512
"""Columns of a table; what stands further right is left out."""


def bounded(blocks: Iterable[Block], most: int = MAX_CHARACTERS) -> Iterator[Block]:
    """Pass blocks on, and those without text not. Raises Unreadable once there is too much."""
    size = 0
    for block in blocks:
        size += len(block.text)
        if size > most:
            raise too_long(most)
        if block.text.strip():
            yield block


def too_long(most: int) -> Unreadable:
    return Unreadable(
        f"There is more text in this file than can be searched ({most // 1_000_000} million characters). Split it into "
        "several files.",
        limit=most,
    )
