"""JSON and JSON lines: records of the same shape are a table, others are written out field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from engine.retrieval.document import Block
from engine.retrieval.parsing.delimited import row_text
from engine.retrieval.parsing.limits import MAX_COLUMNS
from engine.retrieval.parsing.plaintext import read_text
from engine.retrieval.problems import Unreadable

_TABLE_COLUMNS = 24
_CELL = 200
_MAX_DEPTH = 32


def read(path: Path) -> Iterator[Block]:
    """Yield the records of a .json or .jsonl file. Raises Unreadable if it is not JSON."""
    text = read_text(path)
    yield from blocks(text)


def blocks(text: str) -> Iterator[Block]:
    """Yield a JSON text, or one with a JSON value on every line."""
    try:
        value = json.loads(text)
    except RecursionError:
        raise Unreadable("The JSON in this file is nested too deeply.") from None
    except ValueError:
        yield from _lines(text)
        return
    if isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
        yield from _records(value, lines=None)
    elif isinstance(value, dict):
        for key, entry in value.items():
            if isinstance(entry, list) and len(entry) > 1 and all(isinstance(each, dict) for each in entry):
                yield Block(text=str(key), kind="heading", level=1)
                yield from _records(entry, lines=None)
            else:
                yield Block(text="\n".join(_fields(entry, str(key))))
    else:
        yield Block(text="\n".join(_fields(value, "")))


def _lines(text: str) -> Iterator[Block]:
    values, numbers = [], []
    broken = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            values.append(json.loads(line))
            numbers.append(number)
        except (ValueError, RecursionError):
            broken += 1
            if broken > 10 and broken > len(values):
                raise Unreadable(f"This is not JSON: line {number} and others before it cannot be read.") from None
    if not values:
        raise Unreadable("There is no JSON value in this file that could be read.")
    yield from _records(values, lines=numbers)


def _records(values: Sequence[Any], *, lines: Sequence[int] | None) -> Iterator[Block]:
    keys = _columns(values)
    if keys:
        rows = [row_text([_cell(value.get(key)) for key in keys]) for value in values]
        yield Block(text="\n".join([row_text(keys), *rows]), kind="table", header_lines=1)
        return
    for index, value in enumerate(values):
        # One line of the file becomes several of text, so only where it begins is known.
        yield Block(text="\n".join(_fields(value, "")), line=lines[index] if lines else None)


def _columns(values: Sequence[Any]) -> list[str]:
    """Return the common keys if the values are flat records of one shape with short fields, else nothing."""
    keys: dict[str, None] = {}
    for value in values:
        if not isinstance(value, dict) or any(_is_long(entry) for entry in value.values()):
            return []
        keys.update(dict.fromkeys(map(str, value)))
        if len(keys) > _TABLE_COLUMNS:
            return []
    filled = sum(len(value) for value in values)
    return list(keys) if filled >= 0.6 * len(keys) * len(values) else []


def _is_long(entry: Any) -> bool:
    return isinstance(entry, dict | list) or (isinstance(entry, str) and len(entry) > _CELL)


def _cell(entry: Any) -> str:
    if entry is None:
        return ""
    return entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False)


def _fields(value: Any, path: str, depth: int = 0) -> Iterator[str]:
    """Yield `path.to.field: value` lines."""
    if isinstance(value, dict) and value and depth < _MAX_DEPTH:
        for key, entry in list(value.items())[: MAX_COLUMNS * 4]:
            yield from _fields(entry, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, list) and any(isinstance(entry, dict | list) for entry in value) and depth < _MAX_DEPTH:
        for index, entry in enumerate(value):
            yield from _fields(entry, f"{path}[{index}]", depth + 1)
    else:
        yield f"{path}: {_cell(value)}" if path else _cell(value)
