"""The front door as a whole: one message through all layers, opening, closing."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import HomeBusy
from engine.inference.scripted import ScriptedBackend
from engine.service import Engine
from engine.types import RunStatus
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
