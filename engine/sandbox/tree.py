"""Looking through and deleting folders that hostile code has filled: however deep, many and unreadable."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

DEPTH = 32


class TooDeep(Exception):
    """Folders are nested deeper than anybody needs; what is below is not looked at."""


def walk(folder: Path, depth: int = 0) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield everything below a folder without following links. Raises TooDeep below 32 levels."""
    for entry in _entries(folder):
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:  # deleted meanwhile
            continue
        path = folder / entry.name
        yield path, status
        if stat.S_ISDIR(status.st_mode):
            if depth >= DEPTH:
                raise TooDeep
            yield from walk(path, depth + 1)


def bytes_of(status: os.stat_result) -> int:
    """Return what a plain file takes on the disk or says it holds, whichever is more; 0 for anything else."""
    if not stat.S_ISREG(status.st_mode):
        return 0
    # Blocks can be reserved beyond the end of a file, where its size does not show them.
    return max(status.st_size, 512 * getattr(status, "st_blocks", 0))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Return what is in a folder; one that was made unreadable is made readable first."""
    for _ in range(2):
        try:
            with os.scandir(folder) as found:
                return list(found)
        except PermissionError:
            with contextlib.suppress(OSError):
                folder.chmod(0o700)
        except OSError:
            break
    return []


def prune(folder: Path, depth: int = 0) -> None:
    """Delete the folders that are nested too deeply to be looked at."""
    for entry in _entries(folder):
        if entry.is_dir(follow_symlinks=False):
            if depth >= DEPTH:
                remove(folder / entry.name)
            else:
                prune(folder / entry.name, depth + 1)


def remove(top: Path) -> None:
    """Delete a file, a link, or a folder with all that is in it; what cannot be deleted stays.

    Folders inside are first moved up beside the top: no path gets longer than the system allows, and nothing recurses.
    """
    if top.is_symlink() or not top.is_dir():
        with contextlib.suppress(OSError):
            top.unlink()
        return
    waiting, count = [top], 0
    while waiting:
        folder = waiting.pop()
        for entry in _entries(folder):
            path = folder / entry.name
            with contextlib.suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    count += 1
                    beside = top.with_name(f"{top.name}~{count}")
                    path.chmod(0o700)
                    path.rename(beside)
                    waiting.append(beside)
                else:
                    path.unlink()
        with contextlib.suppress(OSError):
            folder.rmdir()
