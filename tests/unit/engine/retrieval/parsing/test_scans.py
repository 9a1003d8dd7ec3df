"""Pictures as files and as pages of PDF files, with a recogniser that always says the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from engine.retrieval.parsing import parse, scans
from engine.retrieval.parsing.recognition import Seen
from engine.retrieval.parsing.scans import NOTE, ScannedPages, read_picture
from engine.retrieval.problems import Unreadable
from tests.support import documents


def see(picture: Image.Image) -> Sequence[Seen]:
    return [Seen(f"A picture of {picture.width} by {picture.height}.", 0.1, 0.02)]


def picture(path: Path, size: tuple[int, int] = (60, 40), frames: int = 1) -> Path:
    pictures = [Image.new("RGB", size, (n, 0, 0)) for n in range(frames)]
    pictures[0].save(path, **({"save_all": True, "append_images": pictures[1:]} if frames > 1 else {}))
    return path


def test_a_picture_is_a_document(tmp_path: Path) -> None:
    document = parse(picture(tmp_path / "a.png"), "a.png", recognise=see)
    assert [(block.text, block.page) for block in document.blocks] == [("A picture of 60 by 40.", 1)]
    assert document.notes == (NOTE,)


def test_the_frames_of_a_fax_are_pages(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    path = picture(tmp_path / "a.tiff", frames=3)
    document = read_picture(path, see, lambda done, total: heard.append((done, total)))
    assert (document.pages, heard) == (3, [(1, 3), (2, 3), (3, 3)])


def test_a_picture_without_words_too_large_or_torn_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = picture(tmp_path / "a.png")
    with pytest.raises(Unreadable, match="No text"):
        read_picture(path, lambda _picture: [])
    monkeypatch.setattr(scans, "_MOST_PIXELS", 100)
    with pytest.raises(Unreadable, match="too large"):
        read_picture(path, see)
    monkeypatch.undo()
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(Unreadable, match="damaged"):
        read_picture(path, see)
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(Unreadable, match="damaged"):
        read_picture(path, see)


def scanned(path: Path, pages: int = 2) -> Path:
    """Write a PDF whose pages are pictures."""
    pictures = [Image.new("RGB", (600, 800), (250, n, 0)) for n in range(pages)]
    pictures[0].save(path, save_all=True, append_images=pictures[1:])
    return path


def test_pages_that_are_pictures_are_drawn_and_read(tmp_path: Path) -> None:
    document = parse(scanned(tmp_path / "a.pdf"), "a.pdf", recognise=see)
    assert [block.page for block in document.blocks] == [1, 2]
    assert document.blocks[0].text.startswith("A picture of")
    assert document.notes == ("Pages 1, 2 read from pictures (OCR); letters and numbers may be wrong.",)


def test_pages_with_text_or_without_pictures_are_not_drawn(tmp_path: Path) -> None:
    drawn: list[object] = []

    def note(image: Image.Image) -> Sequence[Seen]:
        drawn.append(image)
        return see(image)

    path = documents.pdf(tmp_path / "a.pdf", [[("Tea is made of leaves and water, as everybody knows.", 10)], []])
    document = parse(path, "a.pdf", recognise=note)
    assert drawn == []
    assert document.notes == ("Page 2 without text, also in pictures.",)


def test_pictures_that_say_nothing_are_told_from_those_that_were_not_looked_at(tmp_path: Path) -> None:
    path = scanned(tmp_path / "a.pdf")
    with pytest.raises(Unreadable, match="none was recognised"):
        parse(path, "a.pdf", recognise=lambda _picture: [])
    with pytest.raises(Unreadable, match="settings"):
        parse(path, "a.pdf")


def test_so_many_pages_are_drawn_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "_MOST_PAGES", 1)
    pages = ScannedPages(scanned(tmp_path / "a.pdf"), see)
    assert len(pages.lines(1)) == 1
    assert pages.lines(2) == []
    pages.close()


def test_what_cannot_be_drawn_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7 nothing")
    pages = ScannedPages(path, see)
    assert pages.lines(1) == []
    pages.close()
