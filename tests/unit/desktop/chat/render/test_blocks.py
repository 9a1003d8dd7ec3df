"""Blocks are values: equal ones need no new layout."""

from __future__ import annotations

from desktop.chat.render.blocks import Paragraph, Span


def test_a_paragraphs_text_is_its_spans_joined() -> None:
    paragraph = Paragraph((Span("one "), Span("two", bold=True)))

    assert paragraph.text == "one two"
    assert paragraph == Paragraph((Span("one "), Span("two", bold=True)))
    assert hash(paragraph) == hash(Paragraph((Span("one "), Span("two", bold=True))))
