"""What a citation points at can be looked at: the sentence, the page with it lit, the text of other files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import FiresideError, InvalidRequest
from engine.service import Engine
from engine.service.sources import _joined
from engine.types import Chunk
from tests.support.documents import pdf

PASSAGE = "The course has ten lessons. It is for people who build alone. Lunch is at noon."


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with Engine(tmp_path / "home") as engine:
        yield engine


def test_the_sentence_that_says_it(engine: Engine) -> None:
    start, stop = engine.sources.quote("for people building alone", PASSAGE)

    assert PASSAGE[start:stop] == "It is for people who build alone."


def test_the_page_of_a_pdf_with_the_sentence_lit(engine: Engine, tmp_path: Path) -> None:
    lines = [("Nothing here.", 12)], [("Who is it for?", 20), ("It is for people who build alone.", 12)]
    file = engine.files.create(pdf(tmp_path / "a.pdf", lines), filename="a.pdf")

    picture = engine.sources.page(file.id, 1, width=300, quote="for people who build  alone")

    assert (picture.page, picture.pages, picture.width) == (2, 2, 300)
    assert len(picture.pixels) == picture.stride * picture.height
    ((left, top, width, height),) = picture.marks
    assert 0 < left < left + width < 1
    assert 0.05 < top < top + height < 0.2
    engine.sources.rest()


def test_a_file_that_is_no_pdf_says_so(engine: Engine) -> None:
    file = engine.files.create(b"no pdf", filename="a.pdf")

    with pytest.raises(FiresideError) as caught:
        engine.sources.page(file.id, 1, width=300)
    assert caught.value.code == "invalid_file"


def test_a_text_with_the_place_of_the_sentence(engine: Engine) -> None:
    file = engine.files.create(f"# Course\n\n{PASSAGE}\n".encode(), filename="a.md")

    found = engine.sources.text(file.id, "It is for people who build alone.")

    assert found.text[found.start : found.stop] == "It is for people who build alone"
    assert engine.sources.text(file.id, "something else").stop == 0


def test_what_has_no_text_says_what_to_do(engine: Engine) -> None:
    file = engine.files.create(b"\0\1\2", filename="a.docx")

    with pytest.raises(InvalidRequest, match="add the file to the knowledge again"):
        engine.sources.text(file.id)


def test_passages_that_overlap_become_the_text_again() -> None:
    text = "one two three four five"
    chunks = [
        Chunk(text="one two three", tokens=0, start=0, stop=13),
        Chunk(text="head\nthree four five", tokens=0, start=8, stop=23),
    ]

    assert _joined(chunks) == text
    assert _joined([Chunk(text="a", tokens=0), Chunk(text="b", tokens=0)]) == "a\n\nb"
