"""Outputs are short enough for a model."""

from __future__ import annotations

from engine.tools.functions.base import MOST_OUTPUT, cut


def test_long_outputs_are_cut_with_a_note() -> None:
    assert cut("x" * MOST_OUTPUT) == "x" * MOST_OUTPUT
    assert cut("x" * (MOST_OUTPUT + 5)) == "x" * MOST_OUTPUT + "\n… (5 more characters)"
