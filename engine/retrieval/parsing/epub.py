"""Electronic books: the chapters in reading order."""

from __future__ import annotations

import posixpath
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

from engine.retrieval.document import Block
from engine.retrieval.parsing import charset, markup
from engine.retrieval.parsing.package import Package, attribute, broken, local, opened
from engine.retrieval.problems import Unreadable

_CONTAINER = "META-INF/container.xml"
_RIGHTS = "META-INF/rights.xml"


def read(path: Path) -> Iterator[Block]:
    """Yield the blocks of an .epub file; `page` counts its parts in reading order. Raises Unreadable."""
    with opened(path) as package:
        if _RIGHTS in package.names:
            raise Unreadable("This book is locked by its publisher (DRM), so its text cannot be read.")
        for number, name in enumerate(_spine(package), 1):
            try:
                text = charset.decode(package.read(name), declared=True)
            except ValueError:
                continue
            yield from markup.blocks(text, page=number)


def _spine(package: Package) -> list[str]:
    """Return the members in reading order."""
    if _CONTAINER not in package.names:
        raise broken()
    listing = next((e for e in package.xml(_CONTAINER).iter() if local(e) == "rootfile"), None)
    path = (attribute(listing, "full-path") or "") if listing is not None else ""
    if path not in package.names:
        raise broken()
    root = package.xml(path)
    folder = posixpath.dirname(path)
    members = {
        element.get("id", ""): posixpath.normpath(posixpath.join(folder, urllib.parse.unquote(element.get("href", ""))))
        for element in root.iter()
        if local(element) == "item" and "html" in element.get("media-type", "")
    }
    spine = [members.get(element.get("idref", ""), "") for element in root.iter() if local(element) == "itemref"]
    return [name for name in spine if name in package.names]
