"""Tables from the child as HTML that cannot do anything: rebuilt from text, nothing but cells and spans survives.

Read by a pattern of its own: Python's parser takes hours over some texts of a megabyte, and fails on others.
"""

from __future__ import annotations

import html
import re

from engine.sandbox.transcript import plain

_MOST, _CELLS, _CELL, _TEXT = 1_000_000, 5000, 500, 200_000
# A tag that matters, another tag, or text; a tag holds no "<" and is short, so the time grows with the length only.
_TOKEN = re.compile(r"<(/?)(table|thead|tbody|tr|th|td)\b([^<>]{0,300})>|<[^<>]{0,300}>|([^<]+|<)", re.IGNORECASE)
_SPAN = re.compile(r"\b(rowspan|colspan) ?= ?[\"']?([1-9][0-9]{0,2})\b", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_ROWS = ("table", "thead", "tbody")
_INSIDE = {"table": (None,), "thead": ("table",), "tbody": ("table",), "tr": _ROWS}
_CELL_TAGS = ("th", "td")


class _Rebuilder:
    """Writes a table again from the tokens that make sense where they stand."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._open: list[str] = []
        self._cells = self._length = self._total = 0

    def begin(self, tag: str, attributes: str) -> None:
        if tag != "table" and self._open and self._open[-1] in _CELL_TAGS:
            self.end(self._open[-1])
        inner = self._open[-1] if self._open else None
        self._cells += tag in _CELL_TAGS
        if self._cells > _CELLS or inner not in _INSIDE.get(tag, ("tr", *_ROWS)):
            return
        self._length = 0
        spans = {name.lower(): count for name, count in _SPAN.findall(attributes)}
        kept = "".join(f' {name}="{count}"' for name, count in spans.items()) if tag in _CELL_TAGS else ""
        self.parts.append(f"<{tag}{kept}>")
        self._open.append(tag)

    def end(self, tag: str) -> None:
        if tag in self._open:
            while (last := self._open.pop()) != tag:
                self.parts.append(f"</{last}>")
            self.parts.append(f"</{tag}>")

    def text(self, text: str) -> None:
        if self._open and self._open[-1] in _CELL_TAGS and self._length < _CELL:
            kept = plain(_REFERENCE.sub(lambda match: html.unescape(match[0]), text))[: _CELL - self._length]
            if self._total + len(kept) > _TEXT:
                return
            self._length += len(kept)
            self._total += len(kept)
            self.parts.append(html.escape(kept))

    def finish(self) -> str:
        if self._open:
            self.end(self._open[0])
        return "".join(self.parts)


def bare_table(untrusted: object) -> str | None:
    """Return the table in a piece of HTML without attributes, styles and scripts; None if there is none."""
    if not isinstance(untrusted, str) or not 0 < len(untrusted) <= _MOST:
        return None
    rebuilder = _Rebuilder()
    for match in _TOKEN.finditer(untrusted):
        if match[4]:
            rebuilder.text(match[4])
        elif match[2] is None:
            continue
        elif match[1]:
            rebuilder.end(match[2].lower())
        else:
            rebuilder.begin(match[2].lower(), match[3])
    table = rebuilder.finish()
    return table if table.startswith("<table") else None
