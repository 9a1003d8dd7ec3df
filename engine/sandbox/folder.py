"""A session's folder on disk: mounted copies, what the code wrote, its pictures; looked at without following links."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import struct
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from engine.sandbox import tree
from engine.sandbox.types import Image, Limits, Mount, ProducedFile

_PICTURE = re.compile(r"\d{6}\.png")
_PNG = b"\x89PNG\r\n\x1a\n"
_MAX_SIDE, _MAX_PIXELS = 8192, 40_000_000
# What PNG allows: bit depths by colour type.
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}

# name relative to /mnt/data -> size, time of change, inode
Snapshot = dict[str, tuple[int, int, int]]


@dataclass(frozen=True)
class Usage:
    """What a session's files take; `entries` counts folders, too; `deep` if folders are nested too deeply to look."""

    size: int
    entries: int
    deep: bool = False


class SessionFolder:
    """The three places of a session: `data` (/mnt/data), `tmp` (/tmp), and `root`, an empty mount point."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data, self.tmp, self.root = path / "data", path / "tmp", path / "root"
        self.pictures = self.tmp / "figures"

    def create(self) -> None:
        for place in (self.data, self.tmp, self.root):
            place.mkdir(parents=True, mode=0o700)

    def remove(self) -> None:
        """Delete everything; links are deleted, not followed."""
        tree.remove(self.path)

    def mount(self, mount: Mount) -> int:
        """Copy a file or folder in, under its id and its name; return the bytes taken. Raises OSError."""
        names = [safe_name(name) for name in (mount.file_id, mount.name) if name]
        return sum(self._copy(mount.path, name) for name in dict.fromkeys(names))

    def _copy(self, source: Path, name: str) -> int:
        # Copied beside and moved in, so that whatever the code has put under that name is replaced, not followed.
        waiting, target = self.path / "incoming", self.data / name
        if source.is_dir():
            shutil.copytree(source, waiting, ignore=_links)
        else:
            shutil.copyfile(source, waiting)
        if target.is_dir() and not target.is_symlink():
            tree.remove(target)
        os.replace(waiting, target)
        if target.is_dir():
            return sum(status.st_size for _, status in tree.walk(target) if stat.S_ISREG(status.st_mode))
        return target.stat().st_size

    def usage(self, *, enough: Usage) -> Usage:
        """Add up all files; stops early once there is more than `enough`."""
        size = entries = 0
        try:
            for place in (self.data, self.tmp):
                for _, status in tree.walk(place):
                    entries += 1
                    size += tree.bytes_of(status)
                    if size > enough.size or entries > enough.entries:
                        return Usage(size, entries)
        except tree.TooDeep:
            return Usage(size, entries, deep=True)
        return Usage(size, entries)

    def snapshot(self, most: int) -> Snapshot:
        """Return the plain files in /mnt/data, at most so many."""
        found: Snapshot = {}
        with contextlib.suppress(tree.TooDeep):
            for path, status in tree.walk(self.data):
                if stat.S_ISREG(status.st_mode):
                    found[path.relative_to(self.data).as_posix()] = (status.st_size, status.st_mtime_ns, status.st_ino)
                    if len(found) >= most:
                        break
        return found

    def produced(self, before: Snapshot, limits: Limits) -> tuple[tuple[ProducedFile, ...], int]:
        """Return the plain files that are new or changed, and how many were left out: linked, too large, odd names."""
        kept: list[ProducedFile] = []
        left_out = 0
        after = self.snapshot(limits.files)
        for name in sorted(name for name, state in after.items() if before.get(name) != state):
            path = self.data / name
            try:
                status = path.lstat()
            except OSError:
                continue
            fine = status.st_nlink == 1 and status.st_size <= limits.file and is_plain_name(name)
            if fine and len(kept) < limits.offered:
                kept.append(ProducedFile(name=name, size=status.st_size, path=path))
            else:
                left_out += 1
        return tuple(kept), left_out

    def take_pictures(self, limits: Limits) -> tuple[tuple[Image, ...], int]:
        """Return the pictures that are sound, in the order of drawing, and how many were not; the files are deleted."""
        if not self.pictures.is_dir() or self.pictures.is_symlink():
            tree.remove(self.pictures)
            return (), 0
        found: list[Image] = []
        bad = 0
        for path in sorted(self.pictures.iterdir()):
            name = path.name
            image = None
            if _PICTURE.fullmatch(name) and len(found) < limits.images:
                image = _read_picture(path, limits.image)
            if image is None:
                bad += 1
            else:
                found.append(image)
        tree.remove(self.pictures)
        return tuple(found), bad

    def keep_for(self, place: Path) -> None:
        """Move the files of /mnt/data to a place where the thread's next session finds them."""
        tree.remove(place)
        tree.prune(self.data)
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(self.data, place)

    def take_over(self, place: Path) -> None:
        """Move kept files in, entry by entry: the jailed process already holds the folder itself."""
        if not place.is_dir():
            return
        for entry in list(os.scandir(place)):
            os.replace(entry.path, self.data / entry.name)
        tree.remove(place)


def _links(folder: str, names: list[str]) -> list[str]:
    """Return what is not copied from a mounted folder: what only points elsewhere."""
    return [name for name in names if (Path(folder) / name).is_symlink()]


class FontList:
    """matplotlib's list of the fonts of this machine: made once, then given to every new session."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def give(self, tmp: Path) -> None:
        if self._place.is_dir():
            shutil.copytree(self._place, tmp / "matplotlib")

    def learn(self, tmp: Path) -> None:
        """Keep the list of a process that has not yet run anybody's code."""
        if self._place.is_dir():
            return
        for made in (tmp / "matplotlib").glob("fontlist-v*.json"):
            waiting = self._place.with_name("fonts-new")
            waiting.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(made, waiting / made.name)
            os.replace(waiting, self._place)


def safe_name(name: str) -> str:
    """Return a name that stays inside its folder on every system."""
    last = re.split(r"[/\\]", name)[-1]
    cleaned = "".join("_" if _is_odd(char) or char in '<>:"|?*' else char for char in last).strip()
    while len(cleaned.encode("utf-8", "replace")) > 200:
        cleaned = cleaned[:-1]
    return cleaned if cleaned.strip(". ") else "file"


def is_plain_name(name: str) -> bool:
    """Return whether nothing in a path would deceive a reader: control or format characters, lone surrogates."""
    return not any(_is_odd(char) for char in name)


def _is_odd(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def read_plain(folder: Path, name: str, most: int) -> bytes | None:
    """Read a plain file below a folder, following no link at any step; None if it is anything else or too large."""
    parts = name.split("/")
    if not parts or any(part in ("", ".", "..") for part in parts):
        return None
    path = folder
    for part in parts[:-1]:
        path = path / part
        if path.is_symlink() or not path.is_dir():
            return None
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path / parts[-1], flags)
    except OSError:
        return None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1 or status.st_size > most:
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(most)


def read_file(file: ProducedFile) -> bytes | None:
    """Return the content of a produced file; None if it is no longer what it was."""
    root = Path(str(file.path)[: -len(file.name)])
    return read_plain(root, file.name, file.size)


def _read_picture(path: Path, most: int) -> Image | None:
    untrusted = read_plain(path.parent, path.name, most)
    size = untrusted and png_size(untrusted)
    return Image(png=untrusted, width=size[0], height=size[1]) if untrusted and size else None


def png_size(untrusted: bytes) -> tuple[int, int] | None:
    """Return width and height if the header is that of a PNG which is safe to decode."""
    if len(untrusted) < 33 or untrusted[:8] != _PNG or untrusted[8:16] != b"\x00\x00\x00\rIHDR":
        return None
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", untrusted[16:29])
    if not 0 < width <= _MAX_SIDE or not 0 < height <= _MAX_SIDE or width * height > _MAX_PIXELS:
        return None
    if depth not in _DEPTHS.get(colour, ()) or compression or filtering or interlace > 1:
        return None
    return width, height
