"""Pictures of text, whole files and pages of PDF files, as lines that were recognised in them."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.retrieval.document import Document
from engine.retrieval.parsing import layout
from engine.retrieval.parsing.layout import Line
from engine.retrieval.parsing.limits import bounded
from engine.retrieval.parsing.recognition import Seen
from engine.retrieval.problems import Unreadable

if TYPE_CHECKING:
    from PIL import Image

log = logging.getLogger(__name__)

Recognise = Callable[["Image.Image"], Sequence[Seen]]

NOTE = "Read from pictures (OCR); letters and numbers may be wrong."
_MOST_PAGES = 1000
_MOST_PIXELS = 100_000_000
_LONG_SIDE = 2000  # pixels a page is drawn with: some 170 to the inch
_MOST_SCALE = 6.0
_LEAST_SHARE = 0.2  # of a page, for a picture on it to be a scan
_HEIGHT = 842.0  # points of a page, for pictures that have none


class ScannedPages:
    """The pages of a PDF file drawn and recognised, at most a thousand; close it."""

    def __init__(self, path: Path, recognise: Recognise) -> None:
        self._path, self._recognise = path, recognise
        self._document: Any = None
        self._left = _MOST_PAGES

    def lines(self, number: int) -> list[Line]:
        """Return the lines on a page, counted from 1, if it has a picture that may be a scan; else none."""
        import pypdfium2 as pdfium

        if not self._left:
            return []
        try:
            self._document = self._document or pdfium.PdfDocument(self._path)
            page = self._document[number - 1]
            width, height = page.get_size()
            if not _has_picture(page, width * height):
                return []
            scale = min(_LONG_SIDE / max(width, height, 1.0), _MOST_SCALE)
            picture = page.render(scale=scale).to_pil()
        except (pdfium.PdfiumError, ValueError, IndexError) as error:
            log.info("a page could not be drawn: %s", type(error).__name__)
            return []
        self._left -= 1
        return [Line(seen.text, number, 0.0, height * (1 - seen.top)) for seen in self._recognise(picture)]

    def close(self) -> None:
        if self._document is not None:
            self._document.close()


def read_picture(
    path: Path, recognise: Recognise, on_page: Callable[[int, int], None] = lambda _done, _total: None
) -> Document:
    """Read the text in a picture; one with several frames, as faxes have, is read as pages. Raises Unreadable."""
    pages: list[list[Line]] = []
    for number, count, picture in _frames(path):
        seen = recognise(picture)
        pages.append([Line(each.text, number, 0.0, _HEIGHT * (1 - each.top)) for each in seen])
        on_page(number, count)
    if not any(pages):
        raise Unreadable("No text was recognised in this picture.")
    return Document(blocks=tuple(bounded(layout.blocks(pages, {}))), pages=len(pages), notes=(NOTE,))


def _frames(path: Path) -> Iterator[tuple[int, int, Image.Image]]:
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings(), Image.open(path) as untrusted:
            warnings.simplefilter("ignore")
            count = min(getattr(untrusted, "n_frames", 1), _MOST_PAGES) if untrusted.format == "TIFF" else 1
            for number in range(count):
                untrusted.seek(number)
                if untrusted.width * untrusted.height > _MOST_PIXELS:
                    raise Unreadable("This picture is too large to be read. Make it smaller and add that.")
                yield number + 1, count, ImageOps.exif_transpose(untrusted)
    except UnidentifiedImageError:
        raise Unreadable(
            "This picture is damaged or of a kind that is not read. Save it as PNG and add that."
        ) from None
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        log.info("a picture could not be opened: %s", type(error).__name__)
        raise Unreadable("This picture is damaged. Open it in another program, save it, and add it again.") from None


def _has_picture(page: Any, area: float) -> bool:
    """Return whether one of the page's pictures covers a good part of it."""
    import pypdfium2.raw as raw

    for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
        left, bottom, right, top = thing.get_bounds()
        if abs(right - left) * abs(top - bottom) >= area * _LEAST_SHARE:
            return True
    return False
