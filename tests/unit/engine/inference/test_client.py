"""The client when its child lies, hangs or dies at every step; with a real model it is in tests/contracts."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled, FiresideError, Unavailable, WorkerFailed
from engine.inference.client import InferenceClient
from engine.inference.port import ChatMessage, ChatRequest, GenerationEvent, LoadSpec, Reading, TextDelta
from engine.types import JsonObject

ASK = ChatRequest(messages=(ChatMessage(role="user", content="Hi"),))
LOADED = {"context": 512, "vocabulary": 10, "description": "tiny", "backend": "CPU", "load_seconds": 0.1}
GENERATED = {
    "finish": "stop",
    "prompt_tokens": 3,
    "completion_tokens": 1,
    "cached_tokens": 0,
    "read_seconds": 0.1,
    "write_seconds": 0.2,
    "seed": 5,
}
DIED = WorkerFailed("The inference process ended.", code="worker_died", exit_code=-9)
HUNG = WorkerFailed("The inference process gave no sign.", code="worker_hung")

Answer = JsonObject | FiresideError | Callable[[Callable[[JsonObject], None]], JsonObject]


class FakeWorker:
    """Answers from a table; an answer that is an error ends the "process" if the error says so."""

    def __init__(self) -> None:
        self.alive = False
        self.asked: list[tuple[str, JsonObject]] = []
        self.last_words: tuple[str, ...] = ()
        self.answers: dict[str, list[Answer]] = {}

    def call(self, op: str, args: JsonObject, *, timeout: float) -> JsonObject:
        return self._answer(op, args, lambda _event: None)

    def stream(self, op: str, args: JsonObject, *, on_event: Callable[[JsonObject], None], **_: Any) -> JsonObject:
        return self._answer(op, args, on_event)

    def stop(self) -> None:
        self.alive = False

    close = stop

    def _answer(self, op: str, args: JsonObject, on_event: Callable[[JsonObject], None]) -> JsonObject:
        self.alive = True
        self.asked.append((op, args))
        answer = (self.answers.get(op) or [DEFAULTS[op]]).pop(0)
        if isinstance(answer, FiresideError):
            self.alive = not answer.code.startswith(("worker_", "cancel_forced"))
            raise answer
        return answer(on_event) if callable(answer) else answer


DEFAULTS: dict[str, Answer] = {
    "load": LOADED,
    "template": {"origin": "gguf", "note": ""},
    "count": {"counts": [1]},
    "prepare": {"prompt": "Hi", "tokens": 3},
    "generate": GENERATED,
    "put_away": {},
    "forget": {},
}


class FakeSupervisor:
    def __init__(self) -> None:
        self.workers: dict[str, FakeWorker] = {}

    def worker(self, kind: str, key: str) -> FakeWorker:
        assert kind == "inference"
        return self.workers.setdefault(key, FakeWorker())


@pytest.fixture
def spec(tmp_path: Path) -> LoadSpec:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(b"GGUF")
    return LoadSpec(model_id="tiny", path=path)


@pytest.fixture
def supervisor() -> FakeSupervisor:
    return FakeSupervisor()


@pytest.fixture
def client(supervisor: FakeSupervisor) -> InferenceClient:
    anything: Any = supervisor
    return InferenceClient(anything)


@pytest.fixture
def worker(supervisor: FakeSupervisor) -> FakeWorker:
    return supervisor.worker("inference", "tiny")


def chat(client: InferenceClient, spec: LoadSpec, events: list[GenerationEvent] | None = None) -> Any:
    return client.chat(spec, ASK, (events if events is not None else []).append, CancelToken())


def ops(worker: FakeWorker) -> list[str]:
    return [op for op, _ in worker.asked]


def test_a_model_is_loaded_once(client: InferenceClient, spec: LoadSpec, worker: FakeWorker) -> None:
    assert chat(client, spec).finish == chat(client, spec).finish == "stop"
    assert ops(worker) == ["load", "template", "prepare", "generate", "prepare", "generate"]
    assert [model.model_id for model in client.loaded()] == ["tiny"]


def test_events_become_the_ports(client: InferenceClient, spec: LoadSpec, worker: FakeWorker) -> None:
    def generate(on_event: Callable[[JsonObject], None]) -> JsonObject:
        on_event({"read": 2, "total": 3, "cached": 1})
        on_event({"text": "Hello", "tokens": 1, "logprobs": []})
        return GENERATED

    worker.answers["generate"] = [generate]
    events: list[GenerationEvent] = []
    generation = chat(client, spec, events)
    assert events == [Reading(done=2, total=3, cached=1), TextDelta(text="Hello", tokens=1)]
    assert (generation.usage.total_tokens, generation.seed) == (4, 5)


def test_a_model_that_died_unseen_is_loaded_again(client: InferenceClient, spec: LoadSpec, worker: FakeWorker) -> None:
    chat(client, spec)
    worker.alive = False
    assert client.loaded() == ()
    chat(client, spec)
    assert ops(worker).count("load") == 2


@pytest.mark.parametrize("op", ["prepare", "generate"])
def test_a_death_at_work_is_a_crash_of_the_model(
    client: InferenceClient, spec: LoadSpec, worker: FakeWorker, op: str
) -> None:
    worker.answers[op] = [DIED]
    with pytest.raises(WorkerFailed) as caught:
        chat(client, spec)
    assert caught.value.code == "model_crashed"
    assert caught.value.details == {"model_id": "tiny", "exit_code": -9}
    assert client.loaded() == ()
    assert chat(client, spec).finish == "stop"


@pytest.mark.parametrize(
    ("failure", "words", "reason"),
    [
        (DIED, (), "lack of memory"),
        (WorkerFailed("Died.", code="worker_died", exit_code=-6), ("invalid magic",), "not a GGUF"),
        (HUNG, (), "refuses"),
        (WorkerFailed("Nonsense.", code="worker_protocol"), (), "refuses"),
    ],
)
def test_a_death_while_loading_blames_the_file(
    client: InferenceClient,
    spec: LoadSpec,
    worker: FakeWorker,
    failure: WorkerFailed,
    words: tuple[str, ...],
    reason: str,
) -> None:
    worker.answers["load"], worker.last_words = [failure], words
    with pytest.raises(Unavailable, match=reason) as caught:
        client.load(spec)
    assert caught.value.code == "model_unloadable"
    assert client.load(spec).context == 512


def test_other_failures_of_the_child_are_not_the_files_fault(
    client: InferenceClient, spec: LoadSpec, worker: FakeWorker
) -> None:
    loop = WorkerFailed("It ended 3 times.", code="worker_crash_loop")
    worker.answers["load"] = [loop]
    with pytest.raises(WorkerFailed) as caught:
        client.load(spec)
    assert caught.value is loop


@pytest.mark.parametrize("failure", [HUNG, DIED])
def test_a_template_that_never_ends_is_left_out(
    client: InferenceClient, spec: LoadSpec, worker: FakeWorker, failure: WorkerFailed
) -> None:
    worker.answers["template"] = [failure, {"origin": "fallback", "note": "x"}]
    model = client.load(spec)
    assert (model.template, model.template_note) == ("fallback", "the file's chat template does not end")
    assert [args["use"] for op, args in worker.asked if op == "template"] == [True, False]


def test_a_template_that_hangs_on_some_messages_is_left_out_too(
    client: InferenceClient, spec: LoadSpec, worker: FakeWorker
) -> None:
    worker.answers["prepare"] = [HUNG, {"prompt": "Hi", "tokens": 3}]
    assert chat(client, spec).finish == "stop"
    assert ops(worker) == ["load", "template", "prepare", "load", "template", "prepare", "generate"]
    worker.answers["prepare"] = [HUNG]
    with pytest.raises(WorkerFailed) as caught:
        chat(client, spec)
    assert caught.value.code == "worker_hung"


def test_a_forced_cancel_keeps_what_was_heard(client: InferenceClient, spec: LoadSpec, worker: FakeWorker) -> None:
    def generate(on_event: Callable[[JsonObject], None]) -> JsonObject:
        on_event({"read": 3, "total": 3, "cached": 2})
        on_event({"text": "Hel", "tokens": 2})
        worker.alive = False
        raise Cancelled("It did not listen.", code="cancel_forced")

    worker.answers["generate"] = [generate]
    generation = chat(client, spec)
    assert generation.finish == "cancelled"
    usage = generation.usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens) == (3, 2, 2)
    assert client.loaded() == ()


@pytest.mark.parametrize(
    ("op", "answer"),
    [
        ("load", {**LOADED, "context": -1}),
        ("load", {**LOADED, "vocabulary": "many"}),
        ("load", {**LOADED, "load_seconds": None}),
        ("prepare", {"prompt": "Hi", "tokens": True}),
        ("generate", {**GENERATED, "finish": "bang"}),
        ("generate", {**GENERATED, "seed": 0.5}),
        ("generate", {**GENERATED, "prompt_tokens": None}),
        ("generate", lambda on_event: on_event({"text": "x", "tokens": "one"})),
        ("generate", lambda on_event: on_event({"read": 1})),
    ],
)
def test_nonsense_from_the_child_is_an_error(
    client: InferenceClient, spec: LoadSpec, worker: FakeWorker, op: str, answer: Answer
) -> None:
    worker.answers[op] = [answer]
    with pytest.raises(WorkerFailed):
        chat(client, spec)


@pytest.mark.parametrize("counts", [None, [], [1, 2], ["1"], [-1]])
def test_counts_are_checked(client: InferenceClient, spec: LoadSpec, worker: FakeWorker, counts: object) -> None:
    worker.answers["count"] = [{"counts": counts}]
    with pytest.raises(WorkerFailed):
        client.count(spec, ["one"])
    assert client.count(spec, ["one"]) == [1]


def test_a_second_model_takes_the_place_of_the_first(
    client: InferenceClient, spec: LoadSpec, supervisor: FakeSupervisor, worker: FakeWorker
) -> None:
    client.load(spec)
    client.load(LoadSpec(model_id="other", path=spec.path))
    assert [model.model_id for model in client.loaded()] == ["other"]
    assert not worker.alive


def test_what_was_read_is_put_away_before_the_memory_goes(
    client: InferenceClient, spec: LoadSpec, worker: FakeWorker, tmp_path: Path
) -> None:
    keeping = dataclasses.replace(spec, kv_folder=tmp_path)
    client.load(keeping)
    client.unload(spec.model_id)
    assert ops(worker) == ["load", "template", "put_away"]
    client.load(keeping)
    worker.answers["put_away"] = [HUNG]
    client.unload(spec.model_id)  # a child that hangs keeps nothing and nobody
    assert client.loaded() == ()


def test_an_owner_is_forgotten_in_memory_and_in_files(
    client: InferenceClient, spec: LoadSpec, worker: FakeWorker, tmp_path: Path
) -> None:
    client.forget("thread_1", tmp_path)
    client.load(spec)
    client.forget("thread_1", tmp_path)
    assert worker.asked[-1] == ("forget", {"owner": "thread_1"})


def test_two_share_a_model_and_a_cancel_does_not_wait_for_the_other(
    client: InferenceClient, spec: LoadSpec, worker: FakeWorker
) -> None:
    def generate(_on_event: Callable[[JsonObject], None]) -> JsonObject:
        assert client.load(spec).context == 512
        cancel = CancelToken()
        cancel.set()
        assert client.chat(spec, ASK, lambda _event: None, cancel).finish == "cancelled"
        assert chat(client, spec).finish == "stop"
        return GENERATED

    worker.answers["generate"] = [generate, GENERATED]
    assert chat(client, spec).finish == "stop"
    assert ops(worker).count("load") == 1


def test_loading_can_be_given_up_while_another_loads(
    client: InferenceClient, spec: LoadSpec, worker: FakeWorker
) -> None:
    cancel = CancelToken()

    def load(_on_event: Callable[[JsonObject], None]) -> JsonObject:
        waiting = threading.Thread(target=lambda: given_up.append(_code(lambda: client.load(spec, cancel=cancel))))
        waiting.start()
        cancel.set()
        waiting.join()
        return LOADED

    given_up: list[str] = []
    worker.answers["load"] = [load]
    client.load(spec)
    assert given_up == ["cancelled"]


def _code(action: Callable[[], object]) -> str:
    with pytest.raises(FiresideError) as caught:
        action()
    return caught.value.code
