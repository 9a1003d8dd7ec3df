"""Word documents: headings by their styles, tables as tables, notes at the end; deleted text stays out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from engine.retrieval.document import Block
from engine.retrieval.folding import collapse, plain
from engine.retrieval.parsing.delimited import row_text
from engine.retrieval.parsing.package import Package, attribute, broken, local, opened

# Deleted text, field codes, and the second version of a drawing for older programs.
_SKIPPED = frozenset(("del", "moveFrom", "instrText", "delText", "Fallback", "rPr", "pPr", "tblPr", "sectPr"))
_HEADING_NAME = re.compile(r"(?:heading|标题|標題|überschrift|titre|título|見出し|제목)\s*([1-9])$", re.IGNORECASE)
_MAX_BASE_STYLES = 16
_MAX_DEPTH = 100


def read(path: Path) -> Iterator[Block]:
    """Yield the blocks of a .docx file. Raises Unreadable."""
    with opened(path) as package:
        main = _main_part(package)
        levels = _heading_levels(package, main)
        yield from _blocks(package.xml(main), levels)
        folder = main.rpartition("/")[0]
        for name in ("footnotes", "endnotes"):
            if f"{folder}/{name}.xml" in package.names:
                yield from _blocks(package.xml(f"{folder}/{name}.xml"), {})


def _main_part(package: Package) -> str:
    if "word/document.xml" in package.names:
        return "word/document.xml"
    found = [name for name in package.relations("").values() if name.endswith(".xml") and name.startswith("word/")]
    if not found:
        raise broken()
    return found[0]


def _heading_levels(package: Package, main: str) -> dict[str, int]:
    """Return the heading level of each paragraph style that has one."""
    path = f"{main.rpartition('/')[0]}/styles.xml"
    if path not in package.names:
        return {}
    own: dict[str, int] = {}
    bases: dict[str, str] = {}
    for style in package.xml(path):
        if local(style) != "style":
            continue
        identity = attribute(style, "styleId") or ""
        for entry in style.iter():
            value = attribute(entry, "val") or ""
            if local(entry) == "name" and (match := _HEADING_NAME.match(value)) is not None:
                own[identity] = int(match[1])
            elif local(entry) == "name" and value.lower() == "title":
                own[identity] = 1
            elif local(entry) == "outlineLvl" and value.isdigit() and int(value) < 9:
                own.setdefault(identity, int(value) + 1)
            elif local(entry) == "basedOn":
                bases[identity] = value
    for identity in bases:
        base, steps = identity, 0
        while base not in own and base in bases and steps < _MAX_BASE_STYLES:
            base, steps = bases[base], steps + 1
        if base in own:
            own[identity] = own[base]
    return own


def _blocks(parent: Element, levels: dict[str, int], depth: int = 0) -> Iterator[Block]:
    """Yield the paragraphs and tables below an element, in their order."""
    for element in parent:
        name = local(element)
        if name == "p":
            yield from _paragraph(element, levels)
        elif name == "tbl":
            yield from _table(element)
        elif name not in _SKIPPED and depth < _MAX_DEPTH:
            yield from _blocks(element, levels, depth + 1)


def _paragraph(element: Element, levels: dict[str, int]) -> Iterator[Block]:
    text = plain(_text(element)).strip()
    if text:
        level, listed = _properties(element, levels)
        if level and len(text) <= 300:
            yield Block(text=collapse(text), kind="heading", level=level)
        else:
            yield Block(text=f"- {text}" if listed else text)


def _properties(element: Element, levels: dict[str, int]) -> tuple[int, bool]:
    """Return a paragraph's heading level, 0 if it is none, and whether it is an entry of a list."""
    level, listed = 0, False
    properties = next((child for child in element if local(child) == "pPr"), None)
    for entry in properties if properties is not None else ():
        value = attribute(entry, "val") or ""
        if local(entry) == "pStyle":
            level = levels.get(value, level)
        elif local(entry) == "outlineLvl" and value.isdigit() and int(value) < 9:
            level = int(value) + 1
        elif local(entry) == "numPr":
            listed = True
    return level, listed and not level


def _text(element: Element, depth: int = 0) -> str:
    """Return the visible text of an element, that of a text box in it too."""
    parts = []
    for child in element:
        name = local(child)
        if name == "t":
            parts.append(child.text or "")
        elif name in ("tab", "ptab"):
            parts.append("\t")
        elif name in ("br", "cr"):
            parts.append("\n")
        elif name in ("noBreakHyphen",):
            parts.append("-")
        elif name not in _SKIPPED and depth < _MAX_DEPTH:
            parts.append(_text(child, depth + 1))
            if name == "p":
                parts.append("\n")
    return "".join(parts)


def _table(element: Element) -> Iterator[Block]:
    rows = []
    for row in _children(element, "tr"):
        cells = [collapse(plain(" ".join(_text(p) for p in _paragraphs(cell)))) for cell in _children(row, "tc")]
        if any(cells):
            rows.append(cells)
    if rows and all(len(row) == 1 for row in rows):
        yield from (Block(text=row[0]) for row in rows)
    elif rows:
        yield Block(text="\n".join(map(row_text, rows)), kind="table", header_lines=1 if len(rows) > 1 else 0)


def _children(element: Element, name: str, depth: int = 0) -> Iterator[Element]:
    """Yield the nearest elements of that name, also inside content controls."""
    for child in element:
        if local(child) == name:
            yield child
        elif local(child) not in _SKIPPED and local(child) != "tbl" and depth < _MAX_DEPTH:
            yield from _children(child, name, depth + 1)


def _paragraphs(cell: Element) -> Iterator[Element]:
    return (element for element in cell.iter() if local(element) == "p")
