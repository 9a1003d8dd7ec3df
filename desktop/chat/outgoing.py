"""What is on its way to the engine: letters with their files, those that wait their turn, and drafts; knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Literal

Use = Literal["search", "code", "image"]
USES: tuple[Use, ...] = ("search", "code", "image")

_IMAGES = frozenset((".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"))
_DATA = frozenset(
    (
        *(".csv", ".tsv", ".xlsx", ".xls", ".json", ".jsonl", ".parquet", ".db", ".sqlite", ".npy", ".zip", ".tar"),
        *(".py", ".ipynb", ".xml", ".yaml", ".yml", ".toml"),
    )
)
# What holds no text to be searched; everything else may, and its reader decides.
_NO_TEXT = _IMAGES | frozenset(
    (
        *(".mp3", ".wav", ".ogg", ".flac", ".m4a", ".mp4", ".mov", ".mkv", ".avi", ".webm", ".heic", ".tif", ".tiff"),
        *(".exe", ".dll", ".so", ".dylib", ".bin", ".iso", ".dmg", ".gguf", ".zip", ".7z", ".rar", ".gz", ".tar"),
        *(".parquet", ".db", ".sqlite", ".npy", ".pkl", ".ttf", ".otf"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file that goes with a message. `done` from 0 to 1 while it is copied; `problem` is (code, sentence)."""

    key: int
    name: str
    size: int
    use: Use
    file_id: str | None = None
    done: float = 0.0
    problem: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be sent: its text and the files that go with it."""

    text: str
    files: tuple[Attached, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.text.strip() and not self.files

    def attachments(self) -> list[dict[str, Any]]:
        """Return the attachments in the API's shape."""
        tools = {"search": "file_search", "code": "code_interpreter"}
        return [
            {"file_id": file.file_id, "tools": [{"type": tools[file.use]}]} for file in self.files if file.use in tools
        ]

    def images(self) -> list[str]:
        """Return the ids of the pictures that are shown in the message."""
        return [file.file_id for file in self.files if file.use == "image" and file.file_id is not None]

    def joined(self, other: Letter) -> Letter:
        """Return one letter that says this, and then the other."""
        text = "\n\n".join(each for each in (self.text, other.text) if each.strip())
        return Letter(text, (*self.files, *other.files))


class Queue:
    """Letters that wait until the answer at work in their thread is done."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Letter]] = {}

    def of(self, thread_id: str | None) -> tuple[Letter, ...]:
        """Return what waits in a thread, the next one first."""
        return tuple(self._waiting.get(thread_id or "", ()))

    def add(self, thread_id: str, letter: Letter) -> None:
        self._waiting.setdefault(thread_id, []).append(letter)

    def take(self, thread_id: str, number: int = 0) -> Letter | None:
        """Remove and return a letter, None if there is none."""
        waiting = self._waiting.get(thread_id, [])
        if not 0 <= number < len(waiting):
            return None
        letter = waiting.pop(number)
        if not waiting:
            del self._waiting[thread_id]
        return letter

    def take_all(self, thread_id: str) -> Letter | None:
        """Remove everything that waits in a thread and return it as one letter."""
        letter: Letter | None = None
        while (following := self.take(thread_id)) is not None:
            letter = following if letter is None else letter.joined(following)
        return letter


def use_of(name: str) -> Use:
    """Return what a file with this name is most likely meant for."""
    suffix = PurePath(name).suffix.lower()
    return "image" if suffix in _IMAGES else "code" if suffix in _DATA else "search"


def usable(name: str, use: Use) -> bool:
    """Return whether a file with this name can be used so."""
    suffix = PurePath(name).suffix.lower()
    match use:
        case "image":
            return suffix in _IMAGES
        case "search":
            return suffix not in _NO_TEXT
        case _:
            return True
