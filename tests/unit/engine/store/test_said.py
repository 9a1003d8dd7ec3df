"""Words of messages: what is due, what matches, and that no change is missed."""

from __future__ import annotations

import pytest

from engine.store import Store
from engine.types import TextPart
from tests.unit.engine.store.values import FIRST_HUNDRED, said


def _read(store: Store) -> None:
    store.said.put([(due, due.text) for due in store.said.due(100)])


def _found(store: Store, expression: str) -> list[str]:
    return [found.text for found in store.said.matching(expression, 10)]


def test_every_way_to_store_a_message_makes_its_words_due(store: Store) -> None:
    thread = store.threads.create(messages=[said("green tea")], title="Drinks")
    store.messages.create(thread.id, said("black tea"))
    run, _ = store.runs.create(thread.id, assistant_id="asst_1", model="m", new_messages=[said("red tea")])
    written = store.messages.begin(thread.id, "asst_1", run.id)
    store.messages.finish(written.id, (TextPart(text="no coffee"),), "completed")
    assert len(store.said.due(100)) == 4
    assert [due.text for due in store.said.due(1)] == ["no coffee"]
    _read(store)

    assert store.said.due(100) == ()
    assert _found(store, "tea") == ["red tea", "black tea", "green tea"]
    [coffee] = store.said.matching("coffee", 10)
    assert (coffee.id, coffee.thread_id, coffee.title, coffee.role) == (written.id, thread.id, "Drinks", "assistant")


def test_what_changes_while_it_is_read_stays_due(store: Store) -> None:
    thread = store.threads.create(messages=[said("tea")])
    [message] = store.messages.list(thread.id, FIRST_HUNDRED).items
    due = store.said.due(1)
    store.messages.update(thread.id, message.id, content=(TextPart(text="coffee"),))
    store.said.put([(due[0], "tea")])
    assert _found(store, "tea") == []
    _read(store)

    assert _found(store, "coffee") == ["coffee"]
    store.messages.update(thread.id, message.id, metadata={"k": "v"})
    assert store.said.due(1) == ()


@pytest.mark.parametrize("way", ["delete message", "delete thread", "bin message", "bin thread"])
def test_what_is_gone_is_not_found(store: Store, way: str) -> None:
    thread = store.threads.create(messages=[said("tea")])
    [message] = store.messages.list(thread.id, FIRST_HUNDRED).items
    _read(store)
    match way:
        case "delete message":
            store.messages.delete(thread.id, message.id)
        case "delete thread":
            store.threads.delete(thread.id)
        case "bin message":
            store.bin.put_message(message.id)
        case _:
            store.bin.put_thread(thread.id)

    assert _found(store, "tea") == []
    assert store.said.due(1) == ()
