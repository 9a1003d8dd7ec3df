"""Backup and restore: everything but models and caches in one file, made while the app works, checked before it counts.

A restore is unpacked beside the data that are there, checked and brought up to date; it takes their place when the
home is opened next (`engine.store.replace`), and what was there before is moved aside, never deleted.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import IO

from engine.cancel import CancelToken
from engine.errors import Cancelled, DataTooNew, FiresideError, Unavailable
from engine.paths import Paths
from engine.portability.backup_file import (
    DATABASE,
    FORMAT,
    MANIFEST,
    OWN,
    PIECE,
    SETTINGS,
    VERSION,
    BackupContents,
    bad,
    checked,
    look_into_backup,
    opened,
)
from engine.service import Engine
from engine.store import replace
from engine.store.failures import disk_failure
from engine.store.snapshot import make_ready, move_paths
from engine.types import JsonObject

Progress = Callable[[int, int], None]
"""Is told bytes done and bytes in all, at most once for each piece."""

_SPARE = 64 * 1024**2  # bytes of disk that stay free


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupMade:
    """What a backup came to. `damaged` counts contents on the disk that are not what their names say; left out."""

    contents: BackupContents
    damaged: int = 0


def back_up(engine: Engine, path: Path, *, on_progress: Progress, cancel: CancelToken) -> BackupMade:
    """Write everything into a file, whole or not at all, then read it again to check it. The engine goes on working.

    Models, caches, logs and the API's key are not in it, nor are files of followed folders: they lie elsewhere.
    Raises Unavailable (disk full, not writable), Cancelled; then there is no new file, and an old one is as it was.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with disk_failure(part):
            damaged = _Writing(engine, on_progress, cancel).write(part)
            contents = look_into_backup(part)
            _read_all(contents, None, lambda done, total: on_progress(total + done, 2 * total), cancel)
            os.replace(part, path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return BackupMade(contents=look_into_backup(path), damaged=damaged)


def prepare_restore(contents: BackupContents, home: Path, *, on_progress: Progress, cancel: CancelToken) -> None:
    """Unpack, check and bring up to date what takes the place of a home's data when the home is opened next.

    Nothing that is there is touched. One at a time for a home. Raises InvalidRequest with code "bad_backup",
    DataTooNew, Unavailable, Cancelled; then all stays as it was.
    """
    with disk_failure(home):
        working = replace.begin(home)
    try:
        _require_room(home, contents)
        with disk_failure(working):
            _unpack(contents, working, on_progress, cancel)
            move_paths(working / DATABASE, contents.home, home)
            if cancel.is_set():
                raise _cancelled()
            replace.finish(home)
    finally:
        replace.give_up(home)


class _Writing:
    """One backup on its way into its file."""

    def __init__(self, engine: Engine, on_progress: Progress, cancel: CancelToken) -> None:
        self._engine, self._on_progress, self._cancel = engine, on_progress, cancel
        self._entries: list[JsonObject] = []
        self._done = self._total = self._contents = self._damaged = 0

    def write(self, part: Path) -> int:
        """Write the whole file and return how many contents were damaged and left out."""
        paths, backups = self._engine.paths, self._engine.backups
        blobs = [path for path in paths.blobs.glob("*/*") if len(path.parent.name) == 2]
        self._total = sum(_size(path) for path in blobs) + 2 * _size(paths.database)
        _require_free(part.parent, self._total)
        with backups.snapshot(self._copied) as snapshot, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
            self._done = _size(snapshot)
            self._listed(archive, snapshot, DATABASE)
            if paths.settings.exists():
                self._listed(archive, paths.settings, SETTINGS)
            for own in _own_files(paths):
                self._listed(archive, own, own.relative_to(paths.home).as_posix())
            for path in sorted(paths.blobs.glob("*/*")):
                if len(path.parent.name) == 2:
                    self._blob(archive, path)
            archive.writestr(MANIFEST, json.dumps(self._manifest(backups.counts(snapshot)), ensure_ascii=False))
        with part.open("rb+") as stream:
            os.fsync(stream.fileno())
        return self._damaged

    def _manifest(self, counts: dict[str, int]) -> JsonObject:
        return {
            "format": FORMAT,
            "version": VERSION,
            "made_at": int(time.time()),
            "made_by": _own_version(),
            "home": str(self._engine.paths.home),
            "counts": counts,
            "contents": self._contents,
            "entries": self._entries,
        }

    def _listed(self, archive: zipfile.ZipFile, source: Path, place: str) -> None:
        size, sha256 = self._add(archive, source, place)
        self._entries.append({"place": place, "bytes": size, "sha256": sha256})

    def _blob(self, archive: zipfile.ZipFile, path: Path) -> None:
        if not path.name.endswith(".link") and self._digest(path) != path.name:
            self._damaged += 1
            return
        self._add(archive, path, f"blobs/{path.parent.name}/{path.name}")
        self._contents += 1

    def _digest(self, path: Path) -> str:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def _add(self, archive: zipfile.ZipFile, source: Path, place: str) -> tuple[int, str]:
        digest, size = hashlib.sha256(), 0
        with source.open("rb") as stream, archive.open(place, "w", force_zip64=True) as target:
            while piece := stream.read(PIECE):
                size += len(piece)
                digest.update(piece)
                target.write(piece)
                self._moved(len(piece))
        return size, digest.hexdigest()

    def _moved(self, count: int) -> None:
        self._done += count
        self._copied(self._done, 0)

    def _copied(self, done: int, _total: int) -> None:
        if self._cancel.is_set():
            raise _cancelled()
        self._on_progress(min(done, self._total), 2 * self._total)


def _unpack(contents: BackupContents, working: Path, on_progress: Progress, cancel: CancelToken) -> None:
    _read_all(contents, working, on_progress, cancel)
    try:
        make_ready(working / DATABASE)
    except DataTooNew as error:
        raise DataTooNew(
            "This backup was made by a newer Fireside. Install the newest one, then restore it.", code="backup_too_new"
        ) from error
    except FiresideError as error:
        if error.code == "database_broken":
            raise bad("its database is damaged") from error
        raise


def _read_all(contents: BackupContents, into: Path | None, on_progress: Progress, cancel: CancelToken) -> None:
    """Compare every file with its checksum, and write it below `into` if that is given."""
    done = 0
    with opened(contents.path) as archive:
        for place in contents.places:
            with _target(into, place) as target:
                for piece in checked(archive, contents, place):
                    if cancel.is_set():
                        raise _cancelled()
                    target.write(piece)
                    done += len(piece)
                    on_progress(done, contents.bytes)


def _target(into: Path | None, place: str) -> IO[bytes]:
    if into is None:
        return Path(os.devnull).open("wb")
    path = into / place
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path.open("xb")


def _own_files(paths: Paths) -> list[Path]:
    """Return the databases that functions query and that lie in the home folder."""
    found = [*(paths.home / "samples").glob("*"), *(paths.home / "databases").glob("*")]
    return sorted(path for path in found if path.is_file() and OWN.fullmatch(path.relative_to(paths.home).as_posix()))


def _require_room(home: Path, contents: BackupContents) -> None:
    # Bringing an older database up to date needs its size twice more for a while.
    with opened(contents.path) as archive:
        _require_free(home, contents.bytes + 2 * archive.getinfo(DATABASE).file_size)


def _require_free(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed + _SPARE:
        raise Unavailable(
            f"There is not enough room in {folder}: {needed / 1e6:.0f} MB are needed and {free / 1e6:.0f} MB free. "
            "Free some space, or choose another disk.",
            code="disk_full",
            path=str(folder),
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _own_version() -> str:
    try:
        return metadata.version("fireside")
    except metadata.PackageNotFoundError:
        return "unknown"


def _cancelled() -> Cancelled:
    return Cancelled("Stopped. Nothing was changed.")
