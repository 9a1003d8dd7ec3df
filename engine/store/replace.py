"""Puts a restored home in the place of what is there, which is moved aside: in steps that survive a kill anywhere.

What was restored waits, whole and checked, in the folder `restored`. Taking its place is renames only. As long as the
mark `moved` is not there, the old data are on their way aside; from then on the new data are on their way in.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from engine.errors import Unavailable
from engine.store.folders import sync_folder

WORKING, READY, SNAPSHOT = "restoring", "restored", "backup-snapshot.db"
_ASIDE, _MARK = "aside", "moved"
_DATABASE = "fireside.db"
_CARRIED = ("settings.json", "blobs", "samples", "databases")
_CACHES = ("index", "kv")


def begin(home: Path) -> Path:
    """Return an empty folder to unpack into; what an earlier attempt left there is gone. Raises OSError."""
    working = home / WORKING
    shutil.rmtree(working, ignore_errors=True)
    working.mkdir(parents=True, mode=0o700)
    return working


def finish(home: Path) -> None:
    """Let what was unpacked take the place of what is there when the home is opened next. Raises OSError."""
    aside = f"before-restore-{time.strftime('%Y%m%d-%H%M%S')}"
    (home / WORKING / _ASIDE).write_text(aside, "utf-8")
    sync_folder(home / WORKING)
    shutil.rmtree(home / READY, ignore_errors=True)
    os.replace(home / WORKING, home / READY)
    sync_folder(home)


def give_up(home: Path) -> None:
    """Delete what was unpacked and not finished."""
    shutil.rmtree(home / WORKING, ignore_errors=True)


def take_place(home: Path) -> Path | None:
    """Put restored data in their place, under the home's lock; return where the data before lie, if there were any.

    Also deletes what a killed backup or restore left unfinished. None when nothing was restored. Raises Unavailable.
    """
    give_up(home)
    (home / SNAPSHOT).unlink(missing_ok=True)
    ready = home / READY
    if not ready.is_dir():
        return None
    try:
        return _take(home, ready)
    except OSError as error:
        raise Unavailable(
            f"The restored data could not be put into {home}: {error.strerror}. Close other programs that use this "
            "folder and start again; nothing was deleted.",
            code="restore_failed",
            path=str(home),
        ) from error


def _take(home: Path, ready: Path) -> Path | None:
    aside = home / Path((ready / _ASIDE).read_text("utf-8")).name
    if not (ready / _MARK).exists():
        for name in _old(home):
            aside.mkdir(exist_ok=True, mode=0o700)
            os.replace(home / name, aside / name)
        sync_folder(home)
        (ready / _MARK).touch()
        sync_folder(ready)
    for name in (_DATABASE, *_CARRIED):
        if (ready / name).exists():
            if (home / name).is_dir():
                (home / name).rmdir()  # empty; Windows does not replace a folder
            os.replace(ready / name, home / name)
    sync_folder(home)
    shutil.rmtree(ready)
    return aside if aside.exists() else None


def _old(home: Path) -> list[str]:
    """Return what has to go aside: the database with its logs and older copies, and all that belongs to it."""
    names = [*_CARRIED, *_CACHES, *sorted(path.name for path in home.glob(f"{_DATABASE}*"))]
    return [name for name in names if _holds_something(home / name)]


def _holds_something(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.exists()
