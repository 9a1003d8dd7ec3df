"""A file becomes passages with their words, in one go."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.retrieval.passages import findable, passages_of
from engine.retrieval.problems import Unreadable
from engine.types import Chunk
from tests.support import documents


def test_passages_come_with_words_and_place(tmp_path: Path) -> None:
    path = documents.pdf(
        tmp_path / "a.pdf", [[("Green tea", 20), ("It steeps two minutes.", 10)], [("More words.", 10)]]
    )
    told: list[tuple[int, int]] = []
    reading, passages = passages_of(
        path, "tea-times.pdf", max_tokens=100, overlap=0, on_pages=lambda done, total: told.append((done, total))
    )
    [passage] = passages

    assert (reading.count, reading.pages, reading.notes, told) == (1, 2, (), [(1, 2), (2, 2)])
    assert (passage.chunk.heading, passage.chunk.page, passage.chunk.last_page) == (("Green tea",), 1, 2)
    assert "steep" in passage.words.split()
    assert {"teatimespdf", "tea", "green"} <= set(passage.heading_words.split())


def test_a_file_of_nothing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(" \n")
    with pytest.raises(Unreadable):
        passages_of(path, "a.txt", max_tokens=100, overlap=0)


def test_words_of_a_passage_and_of_its_place_are_kept_apart() -> None:
    new = findable(Chunk(text="Tea", tokens=1, heading=("Milk",)), "sugar.txt")

    assert (new.words, set(new.heading_words.split())) == ("tea", {"sugartxt", "sugar", "txt", "milk"})
