"""The bin: what lies in it is nowhere else, and comes back whole."""

from __future__ import annotations

import time

import pytest

from engine.errors import NotFound
from engine.store import Store
from engine.types import PageRequest
from tests.unit.engine.store.values import FIRST_HUNDRED, said, texts


def test_a_thread_in_the_bin_is_not_found_and_comes_back_whole(store: Store) -> None:
    thread = store.threads.create(messages=[said("one")], title="Tea")
    store.bin.put_thread(thread.id)

    assert store.threads.list(PageRequest()).items == ()
    for attempt in (
        lambda: store.threads.get(thread.id),
        lambda: store.threads.update(thread.id, title="x"),
        lambda: store.messages.list(thread.id, FIRST_HUNDRED),
        lambda: store.messages.create(thread.id, said("two")),
        lambda: store.runs.create(thread.id, assistant_id="asst_1", model="m"),
        lambda: store.bin.put_thread(thread.id),
    ):
        with pytest.raises(NotFound):
            attempt()
    [binned] = store.bin.list()
    assert (binned.kind, binned.id, binned.text) == ("thread", thread.id, "Tea")

    store.bin.take_out(thread.id)
    assert store.threads.get(thread.id) == thread
    assert texts(store.messages.list(thread.id, FIRST_HUNDRED).items) == ["one"]
    with pytest.raises(NotFound):
        store.bin.take_out(thread.id)


def test_a_message_in_the_bin_comes_back_to_its_place(store: Store) -> None:
    thread = store.threads.create(messages=[said("one"), said("two\nlines"), said("three")])
    second = store.messages.list(thread.id, FIRST_HUNDRED).items[1]
    store.bin.put_message(second.id)

    assert texts(store.messages.list(thread.id, FIRST_HUNDRED).items) == ["one", "three"]
    assert texts(store.messages.history(thread.id)) == ["three", "one"]
    with pytest.raises(NotFound):
        store.messages.get(thread.id, second.id)
    [binned] = store.bin.list()
    assert (binned.kind, binned.thread_id, binned.text) == ("message", thread.id, "two lines")
    store.bin.put_thread(thread.id)
    assert [each.kind for each in store.bin.list()] == ["thread"]  # the message comes with its thread
    store.bin.take_out(thread.id)

    store.bin.take_out(second.id)
    assert texts(store.messages.list(thread.id, FIRST_HUNDRED).items) == ["one", "two\nlines", "three"]


def test_only_what_lies_in_the_bin_is_removed_from_it(store: Store) -> None:
    thread = store.threads.create(messages=[said("one"), said("two")])
    first, second = store.messages.list(thread.id, FIRST_HUNDRED).items
    with pytest.raises(NotFound):
        store.bin.remove(thread.id)
    store.bin.put_message(first.id)
    store.bin.remove(first.id)
    store.bin.put_message(second.id)

    assert store.bin.remove_older(int(time.time()) - 60) == 0
    assert store.bin.remove_older(int(time.time()) + 1) == 1
    assert store.bin.list() == ()
    assert store.threads.get(thread.id) == thread
