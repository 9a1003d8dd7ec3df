"""Which reader a file gets: by its name, unless its first bytes say it is something else."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.retrieval.document import Block, Document
from engine.retrieval.parsing import (
    code,
    delimited,
    docx,
    epub,
    mail,
    markdown,
    markup,
    pdf,
    plaintext,
    pptx,
    records,
    scans,
    word97,
    xlsx,
)
from engine.retrieval.parsing.limits import MAX_BYTES, bounded
from engine.retrieval.parsing.scans import Recognise
from engine.retrieval.problems import Unreadable, Unsupported

Progress = Callable[[int, int], None]
_Reader = Callable[[Path], Iterator[Block]]

_READERS: dict[str, _Reader] = {
    **dict.fromkeys(code.SUFFIXES, code.read),
    **dict.fromkeys((".md", ".markdown", ".mdx", ".rmd", ".qmd"), markdown.read),
    **dict.fromkeys((".html", ".htm", ".xhtml"), markup.read),
    **dict.fromkeys((".csv", ".tsv", ".tab"), delimited.read),
    **dict.fromkeys((".json", ".jsonl", ".ndjson", ".geojson"), records.read),
    **dict.fromkeys((".docx", ".docm", ".dotx"), docx.read),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx"), pptx.read),
    **dict.fromkeys((".xlsx", ".xlsm"), xlsx.read),
    ".doc": word97.read,
    ".epub": epub.read,
    ".eml": mail.read,
    ".ipynb": records.read,
}
_INSIDE_ZIP = (("word/", docx.read), ("ppt/", pptx.read), ("xl/", xlsx.read), ("META-INF/container.xml", epub.read))
_ZIPPED = frozenset((docx.read, pptx.read, xlsx.read, epub.read))
_MAGIC = 8
_PDF_WITHIN = 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_PICTURE_SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic"))
_ADVICE = "Save it as PDF, an Office document or text and add that."


def parse(
    path: Path,
    filename: str,
    on_progress: Progress = lambda _done, _total: None,
    recognise: Recognise | None = None,
) -> Document:
    """Read the file at `path`, known to its owner as `filename`, in any format this package knows.

    `on_progress` hears how many pages of how many are done, where there are pages. `recognise` reads pictures; without
    it they are refused. Raises Unreadable with a sentence for the owner, Unsupported if no reader is for it, OSError.
    """
    size = path.stat().st_size
    if not size:
        raise Unreadable("This file is empty.")
    if size > MAX_BYTES:
        raise Unreadable(
            f"This file has {size // 1024**2} MB; up to {MAX_BYTES // 1024**2} MB can be searched. Split it."
        )
    with path.open("rb") as stream:
        untrusted_start = stream.read(_PDF_WITHIN)
    suffix = Path(filename).suffix.lower()
    try:
        if b"%PDF-" in untrusted_start and suffix not in _READERS:
            document = pdf.read(path, on_progress, recognise)
        elif recognise is not None and _is_picture(untrusted_start, suffix):
            document = scans.read_picture(path, recognise, on_progress)
        else:
            document = Document(blocks=tuple(bounded(_reader(path, suffix, untrusted_start)(path))))
    except (MemoryError, RecursionError):
        raise Unreadable("This file is too large or too deeply nested to be read. Split it.") from None
    if not document.blocks:
        raise Unreadable("There is no text in this file.")
    return document


def _reader(path: Path, suffix: str, untrusted_start: bytes) -> _Reader:
    if zipfile.is_zipfile(path) and untrusted_start.startswith(b"PK"):
        return _zip_reader(path, suffix)
    if untrusted_start.startswith(_OLE):
        return _ole_reader(suffix)
    if _is_picture(untrusted_start, suffix):
        raise Unsupported(
            "Pictures are read only with text recognition (OCR), which is switched off in the settings, or not there."
        )
    reader = _READERS.get(suffix, plaintext.read)
    if reader in _ZIPPED or reader is word97.read or suffix == ".pdf":
        raise Unreadable(
            f"This is not a real {suffix} file, or it is damaged. Open it in its own program, save it, and try again."
        )
    return reader


def _is_picture(untrusted_start: bytes, suffix: str) -> bool:
    return untrusted_start.startswith(_PICTURES) or suffix in _PICTURE_SUFFIXES


def _zip_reader(path: Path, suffix: str) -> _Reader:
    named = _READERS.get(suffix)
    if named in _ZIPPED and named is not None:
        return named
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    for start, reader in _INSIDE_ZIP:
        if any(name.startswith(start) for name in names):
            return reader
    raise Unsupported("Archives are not opened. Unpack it and add the files in it.")


def _ole_reader(suffix: str) -> _Reader:
    if suffix in (".xls", ".ppt"):
        raise Unsupported(f"The old format {suffix} is not read. Save it as {suffix}x and add that.")
    if suffix in (".docx", ".xlsx", ".pptx"):
        raise Unreadable("This file is locked with a password. Save it without one and add it again.")
    if suffix == ".doc":
        return word97.read
    raise Unsupported(f"Files of this kind cannot be read. {_ADVICE}")
