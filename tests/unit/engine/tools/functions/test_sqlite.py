"""SQL from a model: it reads and does nothing else, ends in time, and fails in words it can be repaired from."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.tools.functions.base import ExecutorFailed
from engine.tools.functions.sqlite import MOST_ROWS, SqliteQuery


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "books 书.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE loans (reader TEXT, title TEXT, due DATE, cover BLOB)")
        rows = [("Ines", f"书 {n}", "2025-01-02", b"\x00" * n) for n in range(3)]
        connection.executemany("INSERT INTO loans VALUES (?, ?, ?, ?)", rows)
        connection.commit()
    return path


def _failure(path: Path, sql: str) -> str:
    with pytest.raises(ExecutorFailed) as caught:
        SqliteQuery(path).run({"query": sql})
    return str(caught.value)


def test_rows_come_as_tuples(path: Path) -> None:
    query = SqliteQuery(path)

    assert query.run({"query": "SELECT count(*), max(title) FROM loans;"}) == "[(3, '书 2')]"
    assert query.run({"n": 1, "sql": "SELECT cover FROM loans WHERE title = '书 2'"}) == "[('<2 bytes>',)]"
    assert query.run(
        {"q": "WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n WHERE i < 3) SELECT * FROM n"}
    ) == ("[(1,), (2,), (3,)]")
    assert query.tables() == {"loans": ("reader", "title", "due", "cover")}


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (
            "SELECT due_date FROM loans",
            "no such column: due_date. Did you mean due? The tables are: loans(reader, title",
        ),
        ("SELECT * FROM loan", "no such table: loan. Did you mean loans?"),
        ("SELECT TIME_TO_SEC(due) FROM loans", "SQLite has no function TIME_TO_SEC"),
        ("SELECT 1; SELECT 2", "more than one statement"),
        ("SELEC 1", "syntax error. The tables are"),
        ("", "there is no SQL"),
    ],
)
def test_failures_say_what_exists(path: Path, sql: str, words: str) -> None:
    assert words in _failure(path, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM loans",
        "INSERT INTO loans (reader) VALUES ('x')",
        "UPDATE loans SET reader = 'x'",
        "DROP TABLE loans",
        "CREATE TABLE t (a)",
        "CREATE TEMP TABLE t (a)",
        "ATTACH DATABASE 'other.db' AS other",
        "PRAGMA writable_schema = 1",
        "PRAGMA table_info(loans)",
        "VACUUM INTO 'copy.db'",
        "BEGIN IMMEDIATE",
        "SELECT load_extension('x')",
    ],
)
def test_nothing_but_reading(path: Path, sql: str) -> None:
    before = path.read_bytes()

    assert "Error: " in _failure(path, sql)
    assert path.read_bytes() == before
    assert sorted(file.name for file in path.parent.iterdir()) == [path.name]


def test_endless_queries_end(path: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

    with pytest.raises(ExecutorFailed, match=r"took longer than 0\.05 seconds"):
        SqliteQuery(path, seconds=0.05).run({"query": endless})


def test_rows_and_values_are_bounded(path: Path) -> None:
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 999) SELECT i FROM n"

    output = SqliteQuery(path).run({"query": many})
    assert output.endswith(f"(only the first {MOST_ROWS} rows)")
    assert "Error" in _failure(path, "SELECT length(hex(zeroblob(99999999)))")


def test_a_file_that_is_gone_or_none(path: Path, tmp_path: Path) -> None:
    assert "is gone" in _failure(tmp_path / "none.db", "SELECT 1")
    other = tmp_path / "text.db"
    other.write_text("This is a letter, not a database. " * 50, "utf-8")
    assert "not a SQLite database" in _failure(other, "SELECT * FROM loans")
    with pytest.raises(ExecutorFailed, match="not a SQLite database"):
        SqliteQuery(other).tables()
