"""Assistants keep every field, and leave alone what they took part in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.errors import NotFound
from engine.store import Store
from engine.types import PageRequest
from tests.unit.engine.store.values import FIRST_HUNDRED, finished


def test_every_field_is_there_after_a_restart(store: Store, open_store: Callable[[], Store]) -> None:
    assistant = store.assistants.create(
        model="qwen",
        name="炉边",
        description="d",
        instructions="Be kind.",
        tools=({"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}},),
        tool_resources={"file_search": {"vector_store_ids": ["vs_1"]}},
        metadata={"k": "v"},
        temperature=0.5,
        top_p=0.9,
        response_format={"type": "json_object"},
        reasoning_effort="low",
    )
    store.close()

    assert open_store().assistants.get(assistant.id) == assistant
    assert assistant.id.startswith("asst_")


def test_only_a_model_is_needed(store: Store) -> None:
    assistant = store.assistants.create(model="m")

    assert store.assistants.get(assistant.id) == assistant
    assert assistant.response_format is None


def test_the_list_is_newest_first(store: Store) -> None:
    made = [store.assistants.create(model="m") for _ in range(3)]

    assert store.assistants.list(PageRequest()).items == tuple(reversed(made))


def test_deleting_keeps_its_runs_and_messages(store: Store) -> None:
    assistant = store.assistants.create(model="m")
    thread = store.threads.create()
    run = finished(store, thread.id)
    message = store.messages.begin(thread.id, assistant.id, run.id)

    store.assistants.delete(assistant.id)

    with pytest.raises(NotFound):
        store.assistants.get(assistant.id)
    assert store.messages.get(thread.id, message.id).assistant_id == assistant.id
    assert store.runs.list(thread.id, FIRST_HUNDRED).items == (run,)
