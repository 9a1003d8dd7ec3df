"""Program files: cut at their functions and classes, with the names these stand under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from engine.retrieval.document import Block
from engine.retrieval.parsing.plaintext import read_text

SUFFIXES = frozenset(
    re.findall(
        r"\S+",
        ".py .pyi .js .mjs .cjs .jsx .ts .tsx .java .kt .kts .scala .go .rs .c .h .cc .cpp .cxx .hpp .cs .swift .m "
        ".mm .php .rb .pl .pm .lua .r .jl .sh .bash .zsh .ps1 .bat .cmd .sql .css .scss .less .vue .svelte .dart .ex "
        ".exs .erl .hs .ml .fs .clj .groovy .gradle .vb .asm .s .v .sv .proto .graphql .tf .cmake .mk .toml .yaml "
        ".yml .ini .cfg .conf .properties .env .dockerfile .xml .svg .plist",
    )
)
# Where something with a name begins; not a grammar: a miss only makes a passage end elsewhere.
_DEFINITION = re.compile(
    r"[ \t]*(?:(?:export|default|public|private|protected|internal|static|abstract|final|sealed|async|open|override|"
    r"inline|virtual|unsafe|const|data|extern|pub(?:\([a-z]+\))?)\s+)*"
    r"(?:def|class|function|func|fn|interface|trait|struct|enum|impl|module|namespace|record|object|protocol|sub|"
    r"(?:CREATE|create)\s+(?:OR REPLACE\s+)?(?:TABLE|VIEW|INDEX|FUNCTION|PROCEDURE|table|view|function))\b"
    r"[ \t*]*(?P<name>(?:IF NOT EXISTS\s+)?[\w$.:<>\"`~]{1,80})"
)
_INDENT = re.compile(r"[ \t]*")
_MAX_INDENT = 8


def read(path: Path) -> Iterator[Block]:
    """Yield a program as pieces that each begin at a definition."""
    yield from blocks(read_text(path, declared=True))


def blocks(text: str) -> Iterator[Block]:
    """Yield the pieces of a program; nested definitions begin their own, up to three levels deep."""
    lines = text.expandtabs(4).split("\n")
    start, name, level = 0, "", 0
    for index, line in enumerate(lines):
        found = _DEFINITION.match(line)
        if found is None or _depth(line) > _MAX_INDENT:
            continue
        begin = _with_what_belongs_above(lines, start, index)
        yield from _piece(lines, start, begin, name, level)
        start, name, level = begin, found["name"].strip(':<>"`~'), _level(_depth(line))
    yield from _piece(lines, start, len(lines), name, level)


def _piece(lines: list[str], start: int, end: int, name: str, level: int) -> Iterator[Block]:
    while start < end and not lines[start].strip():
        start += 1
    if start == end:
        return
    text = "\n".join(lines[start:end]).rstrip()
    yield Block(text=text, kind="code", line=start + 1, level=level, title=name)


def _level(depth: int) -> int:
    return 1 if not depth else 2 if depth <= _MAX_INDENT // 2 else 3


def _depth(line: str) -> int:
    match = _INDENT.match(line)
    return len(match[0]) if match else 0


def _with_what_belongs_above(lines: list[str], start: int, index: int) -> int:
    """Return the first of the comment and decorator lines that stand directly above a definition."""
    while index > start and lines[index - 1].lstrip().startswith(("#", "//", "/*", "*", "@", "--", "[", "///")):
        index -= 1
    return index
