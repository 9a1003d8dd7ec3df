"""Markdown files: headings, tables and fenced code are told apart; the rest stays as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from engine.retrieval.document import Block
from engine.retrieval.parsing.plaintext import read_text

_HEADING = re.compile(r" {0,3}(#{1,6})\s+(.+?)\s*#*\s*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)\s*$")


def read(path: Path) -> Iterator[Block]:
    """Yield the blocks of a Markdown file."""
    yield from blocks(read_text(path))


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a Markdown text."""
    lines = text.split("\n")
    index = _front_matter(lines)
    if index:
        yield Block(text="\n".join(lines[:index]), kind="code", line=1)
    while index < len(lines):
        if not lines[index].strip():
            index += 1
            continue
        block, index = _next(lines, index)
        yield block


def _front_matter(lines: list[str]) -> int:
    if lines[0].strip() != "---":
        return 0
    return next((index + 1 for index in range(1, min(len(lines), 200)) if lines[index].strip() == "---"), 0)


def _next(lines: list[str], start: int) -> tuple[Block, int]:
    """Return the block that begins on a line, and the line after it."""
    if (heading := _HEADING.match(lines[start])) is not None:
        return Block(text=heading[2], kind="heading", level=len(heading[1]), line=start + 1), start + 1
    if (fence := _FENCE.match(lines[start])) is not None:
        return _fenced(lines, start, fence[1])
    if _is_table(lines, start):
        end = start + 2
        while end < len(lines) and "|" in lines[end]:
            end += 1
        rows = [*lines[start : start + 2], *lines[start + 2 : end]]
        return Block(text="\n".join(rows), kind="table", header_lines=2, line=start + 1), end
    end = start + 1
    while end < len(lines) and lines[end].strip() and not _begins_another(lines, end):
        if end == start + 1 and (underline := _UNDERLINE.match(lines[end])) is not None:
            level = 1 if underline[1].startswith("=") else 2
            return Block(text=lines[start].strip(), kind="heading", level=level, line=start + 1), end + 1
        end += 1
    return Block(text="\n".join(lines[start:end]).rstrip(), line=start + 1), end


def _begins_another(lines: list[str], index: int) -> bool:
    return bool(_HEADING.match(lines[index]) or _FENCE.match(lines[index]) or _is_table(lines, index))


def _is_table(lines: list[str], index: int) -> bool:
    return (
        "|" in lines[index]
        and index + 1 < len(lines)
        and "-" in lines[index + 1]
        and bool(_RULE.match(lines[index + 1]))
    )


def _fenced(lines: list[str], start: int, fence: str) -> tuple[Block, int]:
    end = start + 1
    while end < len(lines):
        closing = _FENCE.match(lines[end])
        end += 1
        if closing is not None and closing[1].startswith(fence) and lines[end - 1].strip() == closing[1]:
            break
    return Block(text="\n".join(lines[start:end]), kind="code", line=start + 1), end
