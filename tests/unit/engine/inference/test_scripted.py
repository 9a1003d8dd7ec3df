"""The scripted backend: gates, failures, scripts. What every backend does is in tests/contracts/test_inference.py."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.errors import FiresideError, WorkerFailed
from engine.inference.failures import unloadable
from engine.inference.port import ChatMessage, ChatRequest, GenerationEvent, LoadSpec, Sampling, TextDelta
from engine.inference.scripted import Reply, ScriptedBackend, split

SPEC = LoadSpec(model_id="tiny", path=Path("tiny.gguf"))


def ask(text: str = "Hello?", **sampling: object) -> ChatRequest:
    return ChatRequest(messages=(ChatMessage(role="user", content=text),), sampling=Sampling(**sampling))


def text_of(events: list[GenerationEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def test_split_keeps_every_character() -> None:
    text = "Hello, world!  你好 世界\n\n  x "
    assert "".join(split(text)) == text
    assert split("你好 world") == ["你", "好", " world"]


def test_a_list_is_played_in_order_and_then_fails() -> None:
    backend, events = ScriptedBackend(["one", ["t", "wo"]]), list[GenerationEvent]()
    for _ in range(2):
        backend.chat(SPEC, ask(), events.append, CancelToken())
    assert text_of(events) == "onetwo"
    with pytest.raises(WorkerFailed, match="no answer left") as caught:
        backend.chat(SPEC, ask(), events.append, CancelToken())
    assert caught.value.code == "script_exhausted"
    assert len(backend.requests) == 3


def test_without_a_script_it_repeats_what_was_said() -> None:
    events: list[GenerationEvent] = []
    ScriptedBackend().chat(SPEC, ask("say this"), events.append, CancelToken())
    assert text_of(events) == "say this"


def test_a_gate_holds_a_token_back() -> None:
    gate, seen, events = threading.Event(), threading.Event(), list[GenerationEvent]()

    def listen(event: GenerationEvent) -> None:
        events.append(event)
        if text_of(events) == "one two":
            seen.set()

    backend = ScriptedBackend([Reply(text="one two three", gates={2: gate})])
    thread = threading.Thread(target=backend.chat, args=(SPEC, ask(), listen, CancelToken()))
    thread.start()
    assert seen.wait(30)
    assert text_of(events) == "one two"
    gate.set()
    thread.join()
    assert text_of(events) == "one two three"


def test_cancel_opens_no_gate_but_ends_the_answer() -> None:
    cancel, events = CancelToken(), list[GenerationEvent]()

    def listen(event: GenerationEvent) -> None:
        events.append(event)
        if text_of(events) == "one":
            cancel.set()

    backend = ScriptedBackend([Reply(text="one two", gates={1: threading.Event()})])
    generation = backend.chat(SPEC, ask(), listen, cancel)
    assert generation.finish == "cancelled"
    assert generation.usage.completion_tokens == 1


@pytest.mark.parametrize("fail_at", [0, 1, 2])
def test_a_failure_comes_at_its_token_and_a_crash_unloads(fail_at: int) -> None:
    events: list[GenerationEvent] = []
    crash = WorkerFailed("The model crashed.", code="model_crashed")
    backend = ScriptedBackend([Reply(text="one two", failure=crash, fail_at=fail_at), "fine"])
    with pytest.raises(WorkerFailed) as caught:
        backend.chat(SPEC, ask(), events.append, CancelToken())
    assert caught.value is crash
    assert text_of(events) == ["", "one", "one two"][fail_at]
    assert backend.loaded() == ()
    assert backend.chat(SPEC, ask(), events.append, CancelToken()).finish == "stop"
    assert len(backend.loads) == 2


def test_a_broken_model_raises_what_it_was_given() -> None:
    error: FiresideError = unloadable("tiny", "it is not a model")
    with pytest.raises(FiresideError) as caught:
        ScriptedBackend(broken={"tiny": error}).load(SPEC)
    assert caught.value is error


def test_closing_ends_a_waiting_answer() -> None:
    reached, errors = threading.Event(), list[FiresideError]()
    backend = ScriptedBackend([Reply(text="one", reading=threading.Event())])

    def chat() -> None:
        try:
            backend.chat(SPEC, ask(), lambda _: reached.set(), CancelToken())
        except FiresideError as error:
            errors.append(error)

    thread = threading.Thread(target=chat)
    thread.start()
    assert reached.wait(30)
    backend.close()
    thread.join()
    assert [error.code for error in errors] == ["worker_stopped"]
