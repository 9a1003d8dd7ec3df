"""There is an end to how much text one file may hold."""

from __future__ import annotations

import pytest

from engine.retrieval.document import Block
from engine.retrieval.parsing.limits import bounded, too_long
from engine.retrieval.problems import Unreadable


def test_empty_blocks_are_left_out_and_too_many_refused() -> None:
    blocks = [Block(text="ab"), Block(text=" "), Block(text="cd")]

    assert [block.text for block in bounded(blocks, 5)] == ["ab", "cd"]
    with pytest.raises(Unreadable, match="Split it"):
        list(bounded(blocks, 4))
    assert "40 million" in too_long(40_000_000).message
