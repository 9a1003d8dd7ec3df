"""Answers without a thread."""

from __future__ import annotations

import threading

import pytest

from engine.cancel import CancelToken
from engine.errors import InvalidRequest, Unavailable
from engine.inference.port import ChatMessage, GenerationEvent, Sampling, TextDelta
from engine.inference.scripted import Reply, ScriptedBackend
from tests.support.fixtures import SCRIPTED_MODEL, EngineFactory

HI = [ChatMessage(role="user", content="Hi")]


def test_the_answer_streams_and_nothing_is_stored(make_engine: EngineFactory) -> None:
    backend = ScriptedBackend(["Hello, you."])
    engine = make_engine(backend=backend)
    engine.settings.set(temperature=0.2)
    heard: list[GenerationEvent] = []
    completion = engine.chat.complete("gpt-4o", HI, on_event=heard.append)
    assert "".join(event.text for event in heard if isinstance(event, TextDelta)) == "Hello, you."
    assert (completion.model_id, completion.generation.finish) == (SCRIPTED_MODEL, "stop")
    assert backend.requests[0].sampling == engine.chat.sampling()
    assert backend.requests[0].sampling.temperature == 0.2
    assert engine.threads.list().items == ()


def test_the_request_may_say_how(make_engine: EngineFactory) -> None:
    backend = ScriptedBackend(["one two three"])
    engine = make_engine(backend=backend)
    sampling = engine.chat.sampling(max_tokens=2, temperature=None, seed=4)
    assert sampling == Sampling(max_tokens=2, seed=4)
    completion = engine.chat.complete(
        "m", HI, sampling=sampling, tools=({"type": "function"},), extra={"x": 1}, on_event=lambda _event: None
    )
    assert completion.generation.finish == "length"
    assert (backend.requests[0].tools, backend.requests[0].extra) == (({"type": "function"},), {"x": 1})


def test_it_can_be_stopped(make_engine: EngineFactory) -> None:
    engine = make_engine([Reply(text="one two", gates={1: threading.Event()})])
    cancel = CancelToken()
    completion = engine.chat.complete(
        "m", HI, on_event=lambda e: cancel.set() if isinstance(e, TextDelta) else None, cancel=cancel
    )
    assert completion.generation.finish == "cancelled"


def test_what_is_refused(make_engine: EngineFactory) -> None:
    engine = make_engine(context=50)
    with pytest.raises(InvalidRequest):
        engine.chat.complete("m", [], on_event=lambda _event: None)
    with pytest.raises(InvalidRequest) as caught:
        engine.chat.complete("m", [ChatMessage(role="user", content="x " * 99)], on_event=lambda _event: None)
    assert caught.value.code == "context_exceeded"


def test_without_a_model(make_engine: EngineFactory) -> None:
    with pytest.raises(Unavailable):
        make_engine(models=()).chat.complete("m", HI, on_event=lambda _event: None)
