"""What a model has read is not read again: in memory, after others, from a file, and with the same words as before."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.cancel import CancelToken
from engine.inference.client import InferenceClient
from engine.inference.port import ChatMessage, ChatRequest, Generation, GenerationEvent, LoadSpec, Sampling, TextDelta
from engine.workers.supervisor import Supervisor

pytestmark = pytest.mark.real

RULES = ChatMessage(role="system", content="You answer in few words. " + "Facts matter, and so does being brief. " * 12)
TOPICS = ("rivers", "bridges", "bread", "clocks", "winter", "paper")


def user(text: str) -> ChatMessage:
    return ChatMessage(role="user", content=text)


def said(text: str) -> ChatMessage:
    return ChatMessage(role="assistant", content=text)


@pytest.fixture
def spec(smollm2: Path, tmp_path: Path) -> LoadSpec:
    folder = tmp_path / "kv"
    return LoadSpec(model_id="smollm2", path=smollm2, context=1024, threads=1, kv_folder=folder)


@pytest.fixture
def clients(tmp_path: Path) -> Iterator[Callable[[], InferenceClient]]:
    supervisor = Supervisor(tmp_path / "logs")
    opened: list[InferenceClient] = []

    def another() -> InferenceClient:
        opened.append(InferenceClient(supervisor))
        return opened[-1]

    yield another
    for client in opened:
        client.close()
    supervisor.close()


def chat(
    client: InferenceClient,
    spec: LoadSpec,
    *messages: ChatMessage,
    on_event: Callable[[GenerationEvent], None] = lambda _: None,
    cancel: CancelToken | None = None,
    **sampling: object,
) -> tuple[str, Generation]:
    written: list[str] = []

    def hear(event: GenerationEvent) -> None:
        if isinstance(event, TextDelta):
            written.append(event.text)
        on_event(event)

    values = {"temperature": 0.0, "max_tokens": 12, "repeat_penalty": 1.0, **sampling}
    request = ChatRequest(messages=messages, sampling=Sampling(**values), owner="thread_1")  # type: ignore[arg-type]
    generation = client.chat(spec, request, hear, cancel or CancelToken())
    return "".join(written), generation


def unread(generation: Generation) -> int:
    return generation.usage.prompt_tokens - generation.usage.cached_tokens


def test_back_to_a_thread_after_five_others(clients: Callable[[], InferenceClient], spec: LoadSpec) -> None:
    client = clients()
    answers = {}
    for topic in TOPICS:
        answers[topic], generation = chat(client, spec, RULES, user(f"Tell me about {topic}. " + "And more. " * 30))
        if topic != TOPICS[0]:
            assert generation.usage.cached_tokens > 100  # the rules are held once
    first = TOPICS[0]
    earlier = (RULES, user(f"Tell me about {first}. " + "And more. " * 30), said(answers[first]))
    _, back = chat(client, spec, *earlier, user("Go on."))
    assert unread(back) < 20


def test_after_a_restart_it_comes_from_a_file(clients: Callable[[], InferenceClient], spec: LoadSpec) -> None:
    long = user("Tell me about rivers. " + "Some flow to the sea, some do not. " * 30)
    before, client = spec, clients()
    text, cold = chat(client, before, RULES, long)
    assert cold.usage.cached_tokens == 0
    client.unload(spec.model_id)
    assert spec.kv_folder is not None
    assert list(spec.kv_folder.glob("*.kv"))
    again = clients()
    _, warm = chat(again, spec, RULES, long, said(text), user("Go on."))
    assert unread(warm) < 20
    same_text, same = chat(again, spec, RULES, long)
    assert same_text == text
    assert unread(same) <= 1
    again.forget("thread_1", spec.kv_folder)
    assert not list(spec.kv_folder.glob("*.kv"))
    assert chat(again, spec, RULES, long)[1].usage.cached_tokens == 0


def test_a_damaged_file_is_read_anew(clients: Callable[[], InferenceClient], spec: LoadSpec) -> None:
    long = user("Tell me about rivers. " + "Some flow to the sea, some do not. " * 30)
    client = clients()
    text, _ = chat(client, spec, RULES, long)
    client.unload(spec.model_id)
    assert spec.kv_folder is not None
    for path in spec.kv_folder.glob("*.kv"):
        data = bytearray(path.read_bytes())
        data[-5000] ^= 0xFF
        path.write_bytes(data)
    found, generation = chat(clients(), spec, RULES, long)
    assert generation.usage.cached_tokens == 0
    assert found == text


def test_two_at_once_and_a_cancel_that_waits_for_nobody(clients: Callable[[], InferenceClient], spec: LoadSpec) -> None:
    client, cancel, both, done = clients(), CancelToken(), threading.Event(), threading.Event()
    client.load(spec)
    heard: list[str] = []

    def long_answer() -> None:
        def hear(event: GenerationEvent) -> None:
            if isinstance(event, TextDelta) and event.text:
                heard.append(event.text)
                if len(heard) == 2:
                    both.set()

        never_ending = {2: -100.0, 0: -100.0}  # <|im_end|> and <|endoftext|>
        chat(client, spec, user("Count."), on_event=hear, cancel=cancel, max_tokens=900, logit_bias=never_ending)
        done.set()

    question = user("What is the capital of France?")
    alone, _ = chat(client, spec, RULES, question)
    thread = threading.Thread(target=long_answer)
    thread.start()
    assert both.wait(300)
    text, _ = chat(client, spec, RULES, question)
    assert text == alone
    assert not done.is_set()  # it was answered beside the long one
    stopped = CancelToken()
    _, generation = chat(
        client, spec, user("Read this. " * 150), on_event=lambda _: stopped.set(), cancel=stopped, max_tokens=5
    )
    assert generation.finish == "cancelled"
    assert not done.is_set()
    cancel.set()
    thread.join(300)
    assert done.is_set()


@pytest.mark.parametrize("name", ["SmolLM2-135M-Instruct.Q4_1.gguf", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"])
def test_the_same_words_with_and_without_the_cache(
    clients: Callable[[], InferenceClient], spec: LoadSpec, model_cache: Path, name: str
) -> None:
    """Where the model is in no doubt: numbers differ in their last digits when a prompt is read in other pieces."""
    path = model_cache / name
    if not path.exists():
        pytest.skip(f"{name} is not here")
    spec = dataclasses.replace(spec, path=path, kv_folder=None)
    client = clients()
    questions = ("What is the capital of France?", "What is 2+2?", "Say the word yes.")
    warm: list[tuple[str, Generation]] = []
    earlier: list[ChatMessage] = [RULES]
    histories: list[tuple[ChatMessage, ...]] = []
    for question in questions:
        histories.append((*earlier, user(question)))
        warm.append(chat(client, spec, *histories[-1]))
        earlier += [user(question), said(warm[-1][0])]
    for history, (text, generation) in zip(histories[1:], warm[1:], strict=True):
        assert generation.usage.cached_tokens > 100
        client.unload(spec.model_id)
        cold_text, cold = chat(client, spec, *history)
        assert cold.usage.cached_tokens == 0
        assert text == cold_text
