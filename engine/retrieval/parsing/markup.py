"""HTML as blocks: what a browser would show as headings, paragraphs, lists, tables and code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from engine.retrieval.document import Block
from engine.retrieval.folding import collapse, plain
from engine.retrieval.parsing.delimited import row_text
from engine.retrieval.parsing.limits import MAX_COLUMNS
from engine.retrieval.parsing.plaintext import read_text

_HIDDEN = frozenset(
    re.findall(
        r"\S+",
        "script style noscript template svg math iframe object canvas select nav head",
    )
)
_BREAKS = frozenset(
    re.findall(
        r"\S+",
        "address article aside blockquote body br caption dd details dialog div dl dt fieldset figcaption figure "
        "footer form header hr html legend main ol p section summary ul",
    )
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLANK_LINES = re.compile(r"\n{3,}")
_MAX_NESTED_TABLES = 8


def read(path: Path) -> Iterator[Block]:
    """Yield the blocks of an HTML file."""
    yield from blocks(read_text(path, declared=True))


def blocks(text: str, *, page: int | None = None) -> list[Block]:
    """Return the blocks of an HTML text, broken or not."""
    collector = _Collector(page)
    collector.feed(text)
    collector.close()
    collector.finish()
    return collector.blocks


class _Collector(HTMLParser):
    """Gathers text until something begins that stands by itself."""

    def __init__(self, page: int | None) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._page = page
        self._text: list[str] = []
        self._hidden: list[str] = []
        self._heading = 0
        self._code = 0
        self._bullet = ""
        self._tables: list[_Table] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title" and not self.blocks:
            self._in_title = True
        if tag in _HIDDEN:
            self._hidden.append(tag)
        elif self._hidden:
            return
        elif tag in _HEADINGS and not self._tables:
            self.end()
            self._heading = _HEADINGS[tag]
        elif tag == "pre":
            self.end()
            self._code += 1
        elif tag == "li":
            self.end()
            self._bullet = "- "
        elif tag in ("table", "tr", "td", "th"):
            self._table_start(tag)
        elif tag == "img":
            self._text.append(f" {dict(attrs).get('alt') or ''} ")
        elif tag in _BREAKS:
            self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("title", "head"):
            self._in_title = False
        if tag in _HIDDEN:
            if tag in self._hidden:
                del self._hidden[self._hidden.index(tag) :]
        elif self._hidden:
            return
        elif tag in _HEADINGS or tag == "li":
            self.end()
        elif tag == "pre" and self._code:
            self.end()
            self._code -= 1
        elif tag in ("table", "tr", "td", "th"):
            self._table_end(tag)
        elif tag in _BREAKS:
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if self._in_title and data.strip():
            self.blocks.append(Block(text=collapse(plain(data)), kind="heading", level=1, page=self._page))
        elif not self._hidden:
            self._text.append(data)

    def finish(self) -> None:
        """End all that was left open."""
        while self._tables:
            self._table_end("table")
        self.end()

    def end(self) -> None:
        """Make a block of what was gathered."""
        raw, self._text = "".join(self._text), []
        heading, self._heading = self._heading, 0
        bullet, self._bullet = self._bullet, ""
        if self._tables:
            self._tables[-1].cell.append(raw)
            return
        if self._code:
            text = _BLANK_LINES.sub("\n\n", plain(raw)).strip("\n")
            if text.strip():
                self.blocks.append(Block(text=text, kind="code", page=self._page))
            return
        text = collapse(plain(raw))
        if not text:
            return
        if heading:
            if not self._repeats_the_title(text):
                self.blocks.append(Block(text=text, kind="heading", level=heading, page=self._page))
        elif bullet and self.blocks and self.blocks[-1].text.startswith("- "):
            joined = f"{self.blocks.pop().text}\n- {text}"
            self.blocks.append(Block(text=joined, page=self._page))
        else:
            self.blocks.append(Block(text=bullet + text, page=self._page))

    def _repeats_the_title(self, text: str) -> bool:
        return len(self.blocks) == 1 and self.blocks[0].kind == "heading" and self.blocks[0].text == text

    def _break(self, tag: str) -> None:
        if self._tables:
            self._text.append(" ")
        elif tag == "br":
            self._text.append("\n" if self._code else " ")
        elif not (tag == "p" and self._bullet and not "".join(self._text).strip()):
            self.end()

    def _table_start(self, tag: str) -> None:
        if tag == "table":
            if len(self._tables) < _MAX_NESTED_TABLES:
                self.end()
                self._tables.append(_Table())
        elif self._tables:
            self.end()
            if tag == "tr":
                self._tables[-1].end_row()
            else:
                self._tables[-1].begin_cell()

    def _table_end(self, tag: str) -> None:
        if not self._tables:
            return
        self.end()
        if tag == "tr":
            self._tables[-1].end_row()
        elif tag != "table":
            self._tables[-1].end_cell()
        if tag != "table":
            return
        rows = self._tables.pop().finish()
        if self._tables:
            self._tables[-1].cell.append(" ; ".join(" ".join(row) for row in rows))
        elif rows:
            self.blocks.extend(_as_blocks(rows, self._page))


class _Table:
    """The rows of one table; cells and rows may be left unclosed."""

    def __init__(self) -> None:
        self.cell: list[str] = []
        self._open = False
        self._row: list[str] = []
        self._rows: list[list[str]] = []

    def begin_cell(self) -> None:
        self.end_cell()
        self._open = True

    def end_cell(self) -> None:
        text = collapse(plain(" ".join(self.cell)))
        if (text or self._open) and len(self._row) < MAX_COLUMNS:
            self._row.append(text)
        self.cell, self._open = [], False

    def end_row(self) -> None:
        self.end_cell()
        if any(self._row):
            self._rows.append(self._row)
        self._row = []

    def finish(self) -> list[list[str]]:
        self.end_row()
        return self._rows


def _as_blocks(rows: list[list[str]], page: int | None) -> Iterator[Block]:
    """Yield a table; one of a single column was only made for looks."""
    if all(len(row) == 1 for row in rows):
        yield from (Block(text=row[0], page=page) for row in rows)
    else:
        text = "\n".join(map(row_text, rows))
        yield Block(text=text, kind="table", header_lines=1 if len(rows) > 1 else 0, page=page)
