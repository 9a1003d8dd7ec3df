"""What a parser makes of a file: blocks in reading order, each knowing where it stood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

BlockKind = Literal["heading", "paragraph", "table", "code"]

SEPARATOR = "\n\n"
"""What stands between two blocks in the text of a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One heading, paragraph, list, table or piece of code; pages and lines count from 1.

    A block with a `level` begins a section of that depth from 1, called `title` or, if that is empty, by its text.
    The first `header_lines` lines of a table say what its columns are, and are repeated wherever the table is cut.
    `line` is where the text begins; each newline in it is one line in the file.
    """

    text: str
    kind: BlockKind = "paragraph"
    level: int = 0
    title: str = ""
    page: int | None = None
    line: int | None = None
    header_lines: int = 0


@dataclass(frozen=True, kw_only=True)
class Document:
    """A file as text. `notes` are sentences about what could not be read, for the person who owns the file."""

    blocks: Sequence[Block]
    title: str = ""
    pages: int | None = None
    notes: tuple[str, ...] = ()

    @cached_property
    def text(self) -> str:
        """All blocks, one after the other; offsets of chunks are positions in it."""
        return SEPARATOR.join(block.text for block in self.blocks)
