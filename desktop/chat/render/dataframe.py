"""Turns the bare HTML table of a data frame into a table of the conversation; pure."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from desktop.chat.render.blocks import Align, Span, Table

_MOST_CELLS = 5000
_MOST_SPAN = 100
_NUMBER = re.compile(r"[-+−]?[\d,.]+(?:e[-+]?\d+)?%?|NaN|nan|inf|-inf|None|", re.IGNORECASE)


class _Cells(HTMLParser):
    """Collects rows of cell texts; a cell over several columns is followed by empty ones."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._below: dict[int, int] = {}  # column -> rows that a cell above still covers
        self._count = 0
        self._open = False
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td") and self.rows and self._count < _MOST_CELLS:
            self._skip_covered()
            self._count += 1
            self._open = True
            given = {name: int(value) for name, value in attrs if value and value.isdecimal()}
            self._span = min(given.get("colspan", 1), _MOST_SPAN)
            if (down := min(given.get("rowspan", 1), _MOST_SPAN)) > 1:
                self._below[len(self.rows[-1])] = down - 1
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td") and self._open:
            self._open = False
            self.rows[-1] += [""] * (self._span - 1)

    def handle_data(self, data: str) -> None:
        if self._open:
            self.rows[-1][-1] += data

    def _skip_covered(self) -> None:
        row = self.rows[-1]
        while self._below.get(len(row), 0) > 0:
            self._below[len(row)] -= 1
            row.append("")


def table_of(html: str) -> Table | None:
    """Return the table, its first row being the head; None if there is none. Columns of numbers stand to the right."""
    reader = _Cells()
    reader.feed(html)
    reader.close()
    rows = [row for row in reader.rows if row]
    if not rows:
        return None
    width = max(map(len, rows))
    rows = [row + [""] * (width - len(row)) for row in rows]
    align = tuple(_align([row[n] for row in rows[1:]]) for n in range(width))
    return Table(tuple(tuple((Span(cell.strip()),) if cell.strip() else () for cell in row) for row in rows), align)


def without_table(output: str, table: Table) -> str:
    """Return what code printed without the plain text of a table that is shown as one."""
    lines = output.split("\n")
    head = [_text(cell) for cell in table.rows[0] if cell]
    body = [[_text(cell) for cell in row] for row in table.rows[1:]]
    for number, line in enumerate(lines):
        following = lines[number + 1 : number + 1 + len(body)]
        if head and line.split() == " ".join(head).split() and len(following) == len(body):
            same = (" ".join(row).split() == shown.split() for row, shown in zip(body, following, strict=True))
            if all(same):
                return "\n".join([*lines[:number], *lines[number + 1 + len(body) :]]).strip("\n")
    return output


def _align(cells: list[str]) -> Align:
    numbers = all(_NUMBER.fullmatch(cell.strip()) for cell in cells) and any(cell.strip() for cell in cells)
    return "right" if numbers else "left"


def _text(cell: tuple[Span, ...]) -> str:
    return "".join(span.text for span in cell)
