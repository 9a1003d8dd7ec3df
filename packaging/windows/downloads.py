"""What the Windows build fetches: one file at a time, pinned by SHA-256, kept between builds."""

from __future__ import annotations

import hashlib
import os
import urllib.request
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin

_SECONDS = 120
_CHUNK = 1 << 20


class HashMismatch(Exception):
    """A file is not the one that was pinned."""


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def require(path: Path, sha256: str) -> Path:
    """Return the path. Raises HashMismatch, and deletes the file, if it holds something else."""
    found = sha256_of(path)
    if found != sha256:
        path.unlink()
        raise HashMismatch(f"{path.name} has SHA-256 {found}, but {sha256} was pinned")
    return path


def fetch(url: str, target: Path, sha256: str | None = None) -> Path:
    """Download to `target` unless it is there. Raises OSError, HashMismatch."""
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + ".part")
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer, part.open("wb") as file:
            while piece := answer.read(_CHUNK):
                file.write(piece)
        os.replace(part, target)
    return target if sha256 is None else require(target, sha256)


def from_index(index: str, package: str, file: str, sha256: str, folder: Path) -> Path:
    """Fetch one pinned file of a package from a package index; nothing of it is run. Raises OSError, HashMismatch."""
    target = folder / file
    if target.exists():
        return require(target, sha256)
    page = f"{index.rstrip('/')}/{package}/"
    with urllib.request.urlopen(page, timeout=_SECONDS) as answer:
        links = _Links(answer.geturl())
        links.feed(answer.read().decode("utf-8"))
    url = next((link for link in links.found if link.rpartition("/")[2] == file), None)
    if url is None:
        raise HashMismatch(f"the package index has no {file}")
    return fetch(url, target, sha256)


class _Links(HTMLParser):
    """Collects where a page's links lead."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._base = base

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (target := dict(attrs).get("href")):
            self.found.append(urldefrag(urljoin(self._base, target)).url)


def contents_digest(archive: Path) -> str:
    """Return one digest over the names and contents of a zip's files, however and in whichever folder it was packed."""
    with zipfile.ZipFile(archive) as opened:
        digests = {
            name.rpartition("/")[2]: hashlib.sha256(opened.read(name)).hexdigest()
            for name in opened.namelist()
            if not name.endswith("/")
        }
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
    return hashlib.sha256(lines.encode()).hexdigest()
