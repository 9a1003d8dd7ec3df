"""The embedding client when its child sends nonsense; with a real model it is in tests/contracts."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled, WorkerFailed
from engine.retrieval.client import EmbeddingClient
from engine.retrieval.session import Session
from engine.types import JsonObject


class FakeWorker:
    """Sends the given events for every request."""

    def __init__(
        self, answer: Callable[[JsonObject], list[JsonObject]], tokens: object = 1, seconds: float = 0.001
    ) -> None:
        self.alive = True
        self.groups: list[int] = []
        self._answer, self._tokens, self._seconds = answer, tokens, seconds

    def worker(self, kind: str) -> FakeWorker:
        assert kind == "retrieval"
        return self

    def stream(self, op: str, args: JsonObject, *, on_event: Callable[[JsonObject], None], **_: Any) -> JsonObject:
        self.groups.append(len(args["texts"]))
        for event in self._answer(args):
            on_event(event)
        return {"tokens": self._tokens, "seconds": self._seconds}

    def stop(self) -> None:
        self.alive = False


def rows(*values: float) -> str:
    return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()


def client(worker: FakeWorker) -> EmbeddingClient:
    anything: Any = worker
    return EmbeddingClient(Session(anything))


def test_vectors_are_put_in_order_and_long_lists_cut(tmp_path: Path) -> None:
    def answer(args: JsonObject) -> list[JsonObject]:
        order = sorted(range(len(args["texts"])), reverse=True)
        return [{"indices": [i], "dimensions": 1, "rows": rows(float(args["texts"][i]))} for i in order]

    worker, progress = FakeWorker(answer), list[int]()
    found = client(worker).embed(tmp_path, [str(n) for n in range(1000)], on_progress=progress.append)
    assert found.vectors == [[float(n)] for n in range(1000)]
    assert found.tokens == len(worker.groups) == 3
    assert worker.groups[0] == 32
    assert progress == list(range(1, 1001))


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"indices": [0], "dimensions": 2, "rows": rows(1.0)},
        {"indices": [0], "dimensions": 1, "rows": "not base64!"},
        {"indices": [0], "dimensions": 1, "rows": rows(float("nan"))},
        {"indices": [0], "dimensions": 1, "rows": rows(float("inf"))},
        {"indices": [0], "dimensions": 0, "rows": ""},
        {"indices": [0], "dimensions": 10**9, "rows": rows(1.0)},
        {"indices": [1], "dimensions": 1, "rows": rows(1.0)},
        {"indices": "0", "dimensions": 1, "rows": rows(1.0)},
        {"indices": [[]], "dimensions": 1, "rows": rows(1.0)},
    ],
)
def test_nonsense_is_an_error(tmp_path: Path, event: JsonObject) -> None:
    with pytest.raises(WorkerFailed) as caught:
        client(FakeWorker(lambda _: [event])).embed(tmp_path, ["one"])
    assert caught.value.code == "worker_protocol"


@pytest.mark.parametrize("tokens", [None, -1, "many"])
def test_the_token_count_is_checked(tmp_path: Path, tokens: object) -> None:
    worker = FakeWorker(lambda _: [{"indices": [0], "dimensions": 1, "rows": rows(1.0)}], tokens)
    with pytest.raises(WorkerFailed):
        client(worker).embed(tmp_path, ["one"])


def test_a_cancelled_call_asks_nothing(tmp_path: Path) -> None:
    worker, cancel = FakeWorker(lambda _: []), CancelToken()
    cancel.set()
    with pytest.raises(Cancelled):
        client(worker).embed(tmp_path, ["one"], cancel=cancel)
    assert worker.groups == []


def test_memory_is_freed_only_when_unused_for_long(tmp_path: Path) -> None:
    worker = FakeWorker(lambda _: [{"indices": [0], "dimensions": 1, "rows": rows(1.0)}])
    embedder = client(worker)
    embedder.embed(tmp_path, ["one"])
    assert not embedder.unload_idle(3600)
    assert embedder.unload_idle(0)


def test_a_slow_model_is_asked_for_little_at_a_time(tmp_path: Path) -> None:
    def answer(args: JsonObject) -> list[JsonObject]:
        return [{"indices": [i], "dimensions": 1, "rows": rows(1.0)} for i in range(len(args["texts"]))]

    worker = FakeWorker(answer, seconds=8.0)
    client(worker).embed(tmp_path, ["x" * 99] * 40)

    assert worker.groups == [32, 4, 1, 1, 1, 1]


@pytest.mark.parametrize("answer", [{}, {"dimensions": 0, "tokens": 5}, {"dimensions": 5, "tokens": "9"}])
def test_senseless_limits_are_an_error(tmp_path: Path, answer: JsonObject) -> None:
    worker = FakeWorker(lambda _: [])
    worker.call = lambda op, args, timeout: answer  # type: ignore[attr-defined]
    with pytest.raises(WorkerFailed):
        client(worker).limits(tmp_path)
