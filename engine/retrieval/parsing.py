"""Files as documents: text in blocks that know where they stood."""

from __future__ import annotations

import codecs
from pathlib import Path

from engine.errors import FiresideError
from engine.retrieval.document import Block, Document

MAX_BYTES = 200 * 1024**2
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b")


class Unreadable(FiresideError):
    """The file is of a kind we know, but broken, empty or too large."""

    code = "invalid_file"


class Unsupported(Unreadable):
    """The file is of a kind we cannot read."""

    code = "unsupported_file"


def parse(path: Path, filename: str) -> Document:
    """Read the file at `path`, known to its owner as `filename`. Raises Unreadable, Unsupported, OSError."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise Unreadable(
            f"The file has {size / 1024**2:.0f} MB; up to {MAX_BYTES // 1024**2} MB can be searched. Split it.",
            size=size,
        )
    text = _decode(path.read_bytes(), filename)
    if not text.strip():
        raise Unreadable("There is no text in this file.")
    return Document(blocks=(Block(text=text.replace("\r\n", "\n").replace("\r", "\n"), line=1),))


def _decode(untrusted: bytes, filename: str) -> str:
    for mark, encoding in _BOMS:
        if untrusted.startswith(mark):
            return _strict(untrusted, encoding)
    if untrusted.startswith(_BINARY) or b"\0" in untrusted[:8192]:
        kind = Path(filename).suffix.lower() or "without an extension"
        raise Unsupported(f"Files of this kind ({kind[:16]}) cannot be read as text yet. Save it as text and add that.")
    for encoding in ("utf-8", "gb18030"):
        try:
            return untrusted.decode(encoding)
        except UnicodeDecodeError:
            continue
    return untrusted.decode("latin-1")


def _strict(untrusted: bytes, encoding: str) -> str:
    try:
        return untrusted.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable(f"The text is not sound {encoding.upper()}. Save it as UTF-8 and add it again.") from None
