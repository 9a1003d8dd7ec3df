"""Presentations: a slide is a page; its title, texts, tables and notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from engine.retrieval.document import Block
from engine.retrieval.folding import collapse, plain
from engine.retrieval.parsing.delimited import row_text
from engine.retrieval.parsing.package import Package, attribute, broken, local, opened

_MAIN = "ppt/presentation.xml"
_NUMBER = re.compile(r"(\d+)\.xml$")
_TITLES = frozenset(("title", "ctrTitle"))
_FURNITURE = frozenset(("sldNum", "dt", "ftr", "hdr", "sldImg"))


def read(path: Path) -> Iterator[Block]:
    """Yield the blocks of a .pptx file. Raises Unreadable."""
    with opened(path) as package:
        for number, name in enumerate(_slides(package), 1):
            yield from _slide(package.xml(name), number)
            notes = [target for target in package.relations(name).values() if "/notesSlides/" in target]
            for target in notes[:1]:
                if target in package.names:
                    yield from (
                        Block(text=block.text, page=number)
                        for block in _slide(package.xml(target), number)
                        if block.kind != "heading"
                    )


def _slides(package: Package) -> list[str]:
    """Return the slides in the order they are shown."""
    if _MAIN not in package.names:
        raise broken()
    targets = package.relations(_MAIN)
    shown = []
    for element in package.xml(_MAIN).iter():
        if local(element) == "sldId":
            identity = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
            if targets.get(identity) in package.names:
                shown.append(targets[identity])
    if shown:
        return shown
    names = [name for name in package.names if name.startswith("ppt/slides/slide")]
    return sorted(names, key=lambda name: int(found[1]) if (found := _NUMBER.search(name)) else 0)


def _slide(root: Element, number: int) -> Iterator[Block]:
    blocks = [block for shape in _shapes(root) for block in _shape(shape, number)]
    # The title may come last in the file.
    yield from (block for block in blocks if block.kind == "heading")
    yield from (block for block in blocks if block.kind != "heading")


def _shapes(parent: Element, depth: int = 0) -> Iterator[Element]:
    for element in parent:
        if local(element) in ("sp", "graphicFrame"):
            yield element
        elif local(element) != "Fallback" and depth < 50:
            yield from _shapes(element, depth + 1)


def _shape(shape: Element, number: int) -> Iterator[Block]:
    kind = next((attribute(each, "type") or "" for each in shape.iter() if local(each) == "ph"), "")
    if kind in _FURNITURE:
        return
    rows = [element for element in shape.iter() if local(element) == "tr"]
    if rows:
        lines = [
            row_text([collapse(" ".join(_paragraphs(cell))) for cell in row if local(cell) == "tc"]) for row in rows
        ]
        yield Block(text="\n".join(lines), kind="table", header_lines=1 if len(lines) > 1 else 0, page=number)
        return
    paragraphs = [text for text in _paragraphs(shape) if text.strip()]
    if not paragraphs:
        return
    if kind in _TITLES:
        yield Block(text=collapse(" ".join(paragraphs)), kind="heading", level=1, page=number)
    else:
        yield Block(text="\n".join(paragraphs), page=number)


def _paragraphs(element: Element) -> Iterator[str]:
    for paragraph in element.iter():
        if local(paragraph) == "p":
            parts = []
            for entry in paragraph.iter():
                if local(entry) == "t":
                    parts.append(entry.text or "")
                elif local(entry) == "br":
                    parts.append(" ")
            yield plain("".join(parts)).strip()
