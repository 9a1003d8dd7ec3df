"""The bin at the front door: what is heard, and that it empties itself."""

from __future__ import annotations

import threading
import time

import pytest

from engine.errors import NotFound, ThreadBusy
from engine.events import MessageDelta
from engine.inference.scripted import Reply
from engine.service import Engine
from engine.service.bin import KEPT_DAYS
from engine.types import NewMessage, PageRequest, RunStatus, TextPart
from tests.support.fixtures import EngineFactory, Recorder


def user(text: str) -> NewMessage:
    return NewMessage(role="user", content=(TextPart(text=text),))


def test_listeners_hear_of_every_move(engine: Engine, recorder: Recorder) -> None:
    thread = engine.threads.create(messages=[user("one"), user("two")])
    first = engine.messages.list(thread.id, PageRequest(order="asc")).items[0]
    engine.subscribe(recorder)

    engine.bin.put_message(thread.id, first.id)
    engine.bin.put_thread(thread.id)
    assert [binned.kind for binned in engine.bin.list()] == ["thread"]
    engine.bin.take_out(thread.id)
    engine.bin.take_out(first.id)
    assert recorder.names() == ["message.deleted", "thread.deleted", "thread.created"]
    kinds = [type(event).__name__ for event in recorder.events]
    assert kinds.count("BinChanged") == 4
    assert "MessagesMoved" in kinds
    assert [m.text for m in engine.messages.list(thread.id, PageRequest(order="asc")).items] == ["one", "two"]


def test_a_run_at_work_is_stopped(make_engine: EngineFactory) -> None:
    engine = make_engine([Reply(text="one two three", gates={1: threading.Event()})])
    writing = threading.Event()
    engine.subscribe(lambda event: writing.set() if isinstance(event, MessageDelta) else None)
    message, run = engine.runs.say(None, engine.assistants.create(model="m").id, "Hi")
    assert writing.wait(30)
    written = engine.messages.list(message.thread_id, PageRequest(limit=1)).items[0]
    with pytest.raises(ThreadBusy):
        engine.bin.put_message(message.thread_id, written.id)

    engine.bin.put_thread(message.thread_id)

    assert engine.runs.wait(run.id, 30).status is RunStatus.CANCELLED
    engine.bin.take_out(message.thread_id)
    assert engine.threads.get(message.thread_id).title == "Hi"


def test_removing_and_emptying_are_for_ever(engine: Engine) -> None:
    one, two, three = (engine.threads.create() for _ in range(3))
    for thread in (one, two):
        engine.bin.put_thread(thread.id)
    engine.bin.remove(one.id)
    with pytest.raises(NotFound):
        engine.bin.take_out(one.id)
    assert engine.bin.empty() == 1
    assert engine.bin.list() == ()
    assert engine.threads.list().items == (three,)


def test_after_thirty_days_it_is_empty(make_engine: EngineFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine()
    thread = engine.threads.create()
    engine.bin.put_thread(thread.id)
    engine.close()

    at = time.time()
    monkeypatch.setattr("engine.service.bin.time.time", lambda: at + (KEPT_DAYS - 1) * 86_400)
    engine = make_engine()
    assert len(engine.bin.list()) == 1
    engine.close()
    monkeypatch.setattr("engine.service.bin.time.time", lambda: at + KEPT_DAYS * 86_400 + 60)
    assert make_engine().bin.list() == ()
