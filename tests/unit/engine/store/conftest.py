"""A fresh store for each test, copied from one made once, and a look at what SQLite does with a query."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from engine.store import Store


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as the first start leaves it."""
    path = tmp_path_factory.mktemp("template") / "fireside.db"
    Store(path, path.parent / "blobs").close()
    return path


@pytest.fixture
def path(empty_database: Path, tmp_path: Path) -> Path:
    """The path of this test's own database."""
    return Path(shutil.copy(empty_database, tmp_path / "fireside.db"))


@pytest.fixture
def open_store(path: Path) -> Iterator[Callable[[], Store]]:
    """Call it to open the database, again if need be."""
    opened: list[Store] = []

    def call() -> Store:
        opened.append(Store(path, path.parent / "blobs"))
        return opened[-1]

    yield call
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    return open_store()


@contextmanager
def on_connect(*pragmas: str) -> Iterator[None]:
    """Give every connection that is opened inside these pragmas, to provoke SQLite's failures."""

    def apply(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    event.listen(Engine, "connect", apply)
    try:
        yield
    finally:
        event.remove(Engine, "connect", apply)


@pytest.fixture
def full_disk() -> Callable[[], Any]:
    """Use `with full_disk():` around opening a store whose file cannot grow."""
    return lambda: on_connect("max_page_count = 1")


@pytest.fixture
def write_protected() -> Callable[[], Any]:
    """Use `with write_protected():` around opening a store that SQLite refuses to write."""
    return lambda: on_connect("query_only = ON")


@dataclass(frozen=True)
class Query:
    """How SQLite answered: its plan, and how many steps of its machine it took."""

    sql: str
    plan: tuple[str, ...]
    work: int


@pytest.fixture
def queries(path: Path) -> Callable[[Callable[[], object]], list[Query]]:
    """Call it with a function to see the SELECTs that the function makes."""

    def observe(call: Callable[[], object]) -> list[Query]:
        seen: list[tuple[str, Any]] = []

        def note(_c: object, _cursor: object, sql: str, parameters: Any, _context: object, _many: bool) -> None:
            if sql.startswith("SELECT"):
                seen.append((sql, parameters))

        event.listen(Engine, "before_cursor_execute", note)
        try:
            call()
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        with closing(sqlite3.connect(path)) as connection:
            return [_explained(connection, sql, parameters) for sql, parameters in seen]

    return observe


def _explained(connection: sqlite3.Connection, sql: str, parameters: Any) -> Query:
    plan = tuple(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters))
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection.set_progress_handler(count, 1)
    connection.execute(sql, parameters).fetchall()
    connection.set_progress_handler(None, 1)
    return Query(sql, plan, steps)
