"""Sentences end where readers say they do, in Chinese and in English, and cover the whole text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.retrieval import sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("茶泡三分钟。水要开！“好吗？”好。", ["茶泡三分钟。", "水要开！", "“好吗？”", "好。"]),
        (
            "Dr. Who paid 3.50 to J. Smith, e.g. for tea. Done.",
            ["Dr. Who paid 3.50 to J. Smith, e.g. for tea.", "Done."],
        ),
        ("first\n\nsecond", ["first", "second"]),
        ("list:\n- one\n- two", ["list:", "- one", "- two"]),
        ("two\nlines of one", ["two\nlines of one"]),
        ("He left… She stayed.", ["He left…", "She stayed."]),
        ("  ", []),
    ],
)
def test_where_sentences_end(text: str, expected: list[str]) -> None:
    assert sentences.split(text) == expected


@given(st.text(st.sampled_from("ab 1茶。.\n!?-"), max_size=80))
def test_the_spans_cover_the_text(text: str) -> None:
    spans = list(sentences.spans(text))

    assert "".join(text[start:end] for start, end in spans) == text
    assert all(start < end for start, end in spans)
