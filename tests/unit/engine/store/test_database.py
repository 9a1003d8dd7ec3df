"""One file, many threads: whole transactions, no lost update, no locked database, and a full disk in the middle."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from engine.errors import FiresideError, Unavailable
from engine.store import database as database_module
from engine.store.database import Database


@contextmanager
def _opened(path: Path) -> Iterator[Database]:
    database = Database(path)
    try:
        yield database
    finally:
        database.close()


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with _opened(path) as opened:
        yield opened


def _add(connection: Connection, name: str, size: int = 0) -> None:
    values = {"id": name, "title": "x" * size}
    connection.execute(
        text(
            "INSERT INTO threads (id, created_at, metadata, tool_resources, title, last_used_at)"
            " VALUES (:id, 0, '{}', '{}', :title, 0)"
        ),
        values,
    )


def _names(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("SELECT id FROM threads ORDER BY seq")]


def test_every_connection_is_set_up(database: Database) -> None:
    with database.read() as one, ThreadPoolExecutor(1) as pool:
        assert pool.submit(_settings, database).result() == _settings_of(one)

    assert _settings(database) == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 10_000}


def _settings(database: Database) -> dict[str, Any]:
    with database.read() as connection:
        return _settings_of(connection)


def _settings_of(connection: Connection) -> dict[str, Any]:
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    return {name: connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in names}


def test_an_error_undoes_the_whole_transaction(database: Database, path: Path) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as connection:
        _add(connection, "a")
        with database.transaction() as inner:
            _add(inner, "b")
        raise ZeroDivisionError

    assert _names(path) == []


def test_an_error_that_is_handled_undoes_only_its_part(database: Database, path: Path) -> None:
    with database.transaction() as connection:
        _add(connection, "a")
        with pytest.raises(ZeroDivisionError), database.transaction() as inner:
            _add(inner, "b")
            raise ZeroDivisionError
        _add(connection, "c")

    assert _names(path) == ["a", "c"]


def test_nothing_is_seen_from_outside_before_the_end(database: Database, path: Path) -> None:
    with database.transaction() as connection:
        with database.transaction() as inner:
            _add(inner, "a")
        with database.read() as same_thread:
            assert same_thread is connection
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(_names, path).result() == []

    assert _names(path) == ["a"]


def test_a_read_inside_a_read_sees_what_the_outer_one_saw(database: Database, path: Path) -> None:
    with database.transaction() as connection:
        _add(connection, "a")

    with database.read() as outer:
        assert outer.execute(text("SELECT id FROM threads")).scalar_one() == "a"
        with closing(sqlite3.connect(path)) as elsewhere:
            elsewhere.execute("DELETE FROM threads")
            elsewhere.commit()
        with database.read() as inner:
            assert inner.execute(text("SELECT id FROM threads")).scalar_one() == "a"

    with database.read() as later:
        assert later.execute(text("SELECT id FROM threads")).all() == []


def test_a_reader_is_not_held_up_by_a_writer(database: Database) -> None:
    with database.transaction() as connection:
        _add(connection, "a")
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(_settings, database).result()["journal_mode"] == "wal"


def test_read_and_write_in_one_transaction_loses_no_update(database: Database, path: Path) -> None:
    with database.transaction() as connection:
        _add(connection, "counter")
    together = threading.Barrier(8)

    def count(_: int) -> None:
        together.wait()
        for _ in range(25):
            with database.transaction() as connection:
                value = connection.execute(text("SELECT created_at FROM threads")).scalar_one()
                connection.execute(text("UPDATE threads SET created_at = :value"), {"value": value + 1})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT created_at FROM threads").fetchone() == (200,)


def test_another_process_that_holds_the_file_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "_BUSY_SECONDS", 0.01)
    with _opened(path) as database, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable) as caught, database.transaction():
            pass
        other.execute("ROLLBACK")
        with database.transaction() as connection:
            _add(connection, "a")

    assert caught.value.code == "database_locked"
    assert _names(path) == ["a"]


def test_a_full_disk_undoes_everything_even_if_the_caller_goes_on(path: Path, full_disk: Callable[[], Any]) -> None:
    with full_disk(), _opened(path) as database:
        with pytest.raises(FiresideError) as caught, database.transaction() as connection:
            _add(connection, "a")
            with pytest.raises(FiresideError, match="is full"), database.transaction() as inner:
                _add(inner, "big", size=1_000_000)
        assert caught.value.code == "disk_full"

        with pytest.raises(FiresideError) as caught, database.transaction() as connection:
            with pytest.raises(FiresideError, match="is full"), database.transaction() as inner:
                _add(inner, "big", size=1_000_000)
            with database.transaction() as inner:
                _add(inner, "b")
        assert caught.value.code == "disk_full"

        with database.transaction() as connection:
            _add(connection, "c")

    assert _names(path) == ["c"]


def test_what_waits_for_the_commit_is_called_once_after_the_outermost(database: Database, path: Path) -> None:
    seen: list[list[str]] = []
    with database.transaction() as outer:
        with database.transaction() as inner:
            _add(inner, "a")
            database.after_commit(lambda: seen.append(_names(path)))
        _add(outer, "b")
        assert seen == []

    assert seen == [["a", "b"]]
    with database.transaction() as connection:
        _add(connection, "c")
    assert len(seen) == 1


def test_what_waits_for_a_commit_that_never_comes_is_forgotten(database: Database) -> None:
    called: list[int] = []
    with pytest.raises(ZeroDivisionError), database.transaction():
        database.after_commit(lambda: called.append(1))
        raise ZeroDivisionError
    with database.transaction():
        pass

    assert called == []


def test_what_comes_after_a_commit_may_store_more(database: Database, path: Path) -> None:
    def more() -> None:
        with database.transaction() as connection:
            _add(connection, "later")
            database.after_commit(lambda: None)

    with database.transaction():
        database.after_commit(more)

    assert _names(path) == ["later"]
