"""The front door as a whole: one message through all layers, opening, closing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.errors import HomeBusy
from engine.events import MessageDelta, SettingChanged
from engine.inference.port import ChatRequest, Generation, GenerationEvent, LoadSpec
from engine.inference.scripted import Reply, ScriptedBackend
from engine.service import Engine
from engine.service import engine as module
from engine.store import Store
from engine.types import NewMessage, RunStatus, TextPart
from tests.support.fixtures import EngineFactory, Recorder


def test_a_message_is_answered_in_the_order_clients_expect(make_engine: EngineFactory, recorder: Recorder) -> None:
    engine = make_engine([["Hel", "lo!"]])
    assistant = engine.assistants.create(model="gpt-4o", name="Ann", instructions="Be kind.")
    thread = engine.threads.create()
    engine.subscribe(recorder, thread_id=thread.id)
    message, run = engine.runs.say(thread.id, assistant.id, "Good morning")
    ended = engine.runs.wait(run.id, 30)
    assert ended.status is RunStatus.COMPLETED
    assert recorder.names() == [
        "message.created",
        "thread.updated",
        *("run.created", "run.queued", "run.in_progress"),
        *("step.created", "step.in_progress", "message.created", "message.in_progress"),
        *("message.delta", "message.delta"),
        *("message.completed", "step.completed", "run.completed"),
    ]
    assert recorder.text() == "Hello!"
    answer, said = engine.messages.list(thread.id).items
    assert said == message
    assert (answer.text, answer.run_id, answer.assistant_id) == ("Hello!", run.id, assistant.id)
    assert [event.seq for event in recorder.events] == sorted(event.seq for event in recorder.events)


def test_a_second_engine_on_the_same_home_is_refused(make_engine: EngineFactory) -> None:
    first = make_engine()
    with pytest.raises(HomeBusy) as caught:
        Engine(first.paths.home, backend=ScriptedBackend())
    assert str(first.paths.home) in caught.value.message
    first.close()
    Engine(first.paths.home, backend=ScriptedBackend()).close()


def test_closing_twice_is_harmless_and_a_failed_opening_gives_the_home_back(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "fireside.db").write_bytes(b"not a database" * 100)
    with pytest.raises(Exception, match="damaged"):
        Engine(home, backend=ScriptedBackend())
    (home / "fireside.db").unlink()
    engine = Engine(home, backend=ScriptedBackend())
    engine.close()
    engine.close()


def test_settings_are_announced_and_obeyed(make_engine: EngineFactory, recorder: Recorder) -> None:
    engine = make_engine()
    engine.subscribe(recorder)
    engine.settings.set(theme="dark", idle_unload_minutes=0)
    assert [e.key for e in recorder.events if isinstance(e, SettingChanged)] == ["theme", "idle_unload_minutes"]


def test_a_run_that_nobody_carries_out_does_not_lock_its_thread(make_engine: EngineFactory) -> None:
    engine = make_engine(["Hello."])
    assistant = engine.assistants.create(model="m")
    threads = [engine.threads.create(), engine.threads.create()]
    # What a full disk leaves behind: a run whose end could not be stored.
    with Store(engine.paths.database, engine.paths.blobs) as store:
        lost = [store.runs.create(t.id, assistant_id=assistant.id, model="m")[0] for t in threads]
    said = NewMessage(role="user", content=(TextPart(text="Hi"),))
    assert engine.messages.create(threads[0].id, said).text == "Hi"
    _, run = engine.runs.say(threads[1].id, assistant.id, "Hi")
    assert engine.runs.wait(run.id, 30).status is RunStatus.COMPLETED
    assert [engine.runs.wait(old.id).status for old in lost] == ["failed", "failed"]


class Deaf(ScriptedBackend):
    """A model that does not listen to a cancel, only to its end."""

    def chat(
        self, spec: LoadSpec, request: ChatRequest, on_event: Callable[[GenerationEvent], None], cancel: CancelToken
    ) -> Generation:
        return super().chat(spec, request, on_event, CancelToken())


def test_a_model_that_does_not_listen_loses_its_process(
    make_engine: EngineFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = Deaf([Reply(text="one two", gates={1: threading.Event()})])
    engine = make_engine(backend=backend)
    writing = threading.Event()
    engine.subscribe(lambda event: writing.set() if isinstance(event, MessageDelta) else None)
    thread = engine.threads.create()
    _, run = engine.runs.say(thread.id, engine.assistants.create(model="m").id, "Hi")
    assert writing.wait(30)
    monkeypatch.setattr(module, "_STOP_SECONDS", 0.1)
    scheduler, joined = engine._scheduler, engine._scheduler.join
    monkeypatch.setattr(scheduler, "join", lambda seconds: joined(seconds if not backend._closed.is_set() else 30))
    engine.close()
    with Store(engine.paths.database, engine.paths.blobs) as store:
        assert store.runs.get(thread.id, run.id).status is RunStatus.CANCELLED
