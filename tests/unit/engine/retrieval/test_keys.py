"""A key holds a place and a position, and gives them back."""

from __future__ import annotations

from engine.retrieval.keys import key_of, passage_of


def test_keys_hold_place_and_position() -> None:
    assert passage_of(key_of(123_456_789, 654_321)) == (123_456_789, 654_321)
    assert key_of(2, 0) > key_of(1, 16_000_000)
