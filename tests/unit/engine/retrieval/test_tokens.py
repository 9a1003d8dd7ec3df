"""Tokens are counted the same everywhere, and never fewer in the parts than in the whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.retrieval import tokens


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" \n ", 0),
        ("tea", 1),
        ("internationally", 2),
        ("茶泡三分钟。", 6),
        ("2024!", 3),
        ("привет", 2),
        ("a-b", 3),
    ],
)
def test_tokens_are_estimated(text: str, count: int) -> None:
    assert tokens.count(text) == count


@given(st.text(st.sampled_from("ab 1茶。.\nпé"), max_size=60), st.integers(0, 60))
def test_parts_are_never_counted_lower_than_the_whole(text: str, cut: int) -> None:
    assert tokens.count(text[:cut]) + tokens.count(text[cut:]) >= tokens.count(text)
