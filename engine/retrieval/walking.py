"""Walks a folder of somebody's files: what in it can be searched, and what is passed over."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

MAX_FILES = 20_000
_MAX_LOOKED_AT = 400_000
_MAX_DEPTH = 48
_FOLDERS = frozenset(
    ("node_modules", "__pycache__", "site-packages", "venv", "lost+found", "$recycle.bin", "system volume information")
)
_FILES = ("~$*", "*~", "*.tmp", "*.temp", "*.part", "*.partial", "*.crdownload", "*.download", "*.swp", "*.swo")
_NAMES = frozenset(("thumbs.db", "desktop.ini", "icon\r"))
# What holds no text, whatever it is about; named by its owner one by one it is tried all the same.
_NO_TEXT = re.compile(
    r"\.(7z|a|aac|ai|apk|app|avi|bin|bmp|br|bz2|class|db|deb|dll|dmg|dylib|eot|exe|flac|flv|gguf|gif|gz|heic|heif|icns"
    r"|ico|img|iso|jar|jpeg|jpg|lib|lz4|m4a|m4v|mdb|midi?|mkv|mov|mp[34]|mpe?g|msi|np[yz]|o|obj|ogg|opus|otf|parquet|pkl"
    r"|png|psd|pth?|py[co]|rar|raw|rpm|safetensors|so|sqlite3?|svgz|tar|tgz|tiff?|ttf|wasm|wav|web[mp]|wm[av]|woff2?|xz"
    r"|zip|zst)$"
)
_HIDDEN_WINDOWS, _HIDDEN_MAC = 0x2, 0x8000


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file as it was seen: `path` below the folder with slashes, bytes, and the time of its last change."""

    path: str
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Walked:
    """What is in a folder. `unread` are folders below it that could not be listed; `full` says that there was more."""

    files: dict[str, SeenFile]
    passed_over: int = 0
    unread: tuple[str, ...] = ()
    full: bool = False
    empty: bool = False


def walk(
    root: Path, *, ignored: tuple[str, ...] = (), most: int = MAX_FILES, stop: Callable[[], bool] = lambda: False
) -> Walked:
    """Return the files below `root` that can be searched, at most `most`; links are not followed.

    `ignored` are patterns such as "drafts/*" or "*.log", for paths below the folder or for names; a star may stand for
    slashes too. Hidden files, those that programs leave while they work, and kinds without text are passed over.
    Raises OSError for the root itself.
    """
    files: dict[str, SeenFile] = {}
    unread: list[str] = []
    passed_over = looked_at = 0
    waiting: list[tuple[str, int]] = [("", 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            entries = list(_entries(root, folder))
        except OSError:
            if not folder:
                raise
            unread.append(folder)
            continue
        for entry, path in entries:
            looked_at += 1
            if stop() or looked_at > _MAX_LOOKED_AT or len(files) >= most:
                return Walked(files, passed_over, tuple(unread), full=True)
            try:
                found = entry.stat(follow_symlinks=False)
            except OSError:
                continue  # gone between two looks
            if stat.S_ISDIR(found.st_mode):
                if depth < _MAX_DEPTH and not _passed_over(entry.name, path, found, ignored, folder=True):
                    waiting.append((path, depth + 1))
            elif not stat.S_ISREG(found.st_mode) or _passed_over(entry.name, path, found, ignored):
                passed_over += not entry.name.startswith(".")
            else:
                files[path] = SeenFile(path, found.st_size, found.st_mtime_ns)
    return Walked(files, passed_over, tuple(unread), empty=looked_at == 0)


def _entries(root: Path, folder: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    with os.scandir(root / folder if folder else root) as entries:
        for entry in sorted(entries, key=lambda each: each.name, reverse=True):
            yield entry, f"{folder}/{entry.name}" if folder else entry.name


def _passed_over(
    name: str, path: str, found: os.stat_result, ignored: tuple[str, ...], *, folder: bool = False
) -> bool:
    low = name.lower()
    if name.startswith(".") or _is_hidden(found) or not _can_be_written_down(name):
        return True
    if any(fnmatchcase(low, each.lower()) or fnmatchcase(path.lower(), each.lower()) for each in ignored):
        return True
    if folder:
        return low in _FOLDERS
    return low in _NAMES or any(fnmatchcase(low, each) for each in _FILES) or bool(_NO_TEXT.search(low))


def _is_hidden(found: os.stat_result) -> bool:
    windows, mac = getattr(found, "st_file_attributes", 0), getattr(found, "st_flags", 0)
    return bool(windows & _HIDDEN_WINDOWS or mac & _HIDDEN_MAC)


def _can_be_written_down(name: str) -> bool:
    """Tell whether a name is text: some systems let it be any bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
