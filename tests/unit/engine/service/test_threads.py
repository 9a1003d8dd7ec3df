"""Threads: checked, stored, announced, deleted with a run at work."""

from __future__ import annotations

import threading

import pytest

from engine.errors import InvalidRequest, NotFound
from engine.events import MessageDelta
from engine.inference.scripted import Reply
from engine.service import Engine
from engine.types import NewMessage, PageRequest, TextPart
from tests.support.fixtures import EngineFactory, Recorder


def user(text: str) -> NewMessage:
    return NewMessage(role="user", content=(TextPart(text=text),))


def test_from_creation_to_deletion(engine: Engine, recorder: Recorder) -> None:
    engine.subscribe(recorder)
    thread = engine.threads.create(messages=[user("Hi there"), user("Anyone?")], metadata={"a": "b"})
    assert (thread.title, thread.metadata) == ("Hi there", {"a": "b"})
    changed = engine.threads.update(thread.id, metadata=None, title="Greetings")
    assert (changed.title, changed.metadata) == ("Greetings", {})
    assert engine.threads.get(thread.id) == changed
    assert engine.threads.list(PageRequest(order="asc")).items == (changed,)
    assert [m.text for m in engine.messages.list(thread.id, PageRequest(order="asc")).items] == ["Hi there", "Anyone?"]
    engine.threads.delete(thread.id)
    with pytest.raises(NotFound):
        engine.threads.get(thread.id)
    assert recorder.names() == [
        *("thread.created", "message.created", "message.created", "thread.updated", "thread.deleted"),
    ]
    said = [event.message.text for event in recorder.events if hasattr(event, "message")]
    assert said == ["Hi there", "Anyone?"]


def test_what_is_refused(engine: Engine) -> None:
    with pytest.raises(InvalidRequest):
        engine.threads.create(messages=[user("")])
    thread = engine.threads.create()
    with pytest.raises(InvalidRequest):
        engine.threads.update(thread.id, metadata={"k": "v" * 513})
    with pytest.raises(InvalidRequest):
        engine.threads.update(thread.id, title="t" * 257)
    with pytest.raises(NotFound):
        engine.threads.delete("thread_unknown")


def test_deleting_stops_the_run_at_work(make_engine: EngineFactory, recorder: Recorder) -> None:
    engine = make_engine([Reply(text="one two three", gates={1: threading.Event()})])
    writing = threading.Event()
    engine.subscribe(lambda event: writing.set() if isinstance(event, MessageDelta) else None)
    engine.subscribe(recorder)
    thread = engine.threads.create()
    _, run = engine.runs.say(thread.id, engine.assistants.create(model="m").id, "Hi")
    assert writing.wait(30)
    engine.threads.delete(thread.id)
    assert recorder.statuses(run.id)[-1] == "cancelled"
    assert recorder.names()[-1] == "thread.deleted"
    assert engine.threads.list().items == ()
