"""PDF files: pages, outlines, locks, scans and damage."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from engine.retrieval.parsing import pdf
from engine.retrieval.problems import Unreadable
from tests.support import documents

PAGES = [
    [("Tea", 20), ("Water and leaves are all that a", 10), ("pot of tea needs.", 10), ("", 10), ("Three minutes.", 10)],
    [("Coffee", 20), ("Beans are another matter.", 10)],
]


def test_pages_headings_and_paragraphs(tmp_path: Path) -> None:
    progress: list[tuple[int, int]] = []
    document = pdf.read(documents.pdf(tmp_path / "a.pdf", PAGES), lambda done, total: progress.append((done, total)))

    assert [(block.page, block.level, block.text) for block in document.blocks] == [
        (1, 1, "Tea"),
        (1, 0, "Water and leaves are all that a pot of tea needs."),
        (1, 0, "Three minutes."),
        (2, 1, "Coffee"),
        (2, 0, "Beans are another matter."),
    ]
    assert (document.pages, document.notes, progress) == (2, (), [(1, 2), (2, 2)])


def test_the_outline_names_sections(tmp_path: Path) -> None:
    path = documents.pdf(tmp_path / "a.pdf", PAGES, outline=[("All about leaves", 0), ("Coffee", 1)])

    assert [block.text for block in pdf.read(path).blocks if block.level] == ["All about leaves", "Coffee"]


def test_one_that_only_printing_is_locked_for_is_read(tmp_path: Path) -> None:
    assert pdf.read(documents.pdf(tmp_path / "a.pdf", PAGES, password="")).pages == 2


def test_a_locked_one_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="password"):
        pdf.read(documents.pdf(tmp_path / "a.pdf", PAGES, password="secret"))


def test_scans_say_what_they_need_and_single_ones_are_noted(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="OCR"):
        pdf.read(documents.pdf(tmp_path / "a.pdf", [[], []]))

    assert pdf.read(documents.pdf(tmp_path / "b.pdf", [*PAGES, [], []])).notes == (
        "Pages 3, 4 without text: pictures or scans, which are read if the settings allow it (OCR).",
    )


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7\ngarbage", b"%PDF-", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<</Root 1 0 R>>"]
)
def test_damage_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(content)

    with pytest.raises(Unreadable):
        pdf.read(path)


def test_any_byte_may_be_wrong(tmp_path: Path) -> None:
    whole = documents.pdf(tmp_path / "a.pdf", PAGES).read_bytes()
    path = tmp_path / "b.pdf"
    for place in range(0, len(whole), 37):
        broken = bytearray(whole)
        broken[place : place + 5] = b"\xff\x00<<%"
        path.write_bytes(broken)
        with contextlib.suppress(Unreadable):
            pdf.read(path)


def test_a_truncated_file_gives_what_it_has_or_says_so(tmp_path: Path) -> None:
    whole = documents.pdf(tmp_path / "a.pdf", PAGES).read_bytes()
    path = tmp_path / "b.pdf"
    for size in range(100, len(whole), 211):
        path.write_bytes(whole[:size])
        with contextlib.suppress(Unreadable):
            pdf.read(path)


def test_too_many_pages_and_too_much_text_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = documents.pdf(tmp_path / "a.pdf", PAGES)
    monkeypatch.setattr(pdf, "MAX_PAGES", 1)
    with pytest.raises(Unreadable, match="2 pages"):
        pdf.read(path)
    monkeypatch.setattr(pdf, "MAX_PAGES", 10)
    monkeypatch.setattr(pdf, "MAX_CHARACTERS", 20)
    with pytest.raises(Unreadable, match="Split it"):
        pdf.read(path)
