"""The text of a document is that of its blocks, one after the other."""

from __future__ import annotations

from engine.retrieval.document import Block, Document


def test_the_text_is_that_of_the_blocks() -> None:
    assert Document(blocks=[Block(text="a"), Block(text="b\nc")]).text == "a\n\nb\nc"
    assert Document(blocks=[]).text == ""
