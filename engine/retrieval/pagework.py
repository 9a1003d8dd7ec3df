"""The child process that draws pages of PDF files: whatever is in them can bring down this process and nothing else."""

from __future__ import annotations

import base64
import contextlib
import sys
import zlib
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from engine.retrieval.locating import find
from engine.retrieval.problems import Unreadable
from engine.types import JsonObject
from engine.workers import child

_MEMORY = 4 * 1024**3
_MOST_PIXELS = 24_000_000
_MOST_RECTS = 400
# A passage may begin at the end of a page.
_PAGES_SEARCHED = 3


def draw(request: child.Request) -> JsonObject:
    """Draw one page as wide as asked; the places of the quote come as fractions of the page."""
    args = request.args
    try:
        document = pdfium.PdfDocument(Path(args["path"]))
    except pdfium.PdfiumError:
        raise Unreadable("This PDF is damaged or locked, its pages cannot be drawn.") from None
    with contextlib.closing(document):
        count = len(document)
        number = min(max(1, int(args["page"])), count)
        number, spans = _searched(document, number, str(args["quote"]))
        return {"page": number, "pages": count, **_drawn(document[number - 1], int(args["width"]), spans)}


def _searched(document: Any, first: int, quote: str) -> tuple[int, tuple[int, int] | None]:
    """Return the page the quote is on and its characters; the page asked for if it is on none."""
    if quote:
        for number in range(first, min(first + _PAGES_SEARCHED, len(document) + 1)):
            with contextlib.closing(document[number - 1].get_textpage()) as text:
                found = find(text.get_text_range(), quote)
            if found is not None:
                return number, found
    return first, None


def _drawn(page: Any, width: int, span: tuple[int, int] | None) -> JsonObject:
    across, down = page.get_size()
    scale = width / max(1.0, across)
    if width * down * scale > _MOST_PIXELS:
        scale = (_MOST_PIXELS / max(1.0, across * down)) ** 0.5
    bitmap = page.render(scale=scale, rev_byteorder=False, prefer_bgrx=True)
    raw = bytes(bitmap.buffer)
    marks = _marks(page, bitmap, span) if span else []
    return {
        "width": bitmap.width,
        "height": bitmap.height,
        "stride": bitmap.stride,
        "pixels": base64.b64encode(zlib.compress(raw, 1)).decode(),
        "marks": marks,
    }


def _marks(page: Any, bitmap: Any, span: tuple[int, int]) -> list[list[float]]:
    """Return a rectangle for each line of the quote: left, top, width, height from 0 to 1."""
    place = bitmap.get_posconv(page)
    result = []
    with contextlib.closing(page.get_textpage()) as text:
        for number in range(min(text.count_rects(span[0], span[1] - span[0]), _MOST_RECTS)):
            left, bottom, right, top = text.get_rect(number)
            (x1, y1), (x2, y2) = place.to_bitmap(left, top), place.to_bitmap(right, bottom)
            x, y, w, h = min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)
            if w and h:
                result.append([x / bitmap.width, y / bitmap.height, w / bitmap.width, h / bitmap.height])
    return result


def serve() -> None:
    """Serve until the app closes the pipe."""
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    child.serve(lambda: {"draw": draw})
