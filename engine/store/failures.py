"""SQLite's failures in Fireside's words: what happened, and what to do next."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from engine.errors import FiresideError, InvalidRequest, Unavailable

_ALMOST_NOTHING = 1024 * 1024  # bytes; below this SQLite reports a full disk as one of several I/O errors


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise what SQLite reports about the database at `path` as a FiresideError; let programming errors pass."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        failure = _failure(error, path)
        if failure is None:
            raise
        raise failure from error
    except UnicodeEncodeError as error:
        raise InvalidRequest(
            "The text holds half a character (a lone surrogate). Remove it and send the text again.",
            code="invalid_text",
        ) from error


def disk_full(path: Path) -> FiresideError:
    """Return the error for a disk without room for the database at `path`."""
    return Unavailable(
        f"The disk that holds {path.parent} is full. Free some space and try again; what was stored before is kept.",
        code="disk_full",
        path=str(path),
    )


def database_broken(path: Path) -> FiresideError:
    """Return the error for a file at `path` that is not a readable Fireside database."""
    return Unavailable(
        f"The database {path} is damaged or is not a Fireside database. Close Fireside and move it, with the files "
        "beside it that end in -wal and -shm, to a safe place. Then put a backup in its place (look for names ending "
        "in .backup) and start again.",
        code="database_broken",
        path=str(path),
    )


def database_readonly(path: Path) -> FiresideError:
    """Return the error for a database at `path` that the system does not let us write."""
    return Unavailable(
        f"The database {path} cannot be written. Check that the disk is not write-protected and that the folder "
        "belongs to you, then try again.",
        code="database_readonly",
        path=str(path),
    )


def system_failure(error: OSError, path: Path) -> FiresideError:
    """Return the error for a file operation beside the database at `path` that the system refused."""
    return disk_full(path) if error.errno in (errno.ENOSPC, errno.EDQUOT) else database_readonly(path)


@contextmanager
def disk_failure(path: Path) -> Iterator[None]:
    """Raise what the system refuses about a file at `path`, or in the folder at `path`, as Unavailable."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(path) from error
        raise Unavailable(
            f"The file {path} cannot be written. Check that the disk is not write-protected and that the folder "
            "belongs to you, then try again.",
            code="file_not_written",
            path=str(path),
        ) from error


def _failure(error: DBAPIError | sqlite3.Error, path: Path) -> FiresideError | None:
    origin = error.orig if isinstance(error, DBAPIError) else error
    primary = getattr(origin, "sqlite_errorcode", 0) & 0xFF  # the higher bits only refine it
    match primary:
        case sqlite3.SQLITE_FULL:
            return disk_full(path)
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN if _no_space(path):
            return disk_full(path)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return database_readonly(path)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return database_broken(path)
        case sqlite3.SQLITE_IOERR:
            return Unavailable(
                f"The disk failed while reading or writing {path}. Check the disk and its cable, then start Fireside "
                "again; what was stored before is kept.",
                code="disk_failed",
                path=str(path),
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Unavailable(
                f"Another program holds the database {path}. Close it and try again.",
                code="database_locked",
                path=str(path),
            )
    return None


def _no_space(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _ALMOST_NOTHING
    except OSError:
        return False
