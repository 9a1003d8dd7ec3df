"""Finds in a growing answer what it cites and offers: passages by their marker, produced files by their path; pure.

Small models often forget the markers. So each line may get those of the passages it says the same as, when it ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from engine.types import JsonObject

# Some models leave out the word after the numbers.
_CITATION = re.compile(r"【(\d{1,4}):(\d{1,4})(†[^】\n]{0,80})?】")
_OPEN_CITATION = re.compile(r"【[^】\n]{0,100}\Z")
_SCHEME = "sandbox:"
_PATH_START = f"{_SCHEME}/mnt/data/"
_LONGEST_PATH = 300


class Mentions:
    """Feed it the text; it passes it on with annotations, and drops markers that point nowhere."""

    def __init__(self, files: Mapping[str, str], missing: Callable[[str], Sequence[str]] | None = None) -> None:
        """`files`: marker or path -> file id. `missing`: from a line of the answer to the markers it lacks."""
        self._markers = {_place(match): name for name in files if (match := _CITATION.fullmatch(name))}
        self._unnamed = [name for name in files if name.startswith(_PATH_START)]
        # Models leave the scheme out, too.
        self._files = {**files, **{name.removeprefix(_SCHEME): files[name] for name in self._unnamed}}
        self._paths = sorted((name for name in self._files if not name.startswith("【")), key=len, reverse=True)
        self._missing = missing
        self._held = ""
        self._line = ""  # what has been passed on of the present line
        self._length = 0  # of the text passed on so far

    def feed(self, text: str) -> tuple[str, tuple[JsonObject, ...]]:
        """Return what is certain, and the annotations in it."""
        return self._pass(text, final=False)

    def finish(self, *, name_all: bool = False) -> tuple[str, tuple[JsonObject, ...]]:
        """Return what was held back; with `name_all` also a link to each produced file the text did not name."""
        text, annotations = self._pass("", final=True)
        if name_all and self._unnamed:
            links = "\n".join(map(_link, self._unnamed))
            more, named = self._pass(f"\n\n{links}" if self._length else links, final=True)
            return text + more, annotations + named
        return text, annotations

    def _pass(self, text: str, *, final: bool) -> tuple[str, tuple[JsonObject, ...]]:
        text = self._held + text
        end = len(text) if final else self._certain(text)
        certain, self._held = text[:end], text[end:]
        said: list[str] = []
        annotations: list[JsonObject] = []

        def say(part: str, *, names_file: bool = False) -> None:
            if names_file:
                at = self._length + sum(map(len, said))
                annotations.append(_annotation(part, at, self._files[part]))
                self._unnamed = [name for name in self._unnamed if not name.endswith(part)]
            said.append(part)
            self._line += part

        position = 0
        for start, stop, name in self._found(certain):
            before, position = certain[position:start], stop
            if name in self._files:
                self._say(before, say, goes_on=True)
                say(name, names_file=True)
            else:
                self._say(before, say)  # a marker that points nowhere says nothing
        self._say(certain[position:], say)
        if final:
            self._end_line(say)
        passed = "".join(said)
        self._length += len(passed)
        return passed, tuple(annotations)

    def _say(self, text: str, say: Callable[..., None], *, goes_on: bool = False) -> None:
        """Pass text on, its lines each with the markers it lacks; `goes_on`: a marker follows, maybe on a new line."""
        while self._missing is not None and "\n" in text and not (goes_on and not text.strip()):
            line, _, text = text.partition("\n")
            body = line.rstrip()
            say(body)
            if goes_on and not text.strip():
                text = f"{line[len(body) :]}\n{text}"
                break
            self._end_line(say)
            say(f"{line[len(body) :]}\n")
            self._line = ""
        say(text)

    def _end_line(self, say: Callable[..., None]) -> None:
        for marker in self._missing(self._line) if self._missing is not None else ():
            say(marker, names_file=True)

    def _certain(self, text: str) -> int:
        """Return how much of the text cannot become part of a mention any more."""
        opened = _OPEN_CITATION.search(text)
        end = opened.start() if opened else len(text)
        if self._missing is not None:
            end = len(text[:end].rstrip())  # whether a line is over, and without a marker, is known by what follows
        for path in self._paths:
            for size in range(min(len(path), _LONGEST_PATH), 0, -1):
                if text[:end].endswith(path[:size]) and size >= 1:
                    return min(end, len(text[:end]) - size)
        return end

    def _found(self, text: str) -> list[tuple[int, int, str]]:
        found = []
        for match in _CITATION.finditer(text):
            name = self._markers.get(_place(match))
            if name is not None or match[3]:
                found.append((match.start(), match.end(), name or match[0]))
        for path in self._paths:
            start = text.find(path)
            while start >= 0:
                if not any(a <= start < b for a, b, _ in found):
                    found.append((start, start + len(path), path))
                start = text.find(path, start + len(path))
        return sorted(found)


def _link(path: str) -> str:
    label = path.removeprefix(_PATH_START).translate({ord("["): "(", ord("]"): ")"})
    target = f"<{path}>" if any(character in path for character in " ()") else path
    return f"[{label}]({target})" if not any(character in path for character in "<>") else path


def _annotation(name: str, start: int, file_id: str) -> JsonObject:
    kind = "file_citation" if name.startswith("【") else "file_path"
    return {
        "type": kind,
        "text": name,
        "start_index": start,
        "end_index": start + len(name),
        kind: {"file_id": file_id},
    }


def _place(match: re.Match[str]) -> tuple[int, int]:
    return int(match[1]), int(match[2])
