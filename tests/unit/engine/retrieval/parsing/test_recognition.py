"""Words in pictures: rows are put together, doubtful words left out; once with the real models."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from engine.retrieval.parsing.recognition import Recognition, installed


def box(left: float, top: float, right: float, bottom: float) -> list[list[float]]:
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


def recognition(*found: tuple[str, float, list[list[float]]]) -> Recognition:
    """Return one whose engine finds this."""
    texts, scores, boxes = zip(*found, strict=True) if found else (None, None, None)
    engine: Any = lambda _picture: SimpleNamespace(txts=texts, scores=scores, boxes=boxes)  # noqa: E731
    made = Recognition()
    made._engine = engine
    return made


def test_pieces_of_a_row_become_a_line_and_lines_go_down() -> None:
    made = recognition(
        ("below", 0.9, box(10, 60, 50, 80)),
        ("right", 0.9, box(60, 12, 90, 30)),
        ("left", 0.9, box(10, 10, 50, 30)),
        ("stain", 0.2, box(10, 90, 50, 99)),
        ("  ", 0.9, box(10, 90, 50, 99)),
    )
    seen = made.lines(Image.new("L", (100, 100), 255))
    assert [(each.text, each.top, each.height) for each in seen] == [("left right", 0.1, 0.2), ("below", 0.6, 0.2)]


def test_what_holds_no_words_is_empty() -> None:
    assert recognition().lines(Image.new("RGB", (100, 100))) == []
    assert recognition().lines(Image.new("RGB", (100, 3))) == []


@pytest.mark.slow
@pytest.mark.skipif(not installed(), reason="no text recognition here")
def test_the_real_models_read_letters_and_numbers() -> None:
    picture = Image.new("RGB", (900, 200), "white")
    font = ImageFont.load_default(size=36)
    ImageDraw.Draw(picture).text((40, 60), "The deposit of 350 euros is returned.", font=font, fill="black")

    [line] = Recognition().lines(picture)
    assert line.text == "The deposit of 350 euros is returned."
    assert 0.2 < line.top < 0.5
