"""Lines as a page shows them, put together again: headings by size, paragraphs by distance, page furniture left out."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.retrieval.document import Block
from engine.retrieval.folding import collapse, fold

_BIGGER = 1.12
_PARAGRAPH_GAP = 1.25
_SHORT_LINE = 0.8
_LONGEST_HEADING = 120
_EDGE_LINES = 2
_FEW_PAGES = 5
_LONGEST_FURNITURE = 80
_OFTEN = 0.6
_DEEPEST = 6
_CJK = re.compile("[\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
_BULLET = re.compile(
    r"\s*(?:[-•●▪◦○■□➢*·]\s|\(?\d{1,3}[.)、）]\s*\D|[（(][一二三四五六七八九十]{1,3}[）)]|[一二三四五六七八九十]{1,3}、)"
)
_END = re.compile("[.。!！?？:：;；…]['\"”’」』）)]?$")
_HYPHENATED = re.compile("[a-z]-$")
_DIGITS = re.compile(r"\d+")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: `size` of its letters and height `y` on the page in points, 0 where unknown."""

    text: str
    page: int
    size: float = 0.0
    y: float = 0.0


Outline = Mapping[int, Sequence[tuple[int, str]]]


def blocks(pages: Sequence[Sequence[Line]], outline: Outline) -> Iterator[Block]:
    """Yield the blocks of a document; `outline` holds level and title of the sections that begin on each page."""
    pages = _without_furniture(pages)
    by_size = {} if outline else _size_levels(pages)
    for lines in pages:
        if not lines:
            continue
        page = lines[0].page
        named = {_key(title): level for level, title in outline.get(page, ())}
        shown = {_key(line.text) for line in lines}
        for level, title in outline.get(page, ()):
            if _key(title) not in shown:
                yield Block(text=title, kind="heading", level=level, page=page)
        levels = [named.get(_key(line.text)) or by_size.get(_size(line), 0) for line in lines]
        yield from _page(lines, levels)


def _page(lines: Sequence[Line], levels: Sequence[int]) -> Iterator[Block]:
    gap, width = _usual_gap(lines), max(_width(line.text) for line in lines)
    gathered: list[Line] = []
    level = 0
    for index, line in enumerate(lines):
        fits = gathered and level == levels[index]
        if fits and not level:
            fits = not _begins_paragraph(gathered[-1], line, gap, width)
        if gathered and not fits:
            yield _block(gathered, level)
            gathered = []
        gathered.append(line)
        level = levels[index]
    yield _block(gathered, level)


def _block(lines: Sequence[Line], level: int) -> Block:
    text = joined([line.text for line in lines])
    if level and len(text) <= _LONGEST_HEADING:
        return Block(text=text, kind="heading", level=level, page=lines[0].page)
    return Block(text=text, page=lines[0].page)


def joined(lines: Sequence[str]) -> str:
    """Put the lines of a paragraph together: no space between CJK characters, no hyphen where a word was broken."""
    text = ""
    for line in map(collapse, lines):
        if not text or not line:
            text += line
        elif _HYPHENATED.search(text) and line[0].islower():
            text = text[:-1] + line
        elif _CJK.match(text[-1]) or _CJK.match(line[0]):
            text += line
        else:
            text += f" {line}"
    return text


def _begins_paragraph(before: Line, line: Line, gap: float, width: int) -> bool:
    if _BULLET.match(line.text):
        return True
    distance = before.y - line.y
    if gap and before.y and line.y and distance > 0:
        return distance > gap * _PARAGRAPH_GAP
    return bool(_END.search(before.text.rstrip())) and _width(before.text) < width * _SHORT_LINE


def _usual_gap(lines: Sequence[Line]) -> float:
    gaps = [a.y - b.y for a, b in pairwise(lines) if a.y and b.y and a.y > b.y]
    # The narrow ones: between paragraphs it is wider, and short paragraphs can be the majority.
    return statistics.quantiles(gaps, n=4)[0] if len(gaps) > 3 else min(gaps, default=0.0)


def _width(text: str) -> int:
    return len(text) + len(_CJK.findall(text))


def _size_levels(pages: Sequence[Sequence[Line]]) -> dict[float, int]:
    """Return the heading level of each size of letters that is larger than that of most of the text."""
    amounts: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            amounts[_size(line)] += len(line.text)
    if not amounts:
        return {}
    usual = max(amounts, key=amounts.__getitem__)
    bigger = sorted((size for size in amounts if usual and size > usual * _BIGGER), reverse=True)
    return {size: min(level, _DEEPEST) for level, size in enumerate(bigger, 1)}


def _without_furniture(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Leave out the headers, footers and page numbers that come back on most pages."""
    filled = [lines for lines in pages if lines]
    if len(filled) < _FEW_PAGES:
        return [list(lines) for lines in pages]
    seen: Counter[str] = Counter()
    for lines in filled:
        seen.update({_mask(line) for line in _edges(lines)})
    often = {mask for mask, count in seen.items() if count >= _OFTEN * len(filled)}
    kept = []
    for lines in pages:
        edges = _edges(lines)
        left = [line for line in lines if line not in edges or _mask(line) not in often]
        kept.append(left or list(lines))
    return kept


def _edges(lines: Sequence[Line]) -> list[Line]:
    edges = [*lines[:_EDGE_LINES], *lines[_EDGE_LINES:][-_EDGE_LINES:]]
    return [line for line in edges if len(line.text) <= _LONGEST_FURNITURE]


def _mask(line: Line) -> str:
    return _DIGITS.sub("#", _key(line.text))


def _key(text: str) -> str:
    return _SPACES.sub("", fold(text))


def _size(line: Line) -> float:
    return round(line.size * 2) / 2
