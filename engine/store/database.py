"""One SQLite file shared by many threads: readers never wait, writers take turns."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, create_engine, event

from engine.errors import Unavailable
from engine.store.failures import translated

_BUSY_SECONDS = 10.0  # how long to wait for another process: a backup tool, a database browser


class Database:
    """The open database. `read` and `transaction` may be used from any thread and join an open transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = create_engine(
            URL.create("sqlite", database=str(path)),
            connect_args={"timeout": _BUSY_SECONDS},
            max_overflow=-1,
            hide_parameters=True,  # they are chat text, and errors get logged
            json_serializer=partial(json.dumps, ensure_ascii=False, separators=(",", ":")),
        )
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)
        self._thread = threading.local()
        # SQLite lets waiting writers poll and may starve one; a lock lets them queue.
        self._writing = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one consistent state, with the changes of this thread's open transaction.

        Inside another read of the same thread it is the same connection: what the outer one found is still there.
        Do not yield from inside: the next read of the thread would see an old state.
        """
        outer = self._joined() or getattr(self._thread, "reading", None)
        with translated(self.path):
            if outer is not None:
                yield outer
                return
            with self._engine.connect() as connection, connection.begin():
                self._thread.reading = connection
                try:
                    yield connection
                finally:
                    self._thread.reading = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Store all changes made inside, or none. Others' writes wait meanwhile, so do nothing slow inside.

        Inside another transaction of the same thread this is a part of it: an error undoes this part, and what the
        part stored becomes permanent with the outermost transaction.
        """
        outer = self._joined()
        with translated(self.path):
            if outer is not None:
                with _part(outer):
                    yield outer
                return
            self._thread.afterwards = []
            with self._writing, self._engine.connect() as connection:
                connection.execution_options(begin="BEGIN IMMEDIATE")
                with connection.begin():
                    self._thread.connection = connection
                    try:
                        yield connection
                        _require_open(connection, self.path)
                    finally:
                        self._thread.connection = None
            afterwards, self._thread.afterwards = self._thread.afterwards, []
            for call in afterwards:
                call()

    def after_commit(self, call: Callable[[], None]) -> None:
        """Make a call once this thread's open transaction is stored; never, if it is undone. Use it inside one."""
        self._thread.afterwards.append(call)

    def close(self) -> None:
        """Close all connections; the last one folds the write-ahead log into the file."""
        self._engine.dispose()

    def _joined(self) -> Connection | None:
        connection: Connection | None = getattr(self._thread, "connection", None)
        if connection is not None:
            _require_open(connection, self.path)
        return connection


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver would not before a SELECT
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    options: Any = connection.get_execution_options()
    connection.exec_driver_sql(options.get("begin", "BEGIN"))


@contextmanager
def _part(connection: Connection) -> Iterator[None]:
    savepoint = connection.begin_nested()
    try:
        yield
        savepoint.commit()
    finally:
        if savepoint.is_active and _is_open(connection):
            savepoint.rollback()


def _is_open(connection: Connection) -> bool:
    driver: Any = connection.connection.dbapi_connection
    return bool(driver.in_transaction)


def _require_open(connection: Connection, path: Path) -> None:
    """SQLite itself ends a transaction when the disk is full; what follows would be stored without the beginning."""
    if not _is_open(connection):
        raise Unavailable(
            "The changes could not be stored and were undone. Free some disk space and try again.",
            code="disk_full",
            path=str(path),
        )
