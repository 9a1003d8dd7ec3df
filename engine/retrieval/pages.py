"""Has pages of PDF files drawn in a process of their own, and checks the pictures that come back."""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import WorkerFailed
from engine.retrieval.problems import Unreadable
from engine.types import JsonObject
from engine.workers.supervisor import Supervisor

_SECONDS = 60.0
_MOST_BYTES = 128 * 1024 * 1024
_MOST_MARKS = 400

Mark = tuple[float, float, float, float]
"""Left, top, width and height of a line of the quote, as fractions of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePicture:
    """A page of a document of `pages`, from 1: `pixels` are rows of `stride` bytes, blue, green, red, unused."""

    page: int
    pages: int
    width: int
    height: int
    stride: int
    pixels: bytes
    marks: tuple[Mark, ...] = ()


class PageClient:
    """Draws in the page process, which is started when it is needed."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._worker = supervisor.worker("pages")

    def draw(self, path: Path, page: int, *, width: int, quote: str = "") -> PagePicture:
        """Return a page `width` pixels wide, or the next one that the quote is on. Raises Unreadable, WorkerFailed."""
        args: JsonObject = {"path": str(path), "page": page, "width": width, "quote": quote}
        try:
            untrusted = self._worker.call("draw", args, timeout=_SECONDS)
        except WorkerFailed as error:
            if error.code == Unreadable.code:
                raise Unreadable(error.message) from None
            raise
        return _picture(untrusted)

    def rest(self) -> None:
        """Give the process's memory back."""
        self._worker.stop()


def _picture(untrusted: JsonObject) -> PagePicture:
    try:
        numbers = [untrusted[name] for name in ("page", "pages", "width", "height", "stride")]
        page, pages, width, height, stride = (_positive(number) for number in numbers)
        unpacker = zlib.decompressobj()
        pixels = unpacker.decompress(base64.b64decode(untrusted["pixels"], validate=True), _MOST_BYTES)
        marks = tuple(_mark(mark) for mark in untrusted["marks"][:_MOST_MARKS])
    except (KeyError, TypeError, ValueError, binascii.Error, zlib.error):
        raise _nonsense() from None
    if stride < width * 4 or len(pixels) != stride * height:
        raise _nonsense()
    return PagePicture(page=page, pages=pages, width=width, height=height, stride=stride, pixels=pixels, marks=marks)


def _positive(untrusted: Any) -> int:
    if not isinstance(untrusted, int) or untrusted < 1:
        raise ValueError
    return untrusted


def _mark(untrusted: Any) -> Mark:
    left, top, width, height = (min(1.0, max(0.0, float(number))) for number in untrusted)
    return left, top, width, height


def _nonsense() -> WorkerFailed:
    return WorkerFailed("The process that draws pages sent something that makes no sense.", code="worker_protocol")
