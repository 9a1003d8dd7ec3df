"""Books: chapters in reading order; locked ones say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.retrieval.parsing import epub
from engine.retrieval.problems import Unreadable
from tests.support import documents


def test_chapters_come_in_reading_order(tmp_path: Path) -> None:
    path = documents.epub(tmp_path / "a.epub", ["<h1>Second</h1><p>b", "<h1>First</h1><p>a"])

    assert [(block.kind, block.page, block.text) for block in epub.read(path)] == [
        ("heading", 1, "First"),
        ("paragraph", 1, "a"),
        ("heading", 2, "Second"),
        ("paragraph", 2, "b"),
    ]


def test_a_locked_book_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="DRM"):
        list(epub.read(documents.epub(tmp_path / "a.epub", ["<p>x"], rights="<rights/>")))


@pytest.mark.parametrize(
    "members",
    [{"x": "y"}, {"META-INF/container.xml": "<a/>"}, {"META-INF/container.xml": '<rootfile full-path="no"/>'}],
)
def test_what_is_no_book_is_refused(tmp_path: Path, members: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        list(epub.read(documents.zipped(tmp_path / "a.epub", dict(members))))
