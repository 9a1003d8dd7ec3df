"""Threads with their first messages, their last use, and their end."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import NotFound
from engine.store import Store
from engine.types import PageRequest
from tests.unit.engine.store.values import FIRST_HUNDRED, said, started, texts


def test_every_field_is_there_after_a_restart(store: Store, open_store: Callable[[], Store]) -> None:
    thread = store.threads.create(
        metadata={"k": "v"},
        tool_resources={"code_interpreter": {"file_ids": ["file_1"]}},
        title="今天",
        messages=[said("one"), said("two")],
    )
    store.close()
    again = open_store()

    assert again.threads.get(thread.id) == thread
    assert texts(again.messages.list(thread.id, FIRST_HUNDRED).items) == ["one", "two"]


def test_a_thread_is_not_stored_without_its_messages(store: Store) -> None:
    with pytest.raises(AttributeError):
        store.threads.create(messages=[said("one"), None])  # type: ignore[list-item]

    assert store.threads.list(PageRequest()).items == ()


def test_update_changes_only_what_is_given(store: Store) -> None:
    thread = store.threads.create(metadata={"k": "v"})

    changed = store.threads.update(thread.id, title="Tea")

    assert (changed.title, changed.metadata) == ("Tea", {"k": "v"})


def test_messages_and_runs_note_the_last_use(store: Store) -> None:
    def used_by(act: Callable[[str], object]) -> bool:
        thread = store.threads.create()
        store.threads.update(thread.id, last_used_at=1)
        act(thread.id)
        return store.threads.get(thread.id).last_used_at >= thread.created_at

    assert used_by(store.threads.touch)
    assert used_by(lambda thread_id: store.messages.create(thread_id, said("hi")))
    assert used_by(lambda thread_id: started(store, thread_id))
    assert not used_by(store.threads.get)


def test_deleting_takes_messages_runs_and_steps_along_and_nothing_else(store: Store, path: Path) -> None:
    kept, gone = store.threads.create(messages=[said("kept")]), store.threads.create(messages=[said("gone")])
    for thread in (kept, gone):
        run = started(store, thread.id)
        store.messages.begin(thread.id, "asst_a", run.id)
        store.steps.create(
            run_id=run.id, thread_id=thread.id, assistant_id="asst_a", type="message_creation", details={}
        )

    store.threads.delete(gone.id)

    with pytest.raises(NotFound):
        store.threads.get(gone.id)
    with closing(sqlite3.connect(path)) as connection:
        for table, rows in {"threads": 1, "messages": 2, "runs": 1, "steps": 1}.items():
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (rows,), table


def test_what_is_not_there_is_not_found(store: Store) -> None:
    for call in (store.threads.get, store.threads.touch, store.threads.delete):
        with pytest.raises(NotFound, match="No thread found"):
            call("thread_nobody")
