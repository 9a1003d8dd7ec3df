"""A thread's first name."""

from __future__ import annotations

import pytest

from engine.service.titles import shorten, title_of
from engine.types import ImageFilePart, NewMessage, TextPart


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Hello", "Hello"),
        ("  Two\n lines\there ", "Two lines here"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        ("word " * 40, " ".join(["word"] * 12) + "…"),
        ("今天天气怎么样", "今天天气怎么样"),
        ("好" * 31, "好" * 29 + "…"),
        ("你好，" * 12, "你好，" * 9 + "你好…"),
        ("", ""),
    ],
)
def test_a_text_is_cut_to_sixty_columns(text: str, title: str) -> None:
    assert shorten(text) == title


def test_the_first_words_of_a_user_count() -> None:
    messages = [
        NewMessage(role="assistant", content=(TextPart(text="Welcome!"),)),
        NewMessage(role="user", content=(ImageFilePart(file_id="file_1"),)),
        NewMessage(role="user", content=(TextPart(text="What is"), TextPart(text="this?"))),
    ]
    assert title_of(messages) == "What is this?"
    assert title_of(messages[:2]) is None
