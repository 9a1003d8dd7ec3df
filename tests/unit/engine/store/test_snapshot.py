"""A copy is one state, whatever is written meanwhile; paths in it follow the home folder."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import Cancelled, InvalidRequest
from engine.store import Store
from engine.store.snapshot import copy_database, counts, make_ready, move_paths


def test_a_copy_is_one_state_while_others_write(tmp_path: Path) -> None:
    source = tmp_path / "a.db"
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("PRAGMA journal_mode = WAL").close()
        connection.executescript("CREATE TABLE a (n, filler); CREATE TABLE b (n)")
        with connection:
            connection.executemany("INSERT INTO a VALUES (?, ?)", ((n, "x" * 4000) for n in range(5000)))
        writes, seen = 0, []

        def write(done: int, total: int) -> None:
            nonlocal writes
            writes += 1
            seen.append((done, total))
            with connection:
                connection.execute("UPDATE a SET n = -1")
                connection.execute("INSERT INTO b VALUES (1)")

        copy_database(source, tmp_path / "b.db", write)

    with closing(sqlite3.connect(tmp_path / "b.db")) as copy:
        assert copy.execute("SELECT count(*), min(n) FROM a").fetchone() == (5000, 0)
        assert copy.execute("SELECT count(*) FROM b").fetchone() == (0,)
    assert writes > 1
    assert seen[-1][0] == seen[-1][1] > 20_000_000


def test_copying_can_be_stopped(tmp_path: Path) -> None:
    Store(tmp_path / "a.db", tmp_path / "blobs").close()

    def stop(_done: int, _total: int) -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        copy_database(tmp_path / "a.db", tmp_path / "b.db", stop)


def test_a_copy_is_counted_and_taken_over(tmp_path: Path) -> None:
    with Store(tmp_path / "a.db", tmp_path / "blobs") as store:
        assistant = store.assistants.create(model="m")
        homes = (
            "/old/place/samples/x.db",
            "/old/place/databases/../up.db",
            "/elsewhere/x.db",
            "C:\\old\\databases\\y.db",
        )
        for number, path in enumerate(homes):
            store.executors.put(assistant.id, f"f{number}", kind="sqlite", config={"path": path})
        copy_database(tmp_path / "a.db", tmp_path / "b.db")
    copy = tmp_path / "b.db"
    make_ready(copy)
    assert counts(copy)["assistants"] == 1

    new = tmp_path / "new"
    move_paths(copy, "/old/place", new)
    move_paths(copy, "C:\\old", new)

    with Store(copy, tmp_path / "blobs") as store:
        paths = [executor.config["path"] for executor in store.executors.of(assistant.id)]
    assert paths == [str(new / "samples" / "x.db"), homes[1], homes[2], str(new / "databases" / "y.db")]


def test_a_database_with_a_view_is_not_ours(tmp_path: Path) -> None:
    Store(tmp_path / "a.db", tmp_path / "blobs").close()
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.executescript("CREATE VIEW more AS SELECT 1")

    with pytest.raises(InvalidRequest) as refused:
        make_ready(tmp_path / "a.db")
    assert refused.value.code == "bad_backup"
