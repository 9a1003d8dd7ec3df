"""What happened on a thread comes with its messages, page by page."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.service.history import History
from engine.store import Store
from engine.types import Message, NewMessage, PageRequest, TextPart


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "a.db", tmp_path / "blobs")


def _ask(store: Store, thread_id: str, *, answer: bool) -> str:
    said = NewMessage(role="user", content=(TextPart(text="q"),))
    run, _ = store.runs.create(thread_id, assistant_id="a", model="m", new_messages=[said])
    about = {"run_id": run.id, "thread_id": thread_id, "assistant_id": "a"}
    store.steps.create(**about, type="tool_calls", details={"tool_calls": []})
    if answer:
        message = store.messages.begin(thread_id, "a", run.id)
        store.steps.create(**about, type="message_creation", details={"message_creation": {"message_id": message.id}})
    store.runs.update(run.id, status="completed")
    return run.id


def _messages(store: Store, thread_id: str, **page: object) -> tuple[Message, ...]:
    return store.messages.list(thread_id, PageRequest(order="asc", **page)).items  # type: ignore[arg-type]


def test_runs_come_with_their_steps_in_order(store: Store) -> None:
    thread = store.threads.create()
    runs = [_ask(store, thread.id, answer=True), _ask(store, thread.id, answer=True)]

    found = History(store).of(thread.id, _messages(store, thread.id), newest=True)

    assert [each.run.id for each in found] == runs
    assert [[step.type for step in each.steps] for each in found] == [["tool_calls", "message_creation"]] * 2


def test_a_run_that_said_nothing_comes_with_the_page_it_was_asked_on(store: Store) -> None:
    thread = store.threads.create()
    first, silent, last = (_ask(store, thread.id, answer=n != 1) for n in range(3))
    other = store.threads.create()
    _ask(store, other.id, answer=True)

    messages = _messages(store, thread.id)
    assert [each.run.id for each in History(store).of(thread.id, messages, newest=True)] == [first, silent, last]
    assert silent in [each.run.id for each in History(store).of(thread.id, messages[:3])]


def test_a_thread_on_which_nothing_was_said_has_its_runs(store: Store) -> None:
    thread = store.threads.create()
    run, _ = store.runs.create(thread.id, assistant_id="a", model="m")
    history = History(store)

    assert [each.run.id for each in history.of(thread.id, (), newest=True)] == [run.id]
    assert history.of(thread.id, ()) == ()
    assert history.of_run(run).steps == ()
