"""Executors: one a function, gone with the assistant."""

from __future__ import annotations

import pytest

from engine.errors import NotFound
from engine.store import Store


def test_a_function_has_one_executor_the_last_one_put(store: Store) -> None:
    assistant = store.assistants.create(model="m")
    first = store.executors.put(assistant.id, "clock", kind="fixed", config={"text": "noon"})

    second = store.executors.put(assistant.id, "clock", kind="person", config={}, approval="never")

    assert (first.kind, first.config, first.approval) == ("fixed", {"text": "noon"}, "ask")
    assert (second.id, second.kind, second.config, second.approval) == (first.id, "person", {}, "never")
    assert store.executors.of(assistant.id) == (second,)
    assert store.executors.find(assistant.id, "clock") == second
    assert store.executors.find(assistant.id, "other") is None


def test_they_change_and_go(store: Store) -> None:
    assistant = store.assistants.create(model="m")
    executor = store.executors.put(assistant.id, "clock", kind="fixed", config={"text": "noon"})
    kept = store.executors.put(assistant.id, "map", kind="person", config={})

    assert store.executors.update(executor.id, approval="allow").approval == "allow"
    store.executors.delete(executor.id)
    assert store.executors.of(assistant.id) == (kept,)
    with pytest.raises(NotFound):
        store.executors.delete(executor.id)

    store.assistants.delete(assistant.id)
    assert store.executors.of(assistant.id) == ()


def test_there_is_none_without_its_assistant(store: Store) -> None:
    with pytest.raises(NotFound):
        store.executors.put("asst_nobody", "clock", kind="fixed", config={})
