"""Vector stores: what their files add up to, and when they end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from engine.errors import NotFound
from engine.store import Store
from engine.types import FileCounts, LastError, PageRequest
from tests.unit.engine.store.values import FIRST_HUNDRED, kept, put, stored

DAY = 86_400


def test_a_store_has_the_fields_it_was_given(store: Store) -> None:
    plain = store.vector_stores.create()
    full = store.vector_stores.create(name="n", description="d", metadata={"k": "v"}, expires_after_days=2)

    assert (plain.name, plain.description, plain.metadata, plain.expires_at) == ("", None, {}, None)
    assert (full.name, full.description, full.metadata) == ("n", "d", {"k": "v"})
    assert full.expires_at == full.created_at + 2 * DAY
    assert store.vector_stores.list(FIRST_HUNDRED).items == (plain, full)
    assert store.vector_stores.list(PageRequest(limit=1)).has_more


def test_counts_and_status_follow_the_files(store: Store) -> None:
    vector_store, other = store.vector_stores.create(), store.vector_stores.create()
    files = [stored(store, bytes([n])) for n in range(4)]
    put(store, vector_store.id, *(file.id for file in files))
    put(store, other.id, files[0].id)

    assert store.vector_stores.get(vector_store.id).status == "in_progress"
    kept(store, "one", "two")
    job = store.vector_store_files.next_job()
    assert job is not None
    store.vector_store_files.fail(job, LastError(code="invalid_file", message="no"))

    now = store.vector_stores.get(vector_store.id)
    assert now.file_counts == FileCounts(in_progress=2, completed=1, failed=1)
    assert (now.usage_bytes, now.file_counts.total) == (6, 4)
    assert store.vector_stores.list(FIRST_HUNDRED).items[0] == now


def test_null_empties_and_absent_leaves(store: Store) -> None:
    vector_store = store.vector_stores.create(name="n", metadata={"k": "v"}, expires_after_days=2)

    assert store.vector_stores.update(vector_store.id) == vector_store
    changed = store.vector_stores.update(vector_store.id, name=None, metadata=None, expires_after_days=None)

    assert (changed.name, changed.metadata, changed.expires_at) == ("", {}, None)


def test_a_store_expires_and_comes_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    vector_store = store.vector_stores.create(expires_after_days=1)
    later = vector_store.created_at + DAY
    monkeypatch.setattr(time, "time", lambda: later)

    assert store.vector_stores.get(vector_store.id).status == "expired"
    store.vector_stores.touch([vector_store.id, "vs_unknown"])
    again = store.vector_stores.get(vector_store.id)

    assert (again.status, again.last_active_at, again.expires_at) == ("completed", later, later + DAY)


def test_deleting_a_store_leaves_the_files_and_takes_the_rest(store: Store) -> None:
    vector_store = store.vector_stores.create()
    file = stored(store, b"a")
    put(store, vector_store.id, file.id, batch_id=store.file_batches.create(vector_store.id).id)
    kept(store, "words of it")

    store.vector_stores.delete(vector_store.id)

    assert store.files.get(file.id) == file
    assert store.chunks.matching([vector_store.id], '"words"', 10) == ()
    for call in (store.vector_stores.get, store.vector_stores.update, store.vector_stores.delete):
        with pytest.raises(NotFound):
            call(vector_store.id)


def test_a_page_is_summed_up_without_reading_the_files(
    store: Store, queries: Callable[[Callable[[], object]], list[Any]]
) -> None:
    vector_store = store.vector_stores.create()
    put(store, vector_store.id, *(stored(store, bytes([n])).id for n in range(20)))

    plans = [line for query in queries(lambda: store.vector_stores.list(FIRST_HUNDRED)) for line in query.plan]

    assert any("COVERING INDEX vector_store_files_by_status" in line for line in plans)
