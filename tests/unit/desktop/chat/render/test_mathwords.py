"""Formulas are found in Markdown, and can be read where they are not drawn."""

from __future__ import annotations

import pytest

from desktop.chat.render.blocks import Formula, Paragraph
from desktop.chat.render.markdown import Growing, parse
from desktop.chat.render.mathwords import has_chinese, readable


def _formulas(text: str) -> list[str]:
    found = []
    for block in parse(text):
        if isinstance(block, Formula):
            found.append("= " + block.source)
        elif isinstance(block, Paragraph):
            found += [span.formula for span in block.spans if span.formula]
    return found


def test_formulas_in_a_line_and_of_their_own() -> None:
    assert _formulas(r"so \( 9 - 6 = 3 \) is left") == ["9 - 6 = 3"]
    assert _formulas("a\n\n\\[\nx\n- 6 = 3\n\\]\n\nb") == ["= x\n- 6 = 3"]
    assert _formulas("$$a_1 * b_1$$") == ["= a_1 * b_1"]
    assert _formulas(r"before \[ x \] after") == ["= x"]


def test_a_formula_that_is_not_closed_is_text() -> None:
    assert _formulas(r"so \( 9 - 6") == []
    assert _formulas("\\[\nx = 1\n\nafter") == []
    growing = Growing()
    growing.feed(r"so \( 9 - ")
    assert [span.formula for span in growing.blocks[0].spans] == [""]  # type: ignore[union-attr]
    growing.feed(r"6 \) left")
    assert "9 - 6" in [span.formula for span in growing.blocks[0].spans]  # type: ignore[union-attr]


def test_code_and_money_are_no_formulas() -> None:
    assert _formulas("`\\( x \\)` and\n\n```\n$$ x $$\n```") == []
    assert _formulas("it costs $5 or $6") == []


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"9 - 6 = 3", "9 - 6 = 3"),
        (r"\frac{a+b}{2} \times 3", "(a+b)/2 ×3"),
        (r"\text{总价} = x^{2}", "总价 = x²"),
        (r"\sqrt{x} \leq y_1", "√x ≤y₁"),
        (r"\unknown{x}", "unknownx"),
    ],
)
def test_what_cannot_be_drawn_can_be_read(source: str, shown: str) -> None:
    assert readable(source) == shown


def test_chinese_is_seen() -> None:
    assert has_chinese("总价")
    assert not has_chinese("x")
