"""Tables as text (csv, tsv): one row a line, the header kept for every part."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.retrieval.document import Block
from engine.retrieval.folding import collapse
from engine.retrieval.parsing.limits import MAX_COLUMNS
from engine.retrieval.parsing.plaintext import read_text

_SAMPLE = 16_384
_DELIMITERS = ",;\t|"
_MAX_FIELD = 1_000_000


def read(path: Path) -> Iterator[Block]:
    """Yield the file as one table."""
    yield from blocks(read_text(path))


def blocks(text: str) -> Iterator[Block]:
    """Yield a delimited text as one table; line numbers are those of rows, which quoted line ends may make differ."""
    csv.field_size_limit(_MAX_FIELD)
    rows = csv.reader(io.StringIO(text), dialect=_dialect(text[:_SAMPLE]))
    yield from table(row for row in rows if any(cell.strip() for cell in row))


def table(rows: Iterator[Sequence[str]], *, page: int | None = None, line: int | None = 1) -> Iterator[Block]:
    """Yield rows as a table whose first row is its header."""
    lines = [row_text(row[:MAX_COLUMNS]) for row in rows]
    if lines:
        header = 1 if len(lines) > 1 else 0
        yield Block(text="\n".join(lines), kind="table", header_lines=header, page=page, line=line)


def row_text(cells: Sequence[str]) -> str:
    """Write a row on one line."""
    return "| " + " | ".join(collapse(cell).replace("|", "\\|") for cell in cells) + " |"


def _dialect(sample: str) -> type[csv.Dialect]:
    try:
        return csv.Sniffer().sniff(sample, _DELIMITERS)
    except csv.Error:
        return csv.excel_tab if "\t" in sample.split("\n", 1)[0] else csv.excel
