"""Tokens of a message before it is sent: by part, with what would be dropped, and without loading a model."""

from __future__ import annotations

import pytest

from engine.errors import NotFound, Unavailable
from engine.service import Engine
from engine.types import NewMessage, TextPart
from tests.support.fixtures import EngineFactory


def _thread(engine: Engine, *texts: str) -> str:
    new = [NewMessage(role="user", content=(TextPart(text=text),)) for text in texts]
    return engine.threads.create(messages=new).id


def test_every_part_is_counted_and_no_model_is_loaded(engine: Engine) -> None:
    weather = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
    assistant = engine.assistants.create(model="m", instructions="Be brief and kind.", tools=[weather])
    thread_id = _thread(engine, "one two three", "four five six")

    estimate = engine.estimates.of(thread_id, assistant.id, "How are you?")
    empty = engine.estimates.of(None, assistant.id, "")

    assert engine._backend.loads == []  # type: ignore[attr-defined]
    assert not estimate.exact
    assert estimate.instructions > 4
    assert estimate.tools > 5
    assert estimate.history >= 6
    assert estimate.message > 3
    assert (estimate.files, estimate.dropped, estimate.too_long) == (0, 0, False)
    assert estimate.used < estimate.context
    assert (empty.history, empty.message) == (0, 0)
    assert empty.instructions == estimate.instructions


def test_a_loaded_model_counts_itself(make_engine: EngineFactory) -> None:
    engine = make_engine(["fine"])
    assistant = engine.assistants.create(model="m")
    message, run = engine.runs.say(None, assistant.id, "Hi")
    engine.runs.wait(run.id, 30)

    estimate = engine.estimates.of(message.thread_id, assistant.id, "a b c")

    assert (estimate.exact, estimate.context) == (True, 4096)
    assert estimate.message == 3 + 8


def test_what_no_longer_fits_is_said(make_engine: EngineFactory) -> None:
    engine = make_engine(["fine"], context=256)
    assistant = engine.assistants.create(model="m")
    _, run = engine.runs.say(None, assistant.id, "Hi")
    engine.runs.wait(run.id, 30)
    thread_id = _thread(engine, *(f"message {number} " + "word " * 40 for number in range(6)))

    estimate = engine.estimates.of(thread_id, assistant.id, "Next")
    assert 0 < estimate.dropped < 6
    assert estimate.used + estimate.reserve <= 256
    assert engine.estimates.of(thread_id, assistant.id, "word " * 300).too_long


def test_files_for_search_take_room(engine: Engine) -> None:
    assistant = engine.assistants.create(model="m")
    file = engine.files.create(b"tea", filename="tea.txt")
    attachment = {"file_id": file.id, "tools": [{"type": "file_search"}]}

    estimate = engine.estimates.of(None, assistant.id, "What?", [attachment])

    assert estimate.files == 2400
    assert estimate.tools > 0


def test_what_is_refused(make_engine: EngineFactory) -> None:
    engine = make_engine(models=())
    assistant = engine.assistants.create(model="m")
    with pytest.raises(Unavailable):
        engine.estimates.of(None, assistant.id, "Hi")
    with pytest.raises(NotFound):
        engine.estimates.of(None, "asst_unknown", "Hi")
