"""Files in vector stores: put in, waited for, read once, taken out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.errors import NotFound
from engine.store import Store
from engine.store.vector_store_files import Job
from engine.types import LastError, PageRequest
from tests.unit.engine.store.values import FIRST_HUNDRED, kept, put, stored


@pytest.fixture
def vs(store: Store) -> str:
    return store.vector_stores.create().id


def _job(store: Store) -> Job:
    job = store.vector_store_files.next_job()
    assert job is not None
    return job


def test_files_wait_in_the_order_they_were_put_in(store: Store, vs: str) -> None:
    ids = [stored(store, bytes([n])).id for n in range(3)]
    files = put(store, vs, *ids, attributes={"year": 2024})

    assert [(file.id, file.status, file.attributes) for file in files] == [
        (id_, "in_progress", {"year": 2024}) for id_ in ids
    ]
    assert store.vector_store_files.get(vs, ids[1]) == files[1]
    assert store.vector_store_files.list(vs, FIRST_HUNDRED).items == files
    assert store.vector_store_files.list(vs, PageRequest(limit=1, after=ids[1], order="asc")).items == files[2:]
    assert _job(store).file == files[0]


def test_lists_are_narrowed_by_status_and_batch(store: Store, vs: str) -> None:
    batch = store.file_batches.create(vs)
    one, two = stored(store, b"1").id, stored(store, b"2").id
    put(store, vs, one)
    put(store, vs, two, batch_id=batch.id)
    kept(store, "x")

    def ids(**narrowed: str) -> list[str]:
        return [file.id for file in store.vector_store_files.list(vs, FIRST_HUNDRED, **narrowed).items]

    assert (ids(status="completed"), ids(status="in_progress"), ids(status="failed")) == ([one], [two], [])
    assert (ids(batch_id=batch.id), ids(batch_id=batch.id, status="completed")) == ([two], [])
    with pytest.raises(NotFound):
        store.vector_store_files.list("vs_x", FIRST_HUNDRED)


def test_a_file_put_in_again_is_read_again_only_for_a_reason(store: Store, vs: str) -> None:
    file_id = stored(store, b"1").id
    put(store, vs, file_id)
    kept(store, "x")

    [same] = put(store, vs, file_id, attributes={"new": True})
    assert (same.status, same.attributes) == ("completed", {"new": True})

    [other] = put(store, vs, file_id, chunking_strategy={"type": "static", "static": {}})
    assert (other.status, other.attributes, store.chunks.list(vs, file_id)) == ("in_progress", {}, ())

    store.vector_store_files.fail(_job(store), LastError(code="server_error", message="x"))
    [again] = put(store, vs, file_id, chunking_strategy={"type": "static", "static": {}})
    assert (again.status, again.last_error) == ("in_progress", None)


def test_the_file_of_one_store_is_not_the_file_of_another(store: Store, vs: str) -> None:
    other = store.vector_stores.create().id
    file_id = stored(store, b"1").id
    put(store, vs, file_id)
    put(store, other, file_id)

    assert set(store.vector_store_files.holding(file_id)) == {vs, other}
    store.vector_store_files.delete(vs, file_id)
    assert store.vector_store_files.holding(file_id) == (other,)
    for call in (store.vector_store_files.get, store.vector_store_files.delete, store.vector_store_files.update):
        with pytest.raises(NotFound):
            call(vs, file_id)


def test_deleting_a_file_takes_it_out_of_all_stores_with_its_words(store: Store, vs: str) -> None:
    other = store.vector_stores.create().id
    file = stored(store, b"1")
    for each in (vs, other):
        put(store, each, file.id)
        kept(store, "words")

    assert len(store.chunks.matching([vs, other], '"words"', 9)) == 2
    store.files.delete(file.id)

    assert store.chunks.matching([vs, other], '"words"', 9) == ()
    assert store.vector_stores.get(vs).file_counts.total == 0


def test_attempts_are_counted_before_the_work_and_taken_back_when_it_was_not_the_file(store: Store, vs: str) -> None:
    put(store, vs, stored(store, b"1").id)

    job = store.vector_store_files.begin(_job(store))
    assert (job.file.attempts, _job(store).file.attempts) == (1, 1)
    store.vector_store_files.pause(job)
    assert _job(store).file.attempts == 0


def test_some_attempts_count_more_and_all_are_forgotten_once_it_gets_further(store: Store, vs: str) -> None:
    put(store, vs, stored(store, b"1").id)
    job = store.vector_store_files.begin(_job(store))
    store.vector_store_files.blame(job, 3)
    assert _job(store).file.attempts == 4
    job = store.vector_store_files.begin(_job(store))
    store.vector_store_files.got_further(job)
    assert _job(store).file.attempts == 1


def test_a_file_that_ended_or_went_is_not_waited_for(store: Store, vs: str) -> None:
    file_id = stored(store, b"1").id
    put(store, vs, file_id)
    old = _job(store)
    store.vector_store_files.delete(vs, file_id)
    put(store, vs, file_id)
    files = store.vector_store_files
    calls: list[Callable[[Job], object]] = [
        files.begin,
        files.complete,
        lambda job: files.fail(job, LastError(code="server_error", message="x")),
        lambda job: store.chunks.close(job, 1),
        lambda job: store.chunks.add(job, [], start=0),
        store.chunks.clear,
    ]

    for call in calls:
        with pytest.raises(NotFound):
            call(old)
    done = files.complete(_job(store))
    assert done.status == "completed"
    assert files.next_job() is None


def test_a_failed_file_says_why_and_keeps_nothing(store: Store, vs: str) -> None:
    put(store, vs, stored(store, b"1").id)
    job = _job(store)
    kept(store, "a", job=job, finish=False)

    failed = store.vector_store_files.fail(job, LastError(code="invalid_file", message="broken"))

    assert (failed.status, failed.last_error) == ("failed", LastError(code="invalid_file", message="broken"))
    assert (failed.chunk_count, failed.usage_bytes, store.chunks.list(vs, failed.id)) == (None, 0, ())


def test_putting_into_no_store_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        put(store, "vs_x", stored(store, b"1").id)


def test_attributes_of_what_can_be_searched(store: Store, vs: str) -> None:
    put(store, vs, stored(store, b"1").id, attributes={"a": 1})
    put(store, vs, stored(store, b"2").id)
    kept(store, "x")

    [(_, attributes)] = store.vector_store_files.attributes([vs])
    assert attributes == {"a": 1}


def test_files_of_a_paused_store_are_passed_over(store: Store, vs: str) -> None:
    other = store.vector_stores.create().id
    first, second = stored(store, b"1").id, stored(store, b"2").id
    put(store, vs, first)
    put(store, other, second)

    store.vector_stores.update(vs, paused_at=1)
    assert _job(store).file.id == second
    store.vector_stores.update(other, paused_at=1)
    assert store.vector_store_files.next_job() is None
    store.vector_stores.update(vs, paused_at=None)
    assert _job(store).file.id == first
