"""How a passage is named in an index: one number for the place of its file in a store and its position in the file."""

from __future__ import annotations

_POSITION_BITS = 24


def key_of(place: int, position: int) -> int:
    """Return the key of a passage: `place` is the `seq` of its file's place in the store."""
    return place << _POSITION_BITS | position


def passage_of(key: int) -> tuple[int, int]:
    """Return place and position of a key."""
    return key >> _POSITION_BITS, key & ((1 << _POSITION_BITS) - 1)
