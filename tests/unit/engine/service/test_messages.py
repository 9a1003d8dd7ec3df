"""Messages: checked, stored, announced, and refused while a run is at work."""

from __future__ import annotations

import threading

import pytest

from engine.errors import InvalidRequest, NotFound, ThreadBusy
from engine.events import MessageDelta
from engine.inference.scripted import Reply
from engine.service import Engine
from engine.types import NewMessage, TextPart
from tests.support.fixtures import EngineFactory, Recorder


def user(text: str) -> NewMessage:
    return NewMessage(role="user", content=(TextPart(text=text),))


def test_from_creation_to_deletion(engine: Engine, recorder: Recorder) -> None:
    thread = engine.threads.create()
    engine.subscribe(recorder, thread_id=thread.id)
    message = engine.messages.create(thread.id, user("Hello there"))
    engine.messages.create(thread.id, user("Anyone?"))
    assert engine.threads.get(thread.id).title == "Hello there"
    changed = engine.messages.update(thread.id, message.id, metadata={"a": "b"})
    assert engine.messages.get(thread.id, message.id) == changed
    assert [m.text for m in engine.messages.list(thread.id).items] == ["Anyone?", "Hello there"]
    engine.messages.delete(thread.id, message.id)
    assert recorder.names() == [
        *("message.created", "thread.updated", "message.created", "thread.updated"),
        *("message.updated", "message.deleted"),
    ]
    with pytest.raises(NotFound):
        engine.messages.get(thread.id, message.id)


def test_what_is_refused(engine: Engine) -> None:
    thread = engine.threads.create()
    with pytest.raises(InvalidRequest):
        engine.messages.create(thread.id, user(""))
    with pytest.raises(NotFound):
        engine.messages.create("thread_unknown", user("Hi"))
    message = engine.messages.create(thread.id, user("Hi"))
    with pytest.raises(InvalidRequest):
        engine.messages.update(thread.id, message.id, metadata={"k": "v" * 513})


def test_a_thread_is_locked_while_a_run_is_at_work(make_engine: EngineFactory) -> None:
    gate, writing = threading.Event(), threading.Event()
    engine = make_engine([Reply(text="one two", gates={1: gate})])
    engine.subscribe(lambda event: writing.set() if isinstance(event, MessageDelta) else None)
    thread = engine.threads.create()
    said, run = engine.runs.say(thread.id, engine.assistants.create(model="m").id, "Hi")
    assert writing.wait(30)
    with pytest.raises(ThreadBusy, match=f"Can't add messages to {thread.id} while a run {run.id} is active"):
        engine.messages.create(thread.id, user("More"))
    assert engine.messages.update(thread.id, said.id, metadata={"a": "b"}).metadata == {"a": "b"}
    (answer,) = engine.messages.list(thread.id, run_id=run.id).items
    with pytest.raises(ThreadBusy):
        engine.messages.delete(thread.id, answer.id)
    gate.set()
    engine.runs.wait(run.id, 30)
    assert engine.messages.create(thread.id, user("More")).text == "More"
