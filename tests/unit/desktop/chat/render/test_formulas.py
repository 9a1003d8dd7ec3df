"""Formulas become pictures; what makes no sense does not, and says so quietly."""

from __future__ import annotations

import pytest

from desktop.chat.render.formulas import draw


def test_a_formula_has_a_size_and_a_baseline() -> None:
    line = draw("9 - 6 = 3", display=False)
    fraction = draw(r"\frac{a}{b}", display=True)

    assert line is not None
    assert fraction is not None
    assert line.width > line.height > line.ascent > 0
    assert fraction.height > line.height


@pytest.mark.parametrize("source", ["", "  ", r"\frac{a", r"\unknowncommand{x}", "总价", "x" * 600, "}{", "{" * 400])
def test_what_makes_no_sense_is_not_drawn(source: str) -> None:
    assert draw(source, display=False) is None
