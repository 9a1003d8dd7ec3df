"""Stored files and their contents: one content may serve many files, and goes with the last."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.errors import NotFound
from engine.store import Store
from engine.types import PageRequest
from tests.unit.engine.store.values import FIRST_HUNDRED, stored


def test_a_file_is_stored_with_its_content(store: Store) -> None:
    file = stored(store, b"abc", filename="茶.txt", purpose="vision")

    assert store.files.get(file.id) == file
    assert (file.id[:5], file.bytes, file.filename, file.purpose, file.expires_at) == (
        "file-",
        3,
        "茶.txt",
        "vision",
        None,
    )
    assert b"".join(store.files.read(file)) == b"abc"


def test_files_are_listed_by_purpose_and_by_the_thousand(store: Store) -> None:
    a, b = stored(store, b"a"), stored(store, b"b", purpose="vision")

    assert store.files.list(FIRST_HUNDRED).items == (a, b)
    assert store.files.list(PageRequest(limit=10_000), "vision").items == (b,)
    assert store.files.list(PageRequest(limit=1, after=b.id)).items == (a,)


def test_the_content_goes_with_the_last_file_that_has_it(store: Store) -> None:
    one, two = stored(store, b"same"), stored(store, b"same")
    path = store.blobs.path(one.sha256)
    assert one.sha256 == two.sha256

    assert store.files.delete(one.id) == one
    assert path.exists()
    store.files.delete(two.id)
    assert not path.exists()
    with pytest.raises(NotFound):
        store.files.delete(two.id)


def test_a_deletion_that_is_undone_keeps_the_content(store: Store) -> None:
    file = stored(store, b"kept")

    with pytest.raises(ZeroDivisionError), store.transaction():
        store.files.delete(file.id)
        raise ZeroDivisionError

    assert b"".join(store.files.read(store.files.get(file.id))) == b"kept"


def test_files_with_the_same_content_come_and_go_at_once(store: Store) -> None:
    barrier = threading.Barrier(8)

    def live(_: int) -> bytes:
        barrier.wait()
        for _ in range(5):
            store.files.delete(stored(store, b"shared").id)
        kept = stored(store, b"shared")
        return b"".join(store.files.read(kept))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(live, range(8))) == {b"shared"}


def test_expired_files_are_found_when_their_time_is_over(store: Store) -> None:
    stored(store, b"for ever")
    file = stored(store, b"for an hour", expires_after=3600)

    assert file.expires_at == file.created_at + 3600
    assert store.files.expired(file.expires_at - 1) == ()
    assert store.files.expired(file.expires_at) == (file,)


def test_missing_ids_are_told_in_their_order(store: Store) -> None:
    file = stored(store, b"a")

    assert store.files.missing(["x", file.id, "y"]) == ("x", "y")
    assert store.files.missing([f"{n}" for n in range(40_000)])[-1] == "39999"
    assert store.files.missing([]) == ()


def test_the_sweep_after_a_crash_keeps_what_rows_name(open_store: Callable[[], Store]) -> None:
    store = open_store()
    file = stored(store, b"named")
    with store.files.receive(10) as orphan:
        orphan.write(b"orphan")
        store.blobs.place(orphan)

    assert open_store().sweep() == 1
    assert b"".join(store.files.read(file)) == b"named"
