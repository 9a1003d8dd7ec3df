"""Cuts a document into passages: at headings, pages, paragraphs and sentences, each knowing where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.retrieval import sentences, tokens
from engine.retrieval.document import SEPARATOR, Block, Document
from engine.types import Chunk

# A passage this full (of its limit) ends where a heading or a page begins: it is about one thing, and has one place.
_FULL_ENOUGH = 0.25
# One that has to end somewhere ends at a paragraph if that leaves it at least this full.
_PARAGRAPH_FULL = 0.6
# Of the text before a new page, a passage repeats at most this part of its limit.
_OVER_PAGES = 0.125
_MAX_PATH = 8

_HEADING, _PAGE, _PARAGRAPH, _SENTENCE, _INSIDE = 4, 3, 2, 1, 0
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_WORD = re.compile(r"\s*\S{1,16}")


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is never cut: `start` and `end` in the document's text; `edge` is how good a place it is to begin at."""

    start: int
    end: int
    tokens: int
    block: int
    edge: int


def split(document: Document, max_tokens: int, overlap: int) -> list[Chunk]:
    """Return passages of at most `max_tokens`, each repeating up to `overlap` tokens of the one before.

    Nothing is repeated over a heading. A table cut in two has its header on both parts, where there is room for it.
    """
    return _Splitter(document, max_tokens, overlap).chunks()


class _Splitter:
    def __init__(self, document: Document, limit: int, overlap: int) -> None:
        self._blocks = document.blocks
        self._text = document.text
        self._limit, self._overlap = limit, overlap
        self._starts = _starts(document.blocks)
        self._headers = [_header(block, limit) for block in document.blocks]
        self._paths = list(_paths(document.blocks))
        self._pieces = list(self._cut())

    def chunks(self) -> list[Chunk]:
        chunks = []
        first = 0
        while first < len(self._pieces):
            begin = self._begin(first)
            end = self._end(begin, first)
            if (chunk := self._chunk(begin, first, end)) is not None:
                chunks.append(chunk)
            first = end
        return chunks

    def _cut(self) -> Iterator[_Piece]:
        """Cut all blocks into pieces that fit twice into a passage."""
        page = None
        most = max(1, self._limit // 2)
        for number, block in enumerate(self._blocks):
            edge = _PARAGRAPH
            if block.page is not None and page is not None and block.page != page:
                edge = _PAGE
            page = block.page if block.page is not None else page
            if block.level:
                edge = _HEADING
            room = max(1, most - tokens.count(self._headers[number]))
            for start, end in _parts(block):
                for low, high in _fitting(block.text, start, end, room):
                    size = tokens.count(block.text[low:high])
                    offset = self._starts[number]
                    yield _Piece(offset + low, offset + high, size, number, edge)
                    edge = _INSIDE if high < end else _SENTENCE

    def _begin(self, first: int) -> int:
        """Return the piece a passage begins with whose first new piece is `first`."""
        room = min(self._overlap, self._limit - self._pieces[first].tokens - self._header_size(first))
        if self._pieces[first].edge == _HEADING:
            return first
        begin = first
        while begin > 0:
            piece = self._pieces[begin - 1]
            crossed = self._pieces[begin].edge
            if crossed == _PAGE:
                room = min(room, int(self._limit * _OVER_PAGES))
            needed = piece.tokens + self._header_size(begin - 1) - self._header_size(begin)
            if crossed == _HEADING or piece.tokens > room or needed > room:
                break
            room -= piece.tokens
            begin -= 1
        return begin

    def _end(self, begin: int, first: int) -> int:
        """Return the piece after the last one of a passage."""
        pieces = self._pieces
        size = self._header_size(begin)
        end = begin
        best: dict[int, int] = {}
        while end < len(pieces) and (end <= first or size + pieces[end].tokens <= self._limit):
            if end > first:
                edge = pieces[end].edge
                if edge >= _PAGE and size >= self._limit * _FULL_ENOUGH and not self._is_heading(end - 1):
                    return end
                if edge != _PARAGRAPH or size >= self._limit * _PARAGRAPH_FULL:
                    best[edge] = end
            size += pieces[end].tokens
            end += 1
        if end == len(pieces):
            return end
        if pieces[end].edge < _PARAGRAPH:
            end = best.get(_PARAGRAPH) or (end if pieces[end].edge else best.get(_SENTENCE, end))
        # A heading belongs to what follows it.
        while end - 1 > first and self._is_heading(end - 1):
            end -= 1
        return end

    def _chunk(self, begin: int, first: int, end: int) -> Chunk | None:
        start, stop = self._pieces[begin].start, self._pieces[end - 1].end
        body = self._text[start:stop]
        stop -= len(body) - len(body.rstrip())
        start += len(body) - len(body.lstrip())
        if start >= stop:
            return None
        text = self._text[start:stop]
        if self._header_size(begin):
            text = self._headers[self._pieces[begin].block] + "\n" + text
        blocks = range(self._pieces[begin].block, self._pieces[end - 1].block + 1)
        pages = [page for number in blocks if (page := self._blocks[number].page) is not None]
        before = len(text) - (stop - start)  # the repeated header
        return Chunk(
            text=text,
            tokens=tokens.count(text),
            page=min(pages, default=None),
            last_page=max(pages, default=None),
            line=self._line(blocks[0], start),
            last_line=self._line(blocks[-1], stop),
            heading=self._paths[self._pieces[first].block],
            start=start,
            stop=stop,
            page_starts=tuple(place - start + before for place in self._page_starts(blocks)),
        )

    def _page_starts(self, blocks: range) -> Iterator[int]:
        """Yield where each page after the first begins that these blocks are on; one without text where the next does.

        Pages come in their order; where a file mixes them up, none are told apart.
        """
        page: int | None = None
        found: list[int] = []
        for number in blocks:
            own = self._blocks[number].page
            if own is None or own == page:
                continue
            if page is not None:
                if own < page:
                    return
                found += [self._starts[number]] * (own - page)
            page = own
        yield from found

    def _is_heading(self, index: int) -> bool:
        return self._blocks[self._pieces[index].block].kind == "heading"

    def _line(self, number: int, offset: int) -> int | None:
        line = self._blocks[number].line
        return None if line is None else line + self._text.count("\n", self._starts[number], offset)

    def _header_size(self, index: int) -> int:
        """Return the tokens of the table header that is repeated before a piece."""
        piece = self._pieces[index]
        header = self._headers[piece.block]
        return tokens.count(header) if header and piece.start > self._starts[piece.block] else 0


def _starts(blocks: Sequence[Block]) -> list[int]:
    starts, position = [], 0
    for block in blocks:
        starts.append(position)
        position += len(block.text) + len(SEPARATOR)
    return starts


def _header(block: Block, limit: int) -> str:
    header = "\n".join(block.text.split("\n", block.header_lines)[: block.header_lines])
    return header if tokens.count(header) <= limit // 4 else ""


def _paths(blocks: Sequence[Block]) -> Iterator[tuple[str, ...]]:
    """Yield for each block the titles it stands under, its own among them."""
    path: list[tuple[int, str]] = []
    for block in blocks:
        if block.level:
            title = (block.title or block.text).strip()
            path = [*(entry for entry in path if entry[0] < block.level), (block.level, title)]
        yield tuple(title for _, title in path[:_MAX_PATH])


def _parts(block: Block) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a block; the lines, if lines are what it is made of."""
    if block.kind in ("table", "code"):
        for match in _LINE.finditer(block.text):
            yield match.span()
    else:
        yield from sentences.spans(block.text)


def _fitting(text: str, start: int, end: int, room: int) -> Iterator[tuple[int, int]]:
    """Cut a part that is too long between words, or inside one that is too long itself."""
    if tokens.count(text[start:end]) <= room:
        yield start, end
        return
    low, size = start, 0
    for match in _WORD.finditer(text, start, end):
        needed = tokens.count(match[0])
        if size and size + needed > room:
            yield low, match.start()
            low, size = match.start(), 0
        if needed > room:
            yield from ((index, index + 1) for index in range(low, match.end()))
            low = match.end()
            continue
        size += needed
    if low < end:
        yield low, end
