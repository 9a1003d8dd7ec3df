"""Text files are read by paragraphs with their lines; chapter titles are headings."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.retrieval.parsing import plaintext
from engine.retrieval.problems import Unreadable, Unsupported


def test_paragraphs_know_their_first_line() -> None:
    blocks = list(plaintext.blocks("one\nstill one\n\n\n  two\n"))

    assert [(block.text, block.line) for block in blocks] == [("one\nstill one", 1), ("  two", 5)]


@pytest.mark.parametrize(
    ("line", "level"),
    [("第三章 茶的历史", 2), ("第一卷", 1), ("Chapter 12: Tea", 2), ("PART II", 1), ("第二节 泡法", 3)],
)
def test_titles_of_chapters_are_headings(line: str, level: int) -> None:
    [heading, text] = plaintext.blocks(f"{line}\n\ntext")

    assert (heading.kind, heading.level, heading.text) == ("heading", level, line)
    assert text.kind == "paragraph"


@pytest.mark.parametrize("line", ["第三章讲了茶。这里还有一句。", "Chapters of tea", "第三"])
def test_sentences_are_no_headings(line: str) -> None:
    assert [block.kind for block in plaintext.blocks(line)] == ["paragraph"]


def test_a_file_is_decoded_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("茶".encode())
    assert [block.text for block in plaintext.read(path)] == ["茶"]

    path.write_bytes(b"\0\x01\x02" * 100)
    with pytest.raises(Unsupported):
        list(plaintext.read(path))

    monkeypatch.setattr(plaintext, "MAX_CHARACTERS", 10)
    path.write_bytes(b"x" * 100)
    with pytest.raises(Unreadable, match="Split it"):
        list(plaintext.read(path))
