"""The retrieval process serves a person's question before the passages of files that wait."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled, WorkerFailed
from engine.retrieval.session import Session, nonsense
from engine.types import JsonObject


class SlowWorker:
    """Answers when it is let go."""

    def __init__(self) -> None:
        self.alive = True
        self.asked: list[str] = []
        self.began = threading.Semaphore(0)
        self.go = threading.Semaphore(0)

    def worker(self, kind: str) -> SlowWorker:
        return self

    def call(self, op: str, args: JsonObject, *, timeout: float) -> JsonObject:
        self.asked.append(op)
        self.began.release()
        assert self.go.acquire(timeout=60)
        return {"op": op}

    def stream(self, op: str, args: JsonObject, **_: Any) -> JsonObject:
        return self.call(op, args, timeout=0)

    def stop(self) -> None:
        self.alive = False

    def close(self) -> None:
        self.alive = False


@pytest.fixture
def worker() -> SlowWorker:
    return SlowWorker()


@pytest.fixture
def session(worker: SlowWorker) -> Session:
    anything: Any = worker
    return Session(anything)


def test_what_is_urgent_overtakes_what_has_not_begun(worker: SlowWorker, session: Session) -> None:
    def ask(op: str, urgent: bool) -> threading.Thread:
        thread = threading.Thread(target=lambda: session.call(op, {}, urgent=urgent))
        thread.start()
        return thread

    first = ask("first", False)
    assert worker.began.acquire(timeout=60)
    threads = [first, ask("patient", False), ask("urgent", True)]
    with session._changed:
        assert session._changed.wait_for(lambda: session._urgent == 1, timeout=60)
    for _ in range(3):
        worker.go.release()
    for thread in threads:
        thread.join(60)

    assert worker.asked == ["first", "urgent", "patient"]


def test_a_cancelled_request_asks_nothing_and_the_next_one_goes_on(worker: SlowWorker, session: Session) -> None:
    cancel = CancelToken()
    cancel.set()
    with pytest.raises(Cancelled):
        session.stream("embed", {}, on_event=lambda _: None, cancel=cancel)
    worker.go.release()

    assert session.call("next", {}) == {"op": "next"}
    assert worker.asked == ["next"]


def test_the_process_is_ended_when_nobody_asked_for_long(worker: SlowWorker, session: Session) -> None:
    worker.go.release()
    session.call("x", {})

    assert not session.unload_idle(3600)
    assert session.unload_idle(0)
    assert session.unload_idle(3600)
    session.close()


def test_nonsense_is_an_error_of_the_process() -> None:
    assert isinstance(nonsense(), WorkerFailed)
