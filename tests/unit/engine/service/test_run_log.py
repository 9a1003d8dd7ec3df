"""The log of a run as one value, by default of the newest, and what of its thread was there before it."""

from __future__ import annotations

import pytest

from engine.errors import NotFound
from engine.service import Engine
from engine.types import Run
from tests.support.fixtures import EngineFactory


def _say(engine: Engine, thread_id: str, text: str, **options: object) -> Run:
    assistant = engine.assistants.create(model="scripted", name="Guagua", instructions="Be kind.")
    return engine.runs.wait(engine.runs.say(thread_id, assistant.id, text, options=options)[1].id, 30)


def test_everything_of_a_run_comes_together(make_engine: EngineFactory) -> None:
    engine = make_engine(["First.", "Second."])
    thread = engine.threads.create()
    first = _say(engine, thread.id, "Tea?")
    second = _say(engine, thread.id, "And cake?", temperature=0.25)

    log = engine.run_logs.of(thread.id)
    assert log is not None
    assert (log.run.id, log.run.temperature) == (second.id, 0.25)
    assert (log.assistant.name if log.assistant else "") == "Guagua"
    assert [step.type for step in log.steps] == ["message_creation"]
    assert "Tea?" in log.generations[0].prompt
    assert log.events[-1]["event"] == "thread.run.completed"
    older = engine.run_logs.of(thread.id, first.id)
    assert older is not None
    assert "And cake?" not in older.generations[0].prompt


def test_a_thread_without_runs_has_none_and_an_unknown_one_is_refused(engine: Engine) -> None:
    assert engine.run_logs.of(engine.threads.create().id) is None
    with pytest.raises(NotFound):
        engine.run_logs.of("thread_none")


def test_what_the_model_did_not_see_is_named(make_engine: EngineFactory) -> None:
    engine = make_engine(lambda _request: "Yes.")
    thread = engine.threads.create()
    _say(engine, thread.id, "The first thing.")
    run = _say(engine, thread.id, "The last.", truncation_strategy={"type": "last_messages", "last_messages": 1})

    log = engine.run_logs.of(thread.id, run.id)
    assert log is not None
    assert [(message.text, message.reason) for message in log.dropped] == [
        ("Yes.", "last_messages"),
        ("The first thing.", "last_messages"),
    ]


def test_a_deleted_message_takes_the_prompts_that_repeat_it_along(make_engine: EngineFactory) -> None:
    engine = make_engine(["Noted."])
    thread = engine.threads.create()
    run = _say(engine, thread.id, "My secret.")
    engine.messages.delete(thread.id, engine.messages.list(thread.id).items[-1].id)

    log = engine.run_logs.of(thread.id, run.id)
    assert log is not None
    assert log.generations[0].prompt == ""


def test_the_script_starts_from_what_the_run_found(make_engine: EngineFactory) -> None:
    engine = make_engine(["First.", "Second."])
    thread = engine.threads.create()
    run = _say(engine, thread.id, "Tea?")
    _say(engine, thread.id, "And cake?")

    source = engine.run_logs.code(thread.id, run.id, base_url="http://127.0.0.1:1/v1")
    assert "Tea?" in source
    assert "And cake?" not in source
    assert "First." not in source
