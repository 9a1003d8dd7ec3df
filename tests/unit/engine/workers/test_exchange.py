"""One request's frames between two threads."""

from __future__ import annotations

import threading

import pytest

from engine.errors import WorkerFailed
from engine.workers import exchange
from engine.workers.exchange import Exchange

DEATH = WorkerFailed("The child died.")


def test_frames_come_before_the_failure() -> None:
    letters = Exchange(1)
    letters.put({"event": 1})
    letters.fail(DEATH)
    letters.fail(WorkerFailed("Something later."))
    assert letters.get(0) == {"event": 1}
    with pytest.raises(WorkerFailed) as caught:
        letters.get(0)
    assert caught.value is DEATH


def test_waiting_ends_with_time_or_a_wake() -> None:
    letters = Exchange(1)
    assert letters.get(0) is None
    letters.wake()
    assert letters.get(600) is None
    assert letters.get(-1) is None


def test_a_fast_child_waits_for_a_slow_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "_AHEAD", 2)
    letters, done = Exchange(1), threading.Event()

    def send() -> None:
        for number in range(10):
            letters.put({"event": number})
        done.set()

    sender = threading.Thread(target=send)
    sender.start()
    assert not done.wait(0.05)
    assert [letters.get(60) for _ in range(10)] == [{"event": number} for number in range(10)]
    sender.join()


def test_dropped_events_make_way_for_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "_AHEAD", 2)
    letters = Exchange(1)
    letters.put({"event": 1})
    letters.discard()
    for number in range(10):
        letters.put({"event": number})
    letters.put({"result": {}})
    assert letters.get(60) == {"result": {}}
