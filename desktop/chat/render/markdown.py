"""Parses Markdown into blocks, and parses a growing text again only from its last top-level block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from desktop.chat.render.blocks import Align, Block, Code, Paragraph, Rule, Span, Table

_PARSER = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^\n]*)\n")
# Up to this length a finished text is parsed as a whole: links defined at its end then work everywhere.
_WHOLE = 20_000
_BULLETS = "•◦▪"
_TASK = re.compile(r"^\[([ xX])\] ")


@dataclass(frozen=True, slots=True)
class Unit:
    """The blocks of one top-level piece (an item of a top-level list is one) and the line it starts on."""

    line: int
    blocks: tuple[Block, ...]


def parse(text: str) -> tuple[Block, ...]:
    """Return the blocks of a finished text."""
    return tuple(block for unit in units(text) for block in unit.blocks)


def units(text: str) -> list[Unit]:
    """Return the top-level pieces of a text in order."""
    reader = _Reader()
    for token in _PARSER.parse(text):
        reader.take(token)
    return reader.units


class Growing:
    """A text that is being written; `blocks` before the tail never change again."""

    def __init__(self) -> None:
        self._text = ""
        self._tail_at = 0
        self._settled: list[Block] = []
        self._tail: tuple[Block, ...] = ()
        self._fence: _OpenFence | None = None

    @property
    def text(self) -> str:
        return self._text

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks; compare with the former ones to see what to lay out again."""
        return (*self._settled, *self._tail)

    @property
    def settled(self) -> int:
        """How many blocks at the front are final."""
        return len(self._settled)

    def feed(self, text: str) -> None:
        """Append text."""
        self._text += text
        if self._fence is not None:
            if not self._fence.feed(text):
                self._tail = (self._fence.block(),)
                return
            self._fence = None
        self._parse_tail()

    def finish(self) -> tuple[Block, ...]:
        """Return the blocks of the finished text; only of a long one the settled part is not read once more."""
        whole = len(self._text) < _WHOLE
        self._settled = [
            *([] if whole else self._settled),
            *parse(self._text if whole else self._text[self._tail_at :]),
        ]
        self._tail, self._tail_at, self._fence = (), len(self._text), None
        return self.blocks

    def _parse_tail(self) -> None:
        tail = self._text[self._tail_at :]
        found = units(_mended(tail))
        if len(found) > 1:
            for unit in found[:-1]:
                self._settled.extend(unit.blocks)
            start = _offset_of_line(tail, found[-1].line)
            self._tail_at += start
            tail = tail[start:]
        self._tail = found[-1].blocks if found else ()
        opened = _FENCE.match(tail)
        if opened:
            fence = _OpenFence(opened)
            if not fence.feed(tail[opened.end() :]):
                self._fence = fence
                self._tail = (fence.block(),)


class _OpenFence:
    """A fence whose end has not come: only new lines are looked at."""

    def __init__(self, opened: re.Match[str]) -> None:
        mark, info = opened.group(1), opened.group(2).strip()
        self._language = info.split()[0] if info else ""
        self._end = re.compile(rf" {{0,3}}{re.escape(mark[0])}{{{len(mark)},}}[ \t]*")
        self._done: list[str] = []
        self._line = ""

    def feed(self, text: str) -> bool:
        """Take more text; return whether the fence has ended in it."""
        *full, self._line = (self._line + text).split("\n")
        for line in full:
            if self._end.fullmatch(line):
                return True
            self._done.append(line)
        return self._end.fullmatch(self._line) is not None

    def block(self) -> Code:
        line = "" if re.fullmatch(r" {0,3}[`~]{1,2}", self._line) else self._line
        return Code("\n".join([*self._done, line]), self._language, closed=False)


class _Reader:
    """Walks tokens and collects blocks; keeps the lists and quotes it is inside of."""

    def __init__(self) -> None:
        self.units: list[Unit] = []
        self._lists: list[str] = []
        self._markers: list[str] = []
        self._quote = 0
        self._heading = 0
        self._rows: list[list[tuple[Span, ...]]] | None = None
        self._align: list[Align] = []

    def take(self, token: Token) -> None:
        if token.map and (token.level == 0 or (token.type == "list_item_open" and token.level == 1 and self._lists)):
            self._begin(token.map[0])
        handler = getattr(self, "_" + token.type, None)
        if handler is not None:
            handler(token)

    def _begin(self, line: int) -> None:
        if self.units and self.units[-1].line == line and not self.units[-1].blocks:
            return
        self.units.append(Unit(line, ()))

    def _add(self, block: Block) -> None:
        last = self.units[-1]
        self.units[-1] = Unit(last.line, (*last.blocks, block))

    def _bullet_list_open(self, _token: Token) -> None:
        self._lists.append(_BULLETS[min(len(self._lists), len(_BULLETS) - 1)])

    def _ordered_list_open(self, _token: Token) -> None:
        self._lists.append("")

    def _bullet_list_close(self, _token: Token) -> None:
        self._lists.pop()

    _ordered_list_close = _bullet_list_close

    def _list_item_open(self, token: Token) -> None:
        self._markers.append(self._lists[-1] or f"{token.info}.")

    def _list_item_close(self, _token: Token) -> None:
        self._markers.pop()

    def _blockquote_open(self, _token: Token) -> None:
        self._quote += 1

    def _blockquote_close(self, _token: Token) -> None:
        self._quote -= 1

    def _heading_open(self, token: Token) -> None:
        self._heading = int(token.tag[1])

    def _heading_close(self, _token: Token) -> None:
        self._heading = 0

    def _table_open(self, _token: Token) -> None:
        self._rows, self._align = [], []

    def _table_close(self, _token: Token) -> None:
        rows = tuple(tuple(row) for row in self._rows or ())
        self._add(Table(rows, tuple(self._align), depth=len(self._lists)))
        self._rows = None

    def _tr_open(self, _token: Token) -> None:
        if self._rows is not None:
            self._rows.append([])

    def _th_open(self, token: Token) -> None:
        style = str(token.attrGet("style") or "")
        self._align.append("right" if "right" in style else "center" if "center" in style else "left")

    def _inline(self, token: Token) -> None:
        spans = tuple(_spans(token.children or []))
        if self._rows is not None:
            self._rows[-1].append(spans)
            return
        marker = self._take_marker()
        if marker and spans and (task := _TASK.match(spans[0].text)):
            marker = "☐" if task.group(1) == " " else "☑"
            first = spans[0]
            spans = (Span(first.text[4:], first.bold, first.italic, first.code, first.strike, first.link), *spans[1:])
        if spans or marker:
            self._add(Paragraph(spans, self._heading, len(self._lists), marker, self._quote))

    def _take_marker(self) -> str:
        """Return the item's marker for its first paragraph, nothing for those after it."""
        if not self._markers:
            return ""
        marker, self._markers[-1] = self._markers[-1], ""
        return marker

    def _fence(self, token: Token) -> None:
        info = token.info.strip()
        text = token.content.removesuffix("\n")
        self._add(Code(text, info.split()[0] if info else "", depth=len(self._lists)))

    def _code_block(self, token: Token) -> None:
        self._add(Code(token.content.removesuffix("\n"), depth=len(self._lists)))

    def _hr(self, _token: Token) -> None:
        self._add(Rule())


def _spans(tokens: list[Token]) -> Iterator[Span]:
    bold = italic = strike = 0
    link: str | None = None
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                bold += token.nesting
            case "em_open" | "em_close":
                italic += token.nesting
            case "s_open" | "s_close":
                strike += token.nesting
            case "link_open":
                link = str(token.attrGet("href") or "")
            case "link_close":
                link = None
            case "softbreak" | "hardbreak":  # small models mean a new line where they write one
                yield Span("\u2028", bool(bold), bool(italic), False, bool(strike), link)
            case "code_inline":
                yield Span(token.content, bool(bold), bool(italic), True, bool(strike), link)
            case "image":
                # An offline app fetches nothing: the description stands in for the picture.
                yield Span(f"[{token.content}]", bool(bold), True, False, bool(strike), str(token.attrGet("src") or ""))
            case _:
                if token.content:
                    yield Span(token.content, bool(bold), bool(italic), False, bool(strike), link)


def _offset_of_line(text: str, line: int) -> int:
    at = 0
    for _ in range(line):
        at = text.index("\n", at) + 1
    return at


def _mended(tail: str) -> str:
    """Close emphasis and code that is still being written, so that marks do not flash up as text."""
    start = tail.rfind("\n\n") + 2 if "\n\n" in tail else 0
    last = tail[start:]
    if last.lstrip().startswith(("```", "~~~")) or last.startswith("    "):
        return tail
    stripped = tail.rstrip("`*_~") if last.rstrip("`*_~").strip() else tail
    last = stripped[start:]
    if last.count("`") % 2:
        return stripped + "`"
    if last.count("**") % 2:
        return stripped.rstrip() + "**"
    return stripped
