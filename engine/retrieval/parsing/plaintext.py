"""Text files: paragraphs as they stand, lines counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from engine.retrieval.document import Block
from engine.retrieval.parsing import charset
from engine.retrieval.parsing.limits import MAX_CHARACTERS, too_long
from engine.retrieval.problems import Unsupported

_PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")
# "第三章 …" and "Chapter 3: …" stand for headings in books that are plain text.
_HEADING = re.compile(
    r"(?:第\s*[0-9〇零一二三四五六七八九十百千]{1,7}\s*(?P<zh>[卷部篇章回节節])[^\n。！？]{0,40}"
    r"|(?P<en>PART|BOOK|CHAPTER|Part|Book|Chapter)\s+(?:[0-9]{1,4}|[IVXLC]{1,8})\b[^\n]{0,60})"
)
_LEVELS = {"卷": 1, "部": 1, "篇": 1, "part": 1, "book": 1, "章": 2, "回": 2, "chapter": 2, "节": 3, "節": 3}


def read_text(path: Path, *, declared: bool = False) -> str:
    """Return the decoded text. Raises Unsupported if it is none, Unreadable if it is too long."""
    if path.stat().st_size > 4 * MAX_CHARACTERS:
        raise too_long(MAX_CHARACTERS)
    try:
        return charset.decode(path.read_bytes(), declared=declared)
    except ValueError:
        raise Unsupported(
            "This file holds no text in any encoding Fireside knows. Save it as UTF-8 text, PDF or an Office document."
        ) from None


def read(path: Path) -> Iterator[Block]:
    """Yield the paragraphs of a text file."""
    yield from blocks(read_text(path))


def blocks(text: str, *, line: int = 1) -> Iterator[Block]:
    """Yield the paragraphs of a text whose first line is `line`."""
    position = 0
    for match in _PARAGRAPH.finditer(text):
        line += text.count("\n", position, match.start())
        position = match.start()
        if (heading := _HEADING.fullmatch(match[0].strip())) is not None:
            level = _LEVELS[heading["zh"] or heading["en"].lower()]
            yield Block(text=match[0].strip(), kind="heading", level=level, line=line)
        else:
            yield Block(text=match[0].rstrip(), line=line)
