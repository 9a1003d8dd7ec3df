"""Word documents of before 2007 (.doc): their text, without its looks."""

from __future__ import annotations

import logging
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import olefile  # type: ignore[import-untyped]

from engine.retrieval.document import Block
from engine.retrieval.folding import collapse, plain
from engine.retrieval.parsing.delimited import row_text
from engine.retrieval.parsing.limits import MAX_CHARACTERS, too_long
from engine.retrieval.parsing.package import broken
from engine.retrieval.problems import Unreadable

log = logging.getLogger(__name__)
# The library describes broken files in warnings.
logging.getLogger("olefile").setLevel(logging.CRITICAL)

_DAMAGE = (OSError, ValueError, LookupError, TypeError, AttributeError, struct.error)
# Places in the file information block: [MS-DOC] 2.5.
_MAGIC = 0xA5EC
_FLAGS, _ENCRYPTED, _SECOND_TABLE = 0x0A, 0x0100, 0x0200
_TEXT_LENGTH = 0x4C
_PIECE_TABLE = 0x1A2
_MAX_STREAM = 256 * 1024**2
_COMPRESSED = 1 << 30
# A field shows what stands after its separator; before it stands its code.
_FIELD_CODE = re.compile("\x13[^\x13\x14\x15]*(?:\x14|(?=\x15))")
_MARKS = str.maketrans(
    {"\x0b": "\n", "\x0c": "\r", "\x0e": "\r", "\x1e": "-", "\x1f": None, "\x15": None, "\x14": None}
)
_UNPRINTABLE = re.compile("[\x00-\x06\x08\x0f-\x1f]")


def read(path: Path) -> Iterator[Block]:
    """Yield the paragraphs and tables of a .doc file. Raises Unreadable."""
    try:
        text = _text(path)
    except _DAMAGE as error:
        log.info("a .doc file could not be read: %s", type(error).__name__)
        raise broken() from None
    previous = None
    while previous != text:
        previous, text = text, _FIELD_CODE.sub("", text)
    text = _UNPRINTABLE.sub("", text.translate(_MARKS))
    rows: list[str] = []
    for paragraph in text.split("\r"):
        cells = paragraph.split("\x07")
        # Every cell ends with a mark; the row ends with one more.
        for row in _rows(cells[:-1]):
            rows.append(row)
        rest = plain(cells[-1]).strip()
        if rest:
            yield from _table(rows)
            rows = []
            yield Block(text=rest)
    yield from _table(rows)


def _rows(cells: list[str]) -> Iterator[str]:
    row: list[str] = []
    for cell in cells:
        if cell.strip():
            row.append(collapse(plain(cell)))
        elif row:
            yield row_text(row)
            row = []
    if row:
        yield row_text(row)


def _table(rows: list[str]) -> Iterator[Block]:
    if rows:
        yield Block(text="\n".join(rows), kind="table", header_lines=1 if len(rows) > 1 else 0)


def _text(path: Path) -> str:
    """Return the main text with Word's own marks in it."""
    with olefile.OleFileIO(str(path)) as file:
        main = _stream(file, "WordDocument")
        magic, flags = struct.unpack_from("<H", main, 0)[0], struct.unpack_from("<H", main, _FLAGS)[0]
        if magic != _MAGIC:
            raise broken()
        if flags & _ENCRYPTED:
            raise Unreadable("This document is locked with a password. Save it without one and add it again.")
        table = _stream(file, "1Table" if flags & _SECOND_TABLE else "0Table")
    length = struct.unpack_from("<I", main, _TEXT_LENGTH)[0]
    start, size = struct.unpack_from("<II", main, _PIECE_TABLE)
    if length > MAX_CHARACTERS:
        raise too_long(MAX_CHARACTERS)
    return "".join(_pieces(main, table[start : start + size]))[:length]


def _stream(file: olefile.OleFileIO, name: str) -> bytes:
    if file.get_size(name) > _MAX_STREAM:
        raise too_long(MAX_CHARACTERS)
    data: bytes = file.openstream(name).read()
    return data


def _pieces(main: bytes, table: bytes) -> Iterator[str]:
    """Yield the text piece by piece, in the order of the document; pieces lie anywhere in the file."""
    position = 0
    while table[position] == 1:  # what was changed by fast saving; not about the text
        position += 3 + struct.unpack_from("<H", table, position + 1)[0]
    count = (struct.unpack_from("<I", table, position + 1)[0] - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", table, position + 5)
    places = position + 5 + 4 * (count + 1)
    for index in range(count):
        place = struct.unpack_from("<I", table, places + 8 * index + 2)[0]
        characters = ends[index + 1] - ends[index]
        if place & _COMPRESSED:
            start = (place & ~_COMPRESSED) // 2
            yield main[start : start + characters].decode("cp1252", "replace")
        else:
            yield main[place : place + 2 * characters].decode("utf-16-le", "replace")
