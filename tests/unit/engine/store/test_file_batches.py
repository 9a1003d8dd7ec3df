"""Batches: their counts always reach zero in progress, and their status says how it went."""

from __future__ import annotations

import pytest

from engine.errors import NotFound
from engine.store import Store
from engine.types import FileCounts, LastError
from tests.unit.engine.store.values import kept, put, stored


def _batch_of(store: Store, count: int) -> tuple[str, str]:
    vector_store = store.vector_stores.create()
    batch = store.file_batches.create(vector_store.id)
    put(store, vector_store.id, *(stored(store, bytes([n])).id for n in range(count)), batch_id=batch.id)
    return vector_store.id, batch.id


def _fail(store: Store) -> None:
    job = store.vector_store_files.next_job()
    assert job is not None
    store.vector_store_files.fail(job, LastError(code="server_error", message="x"))


def test_a_batch_is_in_progress_until_its_last_file(store: Store) -> None:
    ids = _batch_of(store, 2)
    assert store.file_batches.get(*ids).status == "in_progress"
    kept(store, "a")
    _fail(store)

    batch = store.file_batches.get(*ids)
    assert (batch.status, batch.file_counts) == ("completed", FileCounts(completed=1, failed=1))


def test_a_batch_without_one_good_file_failed(store: Store) -> None:
    ids = _batch_of(store, 1)
    _fail(store)

    assert store.file_batches.get(*ids).status == "failed"


def test_a_cancelled_batch_keeps_what_was_done(store: Store) -> None:
    ids = _batch_of(store, 3)
    kept(store, "a")

    store.file_batches.cancel(*ids)
    cancelled = store.vector_store_files.cancel_batch(ids[1])

    assert [file.status for file in cancelled] == ["cancelled", "cancelled"]
    batch = store.file_batches.get(*ids)
    assert (batch.status, batch.file_counts) == ("cancelled", FileCounts(completed=1, cancelled=2))
    assert store.vector_store_files.next_job() is None


def test_a_batch_belongs_to_its_store(store: Store) -> None:
    _, batch_id = _batch_of(store, 1)
    other = store.vector_stores.create()

    for call in (store.file_batches.get, store.file_batches.cancel):
        with pytest.raises(NotFound):
            call(other.id, batch_id)
