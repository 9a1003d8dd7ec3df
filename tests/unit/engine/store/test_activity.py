"""The two questions to a thread before something is added to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import NotFound
from engine.store import Store
from engine.store.activity import active_run_id, mark_used
from engine.store.database import Database
from tests.unit.engine.store.values import finished, started


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    database = Database(path)
    yield database
    database.close()


def test_mark_used_sets_the_time_or_does_not_find_the_thread(store: Store, database: Database) -> None:
    thread = store.threads.create()
    store.threads.update(thread.id, last_used_at=1)

    with database.transaction() as connection:
        mark_used(connection, thread.id)
        with pytest.raises(NotFound, match="No thread found"):
            mark_used(connection, "thread_nobody")

    assert store.threads.get(thread.id).last_used_at >= thread.created_at


def test_the_active_run_is_the_one_that_has_not_ended(store: Store, database: Database) -> None:
    thread = store.threads.create()
    finished(store, thread.id)
    with database.read() as connection:
        assert active_run_id(connection, thread.id) is None

    run = started(store, thread.id)
    with database.read() as connection:
        assert active_run_id(connection, thread.id) == run.id
