"""Workbooks: each sheet under its name, each block of rows a table with its header."""

from __future__ import annotations

import datetime
import logging
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl  # type: ignore[import-untyped]
from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

from engine.retrieval.document import Block
from engine.retrieval.folding import plain
from engine.retrieval.parsing.delimited import row_text
from engine.retrieval.parsing.limits import MAX_COLUMNS
from engine.retrieval.parsing.package import broken, opened

log = logging.getLogger(__name__)

_DAMAGE = (
    ParseError,
    InvalidFileException,
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
)
_MAX_BLANK_ROWS = 10_000


def read(path: Path) -> Iterator[Block]:
    """Yield the sheets of a .xlsx file, with the values its formulas had when it was saved. Raises Unreadable."""
    with opened(path) as package:
        # Unpacked once to count it: the library would unpack whatever it finds.
        for name in package.names:
            if name.startswith("xl/") and name.endswith(".xml"):
                package.read(name)
    try:
        yield from _sheets(path)
    except _DAMAGE as error:
        log.info("a workbook could not be read: %s", type(error).__name__)
        raise broken() from None


def _sheets(path: Path) -> Iterator[Block]:
    with warnings.catch_warnings(), path.open("rb") as stream:
        warnings.simplefilter("ignore")  # about looks that are not kept
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        try:
            for number, sheet in enumerate(book.worksheets, 1):
                yield Block(text=sheet.title, kind="heading", level=1, page=number)
                yield from _tables(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS), number)
        finally:
            book.close()


def _tables(rows: Iterator[Sequence[Any]], page: int) -> Iterator[Block]:
    """Yield each run of rows between empty ones; `line` is the row its header stands in."""
    lines: list[str] = []
    first = blank = 0
    for number, row in enumerate(rows, 1):
        cells = [_cell(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            first = first if lines else number
            lines.append(row_text(cells))
            blank = 0
            continue
        yield from _table(lines, first, page)
        lines = []
        blank += 1
        if blank > _MAX_BLANK_ROWS:
            break
    yield from _table(lines, first, page)


def _table(lines: list[str], first: int, page: int) -> Iterator[Block]:
    if lines:
        header = 1 if len(lines) > 1 else 0
        yield Block(text="\n".join(lines), kind="table", header_lines=header, page=page, line=first)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return plain(str(value))
