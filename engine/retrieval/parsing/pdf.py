"""PDF files: their text page by page, with headings from the outline or from the size of the letters."""

from __future__ import annotations

import contextlib
import logging
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, PyPdfError

from engine.retrieval.document import Document
from engine.retrieval.folding import collapse, plain
from engine.retrieval.parsing import layout
from engine.retrieval.parsing.layout import Line
from engine.retrieval.parsing.limits import MAX_CHARACTERS, MAX_PAGES, bounded, too_long
from engine.retrieval.parsing.scans import Recognise, ScannedPages
from engine.retrieval.problems import Unreadable

log = logging.getLogger(__name__)
# Its warnings quote the file.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

# What damaged files make the library raise.
_DAMAGE = (
    *(PyPdfError, ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, OSError),
    *(RecursionError, TypeError, ValueError, struct.error, zlib.error),
)
_MAX_OUTLINE = 5000
_MAX_LEVEL = 6
_NAMED_PAGES = 12
_LITTLE = 40  # letters: a page with fewer and a large picture is a scan with a stamp or a number


def read(
    path: Path,
    on_page: Callable[[int, int], None] = lambda _done, _total: None,
    recognise: Recognise | None = None,
) -> Document:
    """Read a PDF file; `on_page` hears how many pages of how many are done. Raises Unreadable.

    Pages that are pictures are read by `recognise`, where it is given.
    """
    with path.open("rb") as stream, contextlib.ExitStack() as closing:
        reader, count = _opened(stream)
        scans = None if recognise is None else ScannedPages(path, recognise)
        if scans is not None:
            closing.callback(scans.close)
        pages: list[list[Line]] = []
        broken: list[int] = []
        recognised: list[int] = []
        size = 0
        for number in range(1, count + 1):
            try:
                lines = _lines(reader.pages[number - 1], number)
            except _DAMAGE as error:
                log.info("page %d could not be read: %s", number, type(error).__name__)
                lines = []
                broken.append(number)
            if scans is not None and _length(lines) < _LITTLE and _length(seen := scans.lines(number)) > _length(lines):
                lines = seen
                recognised.append(number)
            size += sum(len(line.text) for line in lines)
            if size > MAX_CHARACTERS:
                raise too_long(MAX_CHARACTERS)
            pages.append(lines)
            on_page(number, count)
        outline = _outline(reader)
    if not size:
        raise _nothing(all_broken=len(broken) == count, tried=recognise is not None)
    broken = [number for number in broken if number not in recognised]
    silent = [number for number, lines in enumerate(pages, 1) if not lines and number not in broken]
    notes = tuple(_notes(silent, broken, recognised, tried=recognise is not None))
    return Document(blocks=tuple(bounded(layout.blocks(pages, outline))), pages=count, notes=notes)


def _nothing(*, all_broken: bool, tried: bool) -> Unreadable:
    if all_broken:
        return Unreadable(
            "The pages of this PDF are damaged. Open it in another program, print it to a new PDF, and add that."
        )
    if tried:
        return Unreadable("There is no text in this PDF, and none was recognised in the pictures on its pages.")
    return Unreadable(
        "There is no text in this PDF, only pictures of pages, as scanners make them. Switch on text recognition (OCR) "
        "in the settings, or run it elsewhere and add the result."
    )


def _length(lines: Sequence[Line]) -> int:
    return sum(len(line.text) for line in lines)


def _opened(stream: Any) -> tuple[PdfReader, int]:
    try:
        reader = PdfReader(stream, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(
                "This PDF is locked with a password. Save it without one (print it to a new PDF) and add that."
            )
        count = len(reader.pages)
    except DependencyError:
        raise Unreadable(
            "This PDF is encrypted in a way Fireside cannot open. Print it to a new PDF and add that."
        ) from None
    except _DAMAGE as error:
        log.info("a PDF could not be opened: %s", type(error).__name__)
        raise Unreadable("This PDF is damaged. Open it in another program, save it, and add it again.") from None
    if count > MAX_PAGES:
        raise Unreadable(f"This PDF has {count} pages; up to {MAX_PAGES} can be searched. Split it.", pages=count)
    return reader, count


def _lines(page: PageObject, number: int) -> list[Line]:
    """Return the lines of a page with the size and height of their first letters."""
    pieces: list[tuple[str, float, float]] = []

    def note(text: str, outer: Sequence[float], inner: Sequence[float], _font: Any, size: float) -> None:
        if text:
            pieces.append((text, abs(size * inner[3] * outer[3]) or abs(size * inner[0] * outer[0]), inner[5]))

    page.extract_text(visitor_text=note)
    lines: list[Line] = []
    text, size, y = "", 0.0, 0.0
    for piece, piece_size, piece_y in pieces:
        for index, part in enumerate(piece.split("\n")):
            if index:
                _keep(lines, text, number, size, y)
                text = ""
            if not text.strip() and part.strip():
                size, y = piece_size, piece_y
            text += part
    _keep(lines, text, number, size, y)
    return lines


def _keep(lines: list[Line], text: str, number: int, size: float, y: float) -> None:
    if cleaned := collapse(plain(text)):
        lines.append(Line(cleaned, number, size, y))


def _outline(reader: PdfReader) -> dict[int, list[tuple[int, str]]]:
    """Return level and title of the outline's entries by the page they lead to."""
    found: dict[int, list[tuple[int, str]]] = {}
    try:
        for count, (level, entry) in enumerate(_entries(reader.outline, 1)):
            page = reader.get_destination_page_number(entry)
            title = collapse(plain(str(entry.title)))
            if count < _MAX_OUTLINE and page is not None and title:
                found.setdefault(page + 1, []).append((level, title))
    except _DAMAGE as error:
        log.info("an outline could not be read: %s", type(error).__name__)
    return found


def _entries(outline: Any, level: int) -> Iterator[tuple[int, Any]]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _entries(entry, min(level + 1, _MAX_LEVEL))
        else:
            yield level, entry


def _notes(silent: Sequence[int], broken: Sequence[int], recognised: Sequence[int], *, tried: bool) -> Iterator[str]:
    if recognised:
        yield f"{_pages(recognised)} read from pictures (OCR); letters and numbers may be wrong."
    if silent and tried:
        yield f"{_pages(silent)} without text, also in pictures."
    elif silent:
        yield f"{_pages(silent)} without text: pictures or scans, which are read if the settings allow it (OCR)."
    if broken:
        yield f"{_pages(broken)} damaged and could not be read."


def _pages(numbers: Sequence[int]) -> str:
    named = ", ".join(map(str, numbers[:_NAMED_PAGES]))
    more = f" and {len(numbers) - _NAMED_PAGES} more" if len(numbers) > _NAMED_PAGES else ""
    return f"Page{'s' if len(numbers) > 1 else ''} {named}{more}"
