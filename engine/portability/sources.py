"""Reads a folder or a file of exported JSON within bounds, and finds the contents that lie beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import InvalidRequest
from engine.types import JsonObject

MAX_FILES = 100_000
MAX_JSON = 256 * 1024**2
MAX_LINE = 16 * 1024**2
_ENDINGS = (".json", ".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class Found:
    """One sequence of objects: the file it came from, the objects in their order, and what could not be read."""

    name: str
    untrusted_objects: list[JsonObject] = field(default_factory=list)
    problem: str = ""


class Source:
    """A folder with all below it, or one file with the folder around it for contents. Links are not followed."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise InvalidRequest(
                f"There is nothing at {path}. Check the path.", code="import_not_found", path=str(path)
            )
        self._root = path if path.is_dir() else path.parent
        files = sorted(_files_below(path)) if path.is_dir() else [path]
        self._json = [file for file in files if file.suffix.lower() in _ENDINGS]
        if path.is_file() and not self._json:
            raise InvalidRequest(
                f"{path.name} is not JSON: its name must end in .json, .jsonl or .ndjson.",
                code="import_not_json",
                path=str(path),
            )
        beside = files if path.is_dir() else _siblings(path)
        self._contents = [file for file in beside if file not in set(self._json)]

    def objects(self) -> Iterator[Found]:
        """Yield what each JSON file holds; a file that cannot be read is a problem, not an end."""
        for file in self._json:
            name = file.relative_to(self._root).as_posix()
            try:
                if file.suffix.lower() == ".json":
                    yield from _whole(file, name)
                else:
                    yield from _lines(file, name)
            except OSError as error:
                yield Found(name, problem=f"cannot be read: {error.strerror}")

    def content_of(self, file_id: str, filename: str) -> Path | None:
        """Return the file that holds a content: named by the id, with any ending, or by its own name."""
        by_id = [path for path in self._contents if file_id in (path.name, path.stem)]
        return next(iter([*by_id, *(path for path in self._contents if path.name == filename)]), None)

    def contents(self) -> list[Path]:
        """Return all files that are not JSON."""
        return list(self._contents)


def _files_below(folder: Path) -> Iterator[Path]:
    count = 0
    for base, folders, names in os.walk(folder):
        folders.sort()
        for name in names:
            path = Path(base, name)
            if path.is_symlink() or not path.is_file():
                continue
            count += 1
            if count > MAX_FILES:
                raise InvalidRequest(
                    f"{folder} has more than {MAX_FILES} files. Import a part of it.", code="import_too_large"
                )
            yield path


def _siblings(path: Path) -> list[Path]:
    return sorted(p for p in path.parent.iterdir() if p != path and p.is_file() and not p.is_symlink())


def _whole(file: Path, name: str) -> Iterator[Found]:
    if file.stat().st_size > MAX_JSON:
        yield Found(name, problem=f"is larger than {MAX_JSON // 1024**2} MB; split it into JSON lines")
        return
    try:
        untrusted = _parse(file.read_bytes())
    except ValueError:
        yield from _lines(file, name)  # some tools write lines into a .json
        return
    yield from _sequences(untrusted, name)


def _lines(file: Path, name: str) -> Iterator[Found]:
    objects: list[JsonObject] = []
    with file.open("rb") as opened:
        number = 0
        while line := opened.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                yield Found(
                    name, problem=f"line {number} is longer than {MAX_LINE // 1024**2} MB; nothing after it read"
                )
                break
            if not line.strip():
                continue
            try:
                untrusted = _parse(line)
            except ValueError:
                yield Found(f"{name}, line {number}", problem="is not JSON")
                if not objects and number > 1:
                    return
                continue
            if isinstance(untrusted, dict) and "data" not in untrusted:
                objects.append(untrusted)
            else:
                yield from _sequences(untrusted, f"{name}, line {number}")
    if objects:
        yield Found(name, objects)


def _parse(data: bytes) -> Any:
    try:
        return json.loads(data)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _sequences(untrusted: Any, name: str) -> Iterator[Found]:
    """Tell one object, a list page and a plain array apart."""
    if isinstance(untrusted, dict):
        untrusted = untrusted["data"] if isinstance(untrusted.get("data"), list) else [untrusted]
    if not isinstance(untrusted, list):
        yield Found(name, problem="is neither an object nor a list of objects")
        return
    objects = [entry for entry in untrusted if isinstance(entry, dict)]
    if len(objects) < len(untrusted):
        yield Found(name, problem=f"{len(untrusted) - len(objects)} entries are not objects")
    yield Found(name, objects)
