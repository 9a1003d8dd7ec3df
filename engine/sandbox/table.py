"""Tables from the child as HTML that cannot do anything: rebuilt from text, nothing but cells and spans survives."""

from __future__ import annotations

import html
from html.parser import HTMLParser

from engine.sandbox.transcript import plain

_MOST, _CELLS, _CELL = 1_000_000, 5000, 500
_KEPT = frozenset({"table", "thead", "tbody", "tr", "th", "td"})
_SPANS = ("rowspan", "colspan")


class _Rebuilder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._open: list[str] = []
        self._cells = self._length = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _KEPT or (tag == "table") != (not self._open) or len(self._open) > 3:
            return
        self._length = 0
        if tag in ("th", "td"):
            if self._open[-1] in ("th", "td"):
                self.handle_endtag(self._open[-1])
            self._cells += 1
            if self._cells > _CELLS:
                return
        spans = [(name, value) for name, value in attrs if name in _SPANS and value and value.isascii()]
        kept = "".join(f' {name}="{int(value)}"' for name, value in spans if value.isdigit() and 0 < int(value) < 1000)
        self.parts.append(f"<{tag}{kept}>")
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open:
                last = self._open.pop()
                self.parts.append(f"</{last}>")
                if last == tag:
                    break

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("th", "td") and self._length < _CELL:
            text = plain(data)[: _CELL - self._length]
            self._length += len(text)
            self.parts.append(html.escape(text))

    def finish(self) -> str:
        self.close()
        while self._open:
            self.parts.append(f"</{self._open.pop()}>")
        return "".join(self.parts)


def bare_table(untrusted: object) -> str | None:
    """Return the table in a piece of HTML without attributes, styles and scripts; None if there is none."""
    if not isinstance(untrusted, str) or not 0 < len(untrusted) <= _MOST:
        return None
    rebuilder = _Rebuilder()
    rebuilder.feed(untrusted)
    table = rebuilder.finish()
    return table if table.startswith("<table") else None
