"""A copy of the database that is one consistent state, made while others read and write; and a copy looked over."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from engine.errors import InvalidRequest
from engine.store.failures import translated
from engine.store.migrate import backups, migrate

Pages = Callable[[int, int], None]
"""Is told bytes done and bytes in all; may raise to stop."""

_PAGES = 2048  # copied between two reports
_COUNTED = ("assistants", "threads", "messages", "files", "tool_servers")
_BINDINGS = (("function_executors", "config"), ("assistant_versions", "recipe"), ("assistant_drafts", "recipe"))


def copy_database(source: Path, target: Path, on_pages: Pages = lambda _done, _total: None) -> None:
    """Copy the database as it is at one moment. Raises Unavailable, and what `on_pages` raises."""
    with translated(source), closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        size = int(old.execute("PRAGMA page_size").fetchone()[0])
        # An open read keeps the state the same: else every write of others would begin the copy anew.
        old.execute("BEGIN").close()
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()

        def moved(_status: int, left: int, total: int) -> None:
            on_pages((total - left) * size, total * size)

        old.backup(new, pages=_PAGES, progress=moved)
        new.execute("PRAGMA journal_mode = DELETE").close()


def counts(path: Path) -> dict[str, int]:
    """Return how many rows the tables have that say something to a person."""
    with translated(path), closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        queries = {name: f"SELECT count(*) FROM {name}" for name in _COUNTED}  # noqa: S608 - names of our own
        return {name: int(connection.execute(query).fetchone()[0]) for name, query in queries.items()}


def make_ready(untrusted_path: Path) -> None:
    """Check a database that somebody brings, and bring it up to date.

    It must be whole, of a known version, and do nothing of its own: its triggers and views are those we make.
    Raises DataTooNew, InvalidRequest with code "bad_backup", Unavailable.
    """
    with translated(untrusted_path), closing(sqlite3.connect(untrusted_path)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF").close()
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise InvalidRequest("The backup's database is damaged. Use another backup.", code="bad_backup")
    migrate(untrusted_path)
    for old in backups(untrusted_path):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "own.db"
        migrate(own)
        if _acting(own) != _acting(untrusted_path):
            raise InvalidRequest("The backup's database is not one of Fireside. Use another backup.", code="bad_backup")


def move_paths(path: Path, old_home: str, new_home: Path) -> None:
    """Let what names databases in the home folder find them in another one."""
    with translated(path), closing(sqlite3.connect(path)) as connection, connection:
        for table, column in _BINDINGS:
            query = f"SELECT seq, {column} FROM {table}"  # noqa: S608 - names of our own
            for seq, text in connection.execute(query).fetchall():
                before = json.loads(text)
                after = _moved(before, old_home, new_home)
                if after != before:
                    change = f"UPDATE {table} SET {column} = ? WHERE seq = ?"  # noqa: S608
                    connection.execute(change, (json.dumps(after, ensure_ascii=False), seq)).close()


def _moved(value: object, old_home: str, new_home: Path) -> object:
    if isinstance(value, dict):
        return {key: _moved(each, old_home, new_home) for key, each in value.items()}
    if isinstance(value, list):
        return [_moved(each, old_home, new_home) for each in value]
    if isinstance(value, str):
        for folder in ("samples", "databases"):
            for sign in "/\\":
                begin = f"{old_home}{sign}{folder}{sign}"
                if value.startswith(begin) and not set("/\\") & set(value[len(begin) :]):
                    return str(new_home / folder / value[len(begin) :])
    return value


def _acting(path: Path) -> set[tuple[str, str, str]]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        query = "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')"
        return set(connection.execute(query).fetchall())
