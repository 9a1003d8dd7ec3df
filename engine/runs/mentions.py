"""Finds in a growing answer what it cites and offers: passages by their marker, produced files by their path; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.types import JsonObject

_CITATION = re.compile(r"【\d{1,4}:\d{1,4}†[^】\n]{0,80}】")
_OPEN_CITATION = re.compile(r"【[^】\n]{0,100}\Z")
_PATH_START = "sandbox:/mnt/data/"
_LONGEST_PATH = 300


class Mentions:
    """Feed it the text; it passes it on with annotations, and drops markers that point nowhere."""

    def __init__(self, files: Mapping[str, str]) -> None:
        """`files`: marker or path -> file id."""
        self._files = files
        self._paths = sorted((name for name in files if name.startswith(_PATH_START)), key=len, reverse=True)
        self._held = ""
        self._length = 0  # of the text passed on so far

    def feed(self, text: str) -> tuple[str, tuple[JsonObject, ...]]:
        """Return what is certain, and the annotations in it."""
        return self._pass(text, final=False)

    def finish(self) -> tuple[str, tuple[JsonObject, ...]]:
        """Return what was held back."""
        return self._pass("", final=True)

    def _pass(self, text: str, *, final: bool) -> tuple[str, tuple[JsonObject, ...]]:
        text = self._held + text
        end = len(text) if final else self._certain(text)
        certain, self._held = text[:end], text[end:]
        passed: list[str] = []
        annotations: list[JsonObject] = []
        position = 0
        for start, stop, name in self._found(certain):
            passed.append(certain[position:start])
            position = stop
            file_id = self._files.get(name)
            if file_id is None:
                continue  # a marker that points nowhere says nothing
            at = self._length + sum(map(len, passed))
            passed.append(name)
            annotations.append(_annotation(name, at, file_id))
        passed.append(certain[position:])
        said = "".join(passed)
        self._length += len(said)
        return said, tuple(annotations)

    def _certain(self, text: str) -> int:
        """Return how much of the text cannot become part of a mention any more."""
        opened = _OPEN_CITATION.search(text)
        end = opened.start() if opened else len(text)
        for path in self._paths:
            for size in range(min(len(path), _LONGEST_PATH), 0, -1):
                if text[:end].endswith(path[:size]) and size >= 1:
                    return min(end, len(text[:end]) - size)
        return end

    def _found(self, text: str) -> list[tuple[int, int, str]]:
        found = [(match.start(), match.end(), match[0]) for match in _CITATION.finditer(text)]
        for path in self._paths:
            start = text.find(path)
            while start >= 0:
                if not any(a <= start < b for a, b, _ in found):
                    found.append((start, start + len(path), path))
                start = text.find(path, start + len(path))
        return sorted(found)


def _annotation(name: str, start: int, file_id: str) -> JsonObject:
    kind = "file_path" if name.startswith(_PATH_START) else "file_citation"
    return {
        "type": kind,
        "text": name,
        "start_index": start,
        "end_index": start + len(name),
        kind: {"file_id": file_id},
    }
