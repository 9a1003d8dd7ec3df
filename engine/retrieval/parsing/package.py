"""Files that are zip archives of XML (Office, EPUB): opened without trust in their sizes, names or entities."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import defusedxml  # type: ignore[import-untyped]
import defusedxml.ElementTree  # type: ignore[import-untyped]

from engine.retrieval.problems import Unreadable

_MAX_ENTRIES = 50_000
_MAX_PART = 256 * 1024**2
_MAX_TOTAL = 512 * 1024**2
_PIECE = 1024**2


class Package:
    """An open archive. What is read from it is counted as it unpacks, whatever its directory says."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._read = 0
        self.names = frozenset(archive.namelist())

    def read(self, name: str) -> bytes:
        """Return one member. Raises Unreadable if it is missing, damaged, locked or unpacks to far too much."""
        try:
            with self._archive.open(name) as stream:
                pieces = []
                size = 0
                while piece := stream.read(_PIECE):
                    size += len(piece)
                    self._read += len(piece)
                    if size > _MAX_PART or self._read > _MAX_TOTAL:
                        raise Unreadable(
                            "This file unpacks to far more than a document holds, as files made to do harm do. "
                            "It is not read."
                        )
                    pieces.append(piece)
                return b"".join(pieces)
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
            raise broken() from None
        except RuntimeError:
            raise Unreadable("This file is locked with a password. Save it without one and add it again.") from None

    def xml(self, name: str) -> Element:
        """Return the root of an XML member. Raises Unreadable."""
        return parse_xml(self.read(name))

    def relations(self, name: str) -> dict[str, str]:
        """Return which members a member refers to, by the ids it uses for them."""
        folder, file = posixpath.split(name)
        listing = posixpath.join(folder, "_rels", f"{file}.rels")
        if listing not in self.names:
            return {}
        found = {}
        for relation in self.xml(listing):
            if relation.get("TargetMode") != "External":
                target = relation.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                found[relation.get("Id", "")] = posixpath.normpath(path)
        return found


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """Open an archive. Raises Unreadable."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise broken() from None
    with archive:
        if len(archive.infolist()) > _MAX_ENTRIES:
            raise Unreadable("This file holds far more parts than a document does. It is not read.")
        yield Package(archive)


def parse_xml(untrusted: bytes) -> Element:
    """Return the root element; document types and entities, which can explode, are refused. Raises Unreadable."""
    try:
        root: Any = defusedxml.ElementTree.fromstring(untrusted, forbid_dtd=False, forbid_entities=True)
    except (ParseError, defusedxml.DefusedXmlException, ValueError, LookupError):
        raise broken() from None
    if not isinstance(root, Element):
        raise broken()
    return root


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    tag: Any = element.tag  # comments have a function here
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """Return an attribute by its name without namespace."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def broken() -> Unreadable:
    return Unreadable(
        "This file is damaged or not what its name says. Open it in its own program, save it, and add it again."
    )
