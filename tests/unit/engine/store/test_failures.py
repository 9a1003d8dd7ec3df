"""Each of SQLite's failures becomes one code and a sentence with a next step; programming errors stay what they are."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections import namedtuple
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from engine.errors import FiresideError, InvalidRequest, Unavailable
from engine.store import failures
from engine.store.failures import disk_failure, system_failure, translated

_Usage = namedtuple("_Usage", "total used free")


def _sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("as SQLite says")
    error.sqlite_errorcode = code
    return error


def _translation(error: Exception, path: Path) -> FiresideError:
    with pytest.raises(FiresideError) as caught, translated(path):
        raise error
    assert caught.value.__cause__ is error
    return caught.value


@pytest.mark.parametrize(
    ("reported", "code", "next_step"),
    [
        (sqlite3.SQLITE_FULL, "disk_full", "Free some space"),
        (sqlite3.SQLITE_READONLY, "database_readonly", "not write-protected"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "database_readonly", "not write-protected"),
        (sqlite3.SQLITE_CANTOPEN, "database_readonly", "belongs to you"),
        (sqlite3.SQLITE_PERM, "database_readonly", "belongs to you"),
        (sqlite3.SQLITE_CORRUPT, "database_broken", "put a backup in its place"),
        (sqlite3.SQLITE_NOTADB, "database_broken", "put a backup in its place"),
        (sqlite3.SQLITE_IOERR_READ, "disk_failed", "Check the disk"),
        (sqlite3.SQLITE_BUSY, "database_locked", "Close it"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "database_locked", "Close it"),
    ],
)
@pytest.mark.parametrize("wrapped", [True, False], ids=["from SQLAlchemy", "from sqlite3"])
def test_a_failure_has_a_code_and_a_next_step(
    tmp_path: Path, reported: int, code: str, next_step: str, wrapped: bool
) -> None:
    error = _sqlite_error(reported)

    failure = _translation(OperationalError("SELECT", {}, error) if wrapped else error, tmp_path / "fireside.db")

    assert (failure.code, failure.details["path"]) == (code, str(tmp_path / "fireside.db"))
    assert next_step in failure.message


@pytest.mark.parametrize("reported", [sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_CANTOPEN])
def test_other_words_for_a_full_disk_are_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reported: int
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _Usage(10**9, 10**9, 4096))

    assert _translation(_sqlite_error(reported), tmp_path / "fireside.db").code == "disk_full"


def test_a_disk_that_cannot_be_asked_is_not_called_full(tmp_path: Path) -> None:
    failure = _translation(_sqlite_error(sqlite3.SQLITE_CANTOPEN), tmp_path / "missing" / "fireside.db")

    assert failure.code == "database_readonly"


def test_programming_errors_pass(tmp_path: Path) -> None:
    for error in (IntegrityError("INSERT", {}, _sqlite_error(sqlite3.SQLITE_CONSTRAINT)), KeyError("x")):
        with pytest.raises(type(error)), translated(tmp_path / "fireside.db"):
            raise error


def test_text_that_cannot_be_stored_is_the_callers_fault(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest) as caught, translated(tmp_path / "fireside.db"):
        "\ud800".encode()

    assert caught.value.code == "invalid_text"


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "disk_full"), (errno.EDQUOT, "disk_full"), (errno.EACCES, "database_readonly")],
)
def test_the_systems_refusals_have_the_same_codes(tmp_path: Path, number: int, code: str) -> None:
    assert system_failure(OSError(number, "x"), tmp_path / "fireside.db").code == code


def test_all_next_steps_name_the_file_or_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "fireside.db"

    for failure in (failures.disk_full(path), failures.database_broken(path), failures.database_readonly(path)):
        assert str(tmp_path) in failure.message


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "disk_full"), (errno.EACCES, "file_not_written")])
def test_what_the_system_refuses_about_a_file_says_what_to_do(tmp_path: Path, number: int, code: str) -> None:
    with pytest.raises(Unavailable, match="try again") as caught, disk_failure(tmp_path / "x"):
        raise OSError(number, "no")

    assert (caught.value.code, caught.value.details["path"]) == (code, str(tmp_path / "x"))
