"""A function whose argument is SQL, answered by a SQLite database that cannot be changed by it.

The statement comes from a model and is untrusted: the file is opened read-only, an authorizer allows reading and
nothing else, steps and rows are bounded, and what goes wrong is said in a line the model can repair its SQL from.
"""

from __future__ import annotations

import contextlib
import difflib
import re
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from engine.tools.functions.base import ExecutorFailed, cut
from engine.types import JsonObject

MOST_ROWS = 200
_SECONDS = 5.0
_STEPS = 1000  # virtual machine steps between two looks at the clock
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
_BANNED_FUNCTIONS = frozenset({"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"})
_LONGEST = 10_000_000  # bytes of one value
_MOST_NAMES = 40


class SqliteQuery:
    """Runs the one text argument of each call as a query."""

    def __init__(self, path: Path, *, seconds: float = _SECONDS) -> None:
        self._path, self._seconds = path, seconds

    def run(self, arguments: JsonObject) -> str:
        """Return the rows as Python tuples, as the lessons on function calling print them. Raises ExecutorFailed."""
        untrusted_sql = next((value for value in arguments.values() if isinstance(value, str)), None)
        if untrusted_sql is None or not untrusted_sql.strip():
            raise ExecutorFailed("Error: there is no SQL in the arguments.")
        with self._open() as connection:
            try:
                rows = connection.execute(untrusted_sql).fetchmany(MOST_ROWS + 1)
            except (sqlite3.Error, sqlite3.Warning, OverflowError, ValueError) as error:
                raise ExecutorFailed(self._complaint(connection, str(error))) from None
        shown = [tuple(_shown(value) for value in row) for row in rows[:MOST_ROWS]]
        more = f"\n… (only the first {MOST_ROWS} rows)" if len(rows) > MOST_ROWS else ""
        return cut(f"{shown}{more}")

    def tables(self) -> dict[str, tuple[str, ...]]:
        """Return the tables with their columns. Raises ExecutorFailed."""
        with self._open() as connection:
            return _tables(connection)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        if not self._path.is_file():
            raise ExecutorFailed(f"Error: the database file {self._path.name} is gone.")
        try:
            connection = sqlite3.connect(f"{self._path.resolve().as_uri()}?mode=ro", uri=True)
        except sqlite3.Error:
            raise ExecutorFailed(f"Error: the database file {self._path.name} cannot be opened.") from None
        with contextlib.closing(connection):
            deadline = time.monotonic() + self._seconds
            connection.execute("PRAGMA trusted_schema = OFF")  # the file may come from anybody
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
            connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
            connection.set_authorizer(_authorize)
            yield connection

    def _complaint(self, connection: sqlite3.Connection, message: str) -> str:
        if message == "interrupted":
            return f"Error: the query took longer than {self._seconds:g} seconds. Write a simpler one."
        if "authoriz" in message or "prohibited" in message:
            return "Error: only SELECT is allowed. Write one SELECT statement."
        if "one statement at a time" in message:
            return "Error: more than one statement. Call the function once for each statement."
        return f"Error: {message}. {self._hint(connection, message)}"

    def _hint(self, connection: sqlite3.Connection, message: str) -> str:
        connection.set_authorizer(None)
        try:
            tables = _tables(connection)
        except ExecutorFailed:
            return "The file is not a SQLite database."
        missing = re.search(r"no such (table|column|function): \"?(?:\w+\.)?(\w+)", message)
        if missing and missing[1] == "function":
            return (
                f"SQLite has no function {missing[2]}. Use only functions of SQLite, such as strftime, julianday, avg."
            )
        if missing:
            known = tables if missing[1] == "table" else [name for names in tables.values() for name in names]
            close = difflib.get_close_matches(missing[2].lower(), [name.lower() for name in known], n=1, cutoff=0.5)
            meant = f"Did you mean {close[0]}? " if close else ""
        else:
            meant = ""
        listed = "; ".join(f"{table}({', '.join(names[:_MOST_NAMES])})" for table, names in list(tables.items())[:10])
        return f"{meant}The tables are: {listed}. Correct the SQL and call the function again."


def _authorize(action: int, _first: str | None, second: str | None, _database: str | None, _trigger: str | None) -> int:
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _BANNED_FUNCTIONS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _tables(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    connection.set_authorizer(None)
    names = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name"
    try:
        tables = [name for (name,) in connection.execute(names)]
        return {
            table: tuple(name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,)))
            for table in tables
        }
    except sqlite3.Error:
        raise ExecutorFailed("Error: the file is not a SQLite database.") from None


def _shown(value: object) -> object:
    return f"<{len(value)} bytes>" if isinstance(value, bytes) else value
