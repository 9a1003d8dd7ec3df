"""Parses Markdown into blocks, and parses a growing text again only from its last top-level block."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from desktop.chat import marks as m
from desktop.chat.marks import Mark
from desktop.chat.render import mathwords
from desktop.chat.render.blocks import Align, Block, Code, Formula, Paragraph, Rule, Span, Table

_PARSER = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])
_PARSER.use(mathwords.plugin)
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


def parse(text: str, marks: Sequence[Mark] = ()) -> tuple[Block, ...]:
    """Return the blocks of a finished text; what is marked in it becomes chips and links."""
    return tuple(block for unit in units(m.masked(text, marks), marks) for block in unit.blocks)


def units(text: str, marks: Sequence[Mark] = ()) -> list[Unit]:
    """Return the top-level pieces of a masked text in order."""
    reader = _Reader(marks)
    for token in _PARSER.parse(text):
        reader.take(token)
    return reader.units


class Growing:
    """A text that is being written; `blocks` before the tail never change again."""

    def __init__(self) -> None:
        self._raw: list[str] = []
        self._length = 0
        self._marks: list[Mark] = []
        self._text = ""
        self._tail_at = 0
        self._settled: list[Block] = []
        self._tail: tuple[Block, ...] = ()
        self._fence: _OpenFence | None = None

    @property
    def text(self) -> str:
        """The text as it was fed."""
        return "".join(self._raw)

    @property
    def marks(self) -> tuple[Mark, ...]:
        return tuple(self._marks)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks; compare with the former ones to see what to lay out again."""
        return (*self._settled, *self._tail)

    @property
    def settled(self) -> int:
        """How many blocks at the front are final."""
        return len(self._settled)

    def feed(self, text: str, marks: Sequence[Mark] = ()) -> None:
        """Append text; the places of its marks count in the whole text."""
        piece = m.masked(text, marks, first=len(self._marks), at=self._length)
        self._marks += marks
        self._raw.append(text)
        self._length += len(text)
        text = piece
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
            *self._parsed(self._text if whole else self._text[self._tail_at :]),
        ]
        self._tail, self._tail_at, self._fence = (), len(self._text), None
        return self.blocks

    def _parsed(self, masked: str) -> Iterator[Block]:
        return (block for unit in units(masked, self._marks) for block in unit.blocks)

    def _parse_tail(self) -> None:
        tail = self._text[self._tail_at :]
        found = units(_mended(tail), self._marks)
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

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks = marks
        self.units: list[Unit] = []
        self._lists: list[str] = []
        self._markers: list[str] = []
        self._quote = 0
        self._heading = 0
        self._rows: list[list[tuple[Span, ...]]] | None = None
        self._align: list[Align] = []
        self._doubt = False

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
        self._doubt = False
        pieces = tuple(self._pieces(token.children or []))
        if self._rows is not None:
            self._rows[-1].append(tuple(_flat(piece) for piece in pieces))
            return
        spans: list[Span] = []
        for piece in pieces:
            if isinstance(piece, Formula):
                self._paragraph(tuple(spans))
                self._add(replace(piece, depth=len(self._lists)))
                spans = []
            else:
                spans.append(piece)
        self._paragraph(tuple(spans))

    def _paragraph(self, spans: tuple[Span, ...]) -> None:
        while spans and spans[0].text == "\u2028":
            spans = spans[1:]
        while spans and spans[-1].text == "\u2028":
            spans = spans[:-1]
        marker = self._take_marker()
        if marker and spans and (task := _TASK.match(spans[0].text)):
            marker = "☐" if task.group(1) == " " else "☑"
            first = spans[0]
            spans = (replace(first, text=first.text[4:]), *spans[1:])
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
        text = m.unmasked(token.content.removesuffix("\n"), self._marks)
        self._add(Code(text, info.split()[0] if info else "", depth=len(self._lists)))

    def _code_block(self, token: Token) -> None:
        self._add(Code(m.unmasked(token.content.removesuffix("\n"), self._marks), depth=len(self._lists)))

    def _math_block(self, token: Token) -> None:
        self._add(Formula(token.content, token.markup, len(self._lists)))

    def _hr(self, _token: Token) -> None:
        self._add(Rule())

    def _pieces(self, tokens: list[Token]) -> Iterator[Span | Formula]:
        manner = Span("")
        depths = {"strong": 0, "em": 0, "s": 0}
        for token in tokens:
            kind, _, end = token.type.rpartition("_")
            if end in ("open", "close") and kind in depths:
                depths[kind] += token.nesting
                manner = replace(manner, bold=depths["strong"] > 0, italic=depths["em"] > 0, strike=depths["s"] > 0)
            elif kind == "link":
                address = m.linked(str(token.attrGet("href") or ""), self._marks) if end == "open" else None
                manner = replace(manner, link=address)
            else:
                yield from self._leaf(token, manner)

    def _leaf(self, token: Token, manner: Span) -> Iterator[Span | Formula]:
        manner = replace(manner, doubt=self._doubt)
        match token.type:
            case "softbreak" | "hardbreak":  # small models mean a new line where they write one
                yield replace(manner, text="\u2028")
            case "code_inline":
                pieces = m.split(token.content, self._marks)
                if len(pieces) == 1 and isinstance(pieces[0], int):
                    yield self._marked(pieces[0], manner)
                else:
                    yield replace(manner, text=m.unmasked(token.content, self._marks), code=True)
            case "image":
                # An offline app fetches nothing: the description stands in for the picture.
                address = m.linked(str(token.attrGet("src") or ""), self._marks)
                yield replace(manner, text=f"[{token.content}]", italic=True, link=address)
            case "math_inline" if token.meta["display"]:
                yield Formula(token.content, token.markup)
            case "math_inline":
                yield Span(token.markup, formula=token.content)
            case _:
                yield from self._text(token.content, manner)

    def _text(self, masked: str, manner: Span) -> Iterator[Span]:
        for piece in m.split(masked, self._marks):
            if not isinstance(piece, int):
                yield replace(manner, text=piece)
            elif self._marks[piece].kind in ("doubt", "sure"):
                self._doubt = self._marks[piece].kind == "doubt"
                manner = replace(manner, doubt=self._doubt)
            else:
                yield self._marked(piece, manner)

    def _marked(self, number: int, manner: Span) -> Span:
        mark = self._marks[number]
        if mark.kind == "citation":
            return Span(mark.text, cite=m.numbers(self._marks)[mark.text])
        return replace(manner, text=mark.name or mark.text, link=m.FILE_LINK + mark.file_id)


def _flat(piece: Span | Formula) -> Span:
    """Return what stands in a line: a formula of its own line too."""
    return Span(piece.text, formula=piece.source) if isinstance(piece, Formula) else piece


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
