"""Bring a database up to date on a copy, keep the old one as a backup, and never touch a newer one."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, NullPool, create_engine

from engine.errors import DataTooNew, FiresideError
from engine.store import tables
from engine.store.failures import database_broken, system_failure, translated
from engine.store.folders import sync_folder

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).with_name("migrations")
KEPT_BACKUPS = 3

_log = logging.getLogger(__name__)
_alembic = threading.Lock()  # its `context` and `op` are globals of the process


def migrate(path: Path, *, scripts: Path = SCRIPTS, target: str = tables.REVISION) -> None:
    """Make the database at `path` what `target` says, creating it where there is none.

    Only for one process at a time. Whatever stops it, power cut included, the file at `path` is the old or the new
    database, whole. Raises DataTooNew, Unavailable, or FiresideError with code migration_failed.
    """
    with _reported(path, target):
        found = _revision(path)
        if found == target:
            return
        if found is None:
            _remove_logs(path)  # left by a deleted database, SQLite would play them into the new one
        else:
            _refuse_unknown(path, found, scripts, target)
            _settle(path)
            _back_up(path, found)
        working = path.with_name(f"{path.name}.migrating")
        try:
            _remove(working)
            if found is not None:
                _copy(path, working)
            with alembic_config(working, scripts) as config:
                _upgrade(config, target)
            os.replace(working, path)
            sync_folder(path.parent)
        finally:
            _remove(working)
        _log.info("database is at %s, was at %s", target, found)


@contextmanager
def alembic_config(path: Path, scripts: Path = SCRIPTS) -> Iterator[Config]:
    """Give Alembic's commands one connection to the database at `path`; all they do is one transaction."""
    # Imported here: almost every start finds the database up to date and need not wait for it.
    from alembic.config import Config

    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool, hide_parameters=True)
    with _alembic, engine.begin() as connection:
        connection.exec_driver_sql("BEGIN")
        config = Config()
        config.set_main_option("script_location", str(scripts).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        yield config


def backups(path: Path) -> list[Path]:
    """Return the backups beside the database, oldest first."""
    return sorted(path.parent.glob(f"{path.name}.*.backup"))


def _revision(path: Path) -> str | None:
    """Return the step a database is at, None if there is none."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    with closing(sqlite3.connect(path)) as connection:
        found = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        row = "alembic_version" in found and connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if not row:
        raise database_broken(path)
    return str(row[0])


def _refuse_unknown(path: Path, found: str, scripts: Path, target: str) -> None:
    from alembic.script import ScriptDirectory

    if found in {script.revision for script in ScriptDirectory(str(scripts)).walk_revisions()}:
        return
    raise DataTooNew(
        f"The data in {path} were written by a newer Fireside (format {found}; this one knows up to {target}). "
        "Install the newest Fireside and start it again. Nothing was changed.",
        path=str(path),
        found=found,
        known=target,
    )


def _settle(path: Path) -> None:
    """Fold the write-ahead log into the file, so that the file alone is the database and can be replaced."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").close()


def _back_up(path: Path, found: str) -> None:
    backup = path.with_name(f"{path.name}.{time.strftime('%Y%m%d')}-{found}.backup")
    unfinished = path.with_name(f"{path.name}.backup-unfinished")
    try:
        _remove(unfinished)
        _copy(path, unfinished)
        os.replace(unfinished, backup)
    finally:
        _remove(unfinished)
    for old in backups(path)[:-KEPT_BACKUPS]:
        old.unlink()


def _copy(source: Path, destination: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(destination)) as new:
        old.backup(new)


def _upgrade(config: Config, target: str) -> None:
    from alembic import command

    command.upgrade(config, target)
    connection: Connection = config.attributes["connection"]
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise ValueError("a row refers to one that does not exist")


@contextmanager
def _reported(path: Path, target: str) -> Iterator[None]:
    try:
        with translated(path):
            yield
    except FiresideError:
        raise
    except OSError as error:
        raise system_failure(error, path) from error
    except Exception as error:
        raise FiresideError(
            f"The data in {path} could not be brought to format {target}; they are unchanged. Install the Fireside "
            "you used before and go on with it, and please report this.",
            code="migration_failed",
            path=str(path),
        ) from error


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(f"{path.name}-journal").unlink(missing_ok=True)


def _remove_logs(path: Path) -> None:
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
