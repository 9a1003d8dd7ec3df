"""What to tell the model beside an error: the columns of its tables, the files that are there, what may be imported."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_FRAMES, _COLUMNS, _FILES = 3, 30, 20
_CUT = 60


def for_error(error: BaseException, namespace: Mapping[str, Any], files: Callable[[], list[str]]) -> str | None:
    """Return a sentence or two where the cause of an error is known."""
    if isinstance(error, FileNotFoundError):
        return _files(error, files)
    if isinstance(error, KeyError | AttributeError | ValueError | IndexError) and (hint := _columns(error, namespace)):
        return hint
    if isinstance(error, ValueError) and (hint := _lengths(error, namespace)):
        return hint
    for kind, hint in _FIXED:
        if isinstance(error, kind):
            return hint
    if isinstance(error, NameError):
        return _names(error, namespace)
    if isinstance(error, OSError) and error.errno in (1, 13, 38):
        return "Only files in /mnt/data can be used; there is no network and no other program here."
    return None


_FIXED: tuple[tuple[type[BaseException], str], ...] = (
    (UnicodeDecodeError, "The file is not UTF-8: try encoding='gbk' (Chinese), 'utf-8-sig' or 'latin-1'."),
    (MemoryError, "The memory of this session is used up: work on fewer rows or columns, or in pieces."),
    (
        ModuleNotFoundError,
        "Only the standard library and pandas, numpy, scipy, matplotlib, openpyxl and Pillow are there;"
        " packages cannot be installed.",
    ),
    (EOFError, "Nobody can answer input() here."),
    (RecursionError, "The recursion never ends: check its stopping condition."),
)


def _files(error: FileNotFoundError, files: Callable[[], list[str]]) -> str:
    there = files()
    if not there:
        return "There are no files in /mnt/data."
    listed = ", ".join(name[:_CUT] for name in there[:_FILES]) + (" …" if len(there) > _FILES else "")
    near = _near(Path(str(error.filename or "")).name, there)
    return f"Files in /mnt/data: {listed}." + (f" Did you mean '{near}'?" if near else "")


def _columns(error: BaseException, namespace: Mapping[str, Any]) -> str | None:
    """Name the columns of the tables that lack what the error is about."""
    text = str(error)
    if isinstance(error, AttributeError) and "DataFrame" not in text:
        return None
    if isinstance(error, ValueError | IndexError) and "column" not in text.lower():
        return None
    quoted = re.findall(r"'([^']+)'", text) or [text.strip("'\"")]
    wanted = quoted[0] if text.startswith(("None of", '"None of')) else quoted[-1]
    parts: list[str] = []
    for name, value in list(namespace.items()):
        if type(value).__name__ != "DataFrame" or name.startswith("_") or len(parts) == _FRAMES:
            continue
        names = [str(column)[:_CUT] for column in list(value.columns)[: _COLUMNS + 1]]
        listed = ", ".join(names[:_COLUMNS]) + (" …" if len(names) > _COLUMNS else "")
        near = _near(wanted, names)
        parts.append(f"{name} has the columns: {listed}." + (f" Did you mean '{near}'?" if near else ""))
    return " ".join(parts) or None


def _lengths(error: ValueError, namespace: Mapping[str, Any]) -> str | None:
    """Name the grouped result whose own index is what a plot wants as its other half."""
    found = re.search(r"same first dimension, but have shapes \((\d+),\) and \((\d+),", str(error))
    if not found or found[1] == found[2]:
        return None
    for name, value in list(namespace.items()):
        if type(value).__name__ == "Series" and not name.startswith("_") and str(len(value)) in found.groups():
            groups = value.index.name
            if groups is not None:
                return (
                    f"{name} has {len(value)} values, one for each {str(groups)[:_CUT]!r}:"
                    f" plot {name}.index against {name}.values."
                )
    return "The two have different lengths: take both from the same table."


def _names(error: NameError, namespace: Mapping[str, Any]) -> str | None:
    known = [name for name in namespace if not name.startswith("_")]
    near = _near(getattr(error, "name", "") or "", known)
    return f"Did you mean '{near}'?" if near else None


def _near(wanted: str, known: list[str]) -> str | None:
    by_fold = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(wanted.casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found and by_fold[found[0]] != wanted else None
