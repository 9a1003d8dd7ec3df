"""The first lines of a user's text files, in words for the model: it writes better code when it knows the columns."""

from __future__ import annotations

import csv
import re
from pathlib import Path

_READ = 16 * 1024
_TABLES = (".csv", ".tsv", ".tab")
_TEXTS = (".txt", ".md", ".json", ".jsonl", ".log", ".xml", ".yaml", ".yml", ".py", ".sql", ".html")
_COLUMNS, _CELL, _ROWS, _LINE = 30, 40, 2, 160
# Byte order marks and UTF-8 first; Chinese files of older programs come in GB 18030, which takes nearly anything.
_ENCODINGS = ("utf-8-sig", "gb18030")
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


def preview(path: Path, name: str) -> str:
    """Return what stands at the beginning of a file, on one line; "" for anything that is not text. Never raises."""
    suffix = Path(name).suffix.lower()
    if suffix not in _TABLES + _TEXTS:
        return ""
    try:
        with path.open("rb") as stream:
            untrusted = stream.read(_READ)
    except OSError:
        return ""
    text, encoding = _decoded(untrusted)
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return ""
    said = _table(lines) if suffix in _TABLES else f"begins: {_plain(lines[0], _LINE)}"
    return said if encoding == _ENCODINGS[0] else f"{said}; encoding='{encoding}'"


def _decoded(untrusted: bytes) -> tuple[str, str]:
    """Return the text and its encoding; the last line is left out if it may be cut off."""
    if b"\x00" in untrusted:
        return "", ""
    whole = untrusted.rpartition(b"\n")[0] if len(untrusted) == _READ else untrusted
    for encoding in _ENCODINGS:
        try:
            return whole.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return "", ""


def _table(lines: list[str]) -> str:
    separator = max(",;\t|", key=lines[0].count)
    try:
        rows = list(csv.reader(lines[: _ROWS + 1], delimiter=separator))
    except csv.Error:
        return f"begins: {_plain(lines[0], _LINE)}"
    columns, *first = [_cells(row) for row in rows]
    said = f"columns: {columns}"
    if separator != ",":
        said += f"; separated by {separator!r}"
    if first:
        said += f"; first rows: {' | '.join(first)}"
    return said


def _cells(row: list[str]) -> str:
    shown = [_plain(cell, _CELL) for cell in row[:_COLUMNS]]
    return ", ".join(shown) + (" …" if len(row) > _COLUMNS else "")


def _plain(text: str, most: int) -> str:
    cleaned = _ODD.sub(" ", text).strip()
    return cleaned if len(cleaned) <= most else cleaned[: most - 1] + "…"
