"""The cancel token: set once, heard once."""

from __future__ import annotations

import threading

from engine.cancel import CancelToken


def test_it_is_set_for_good() -> None:
    token = CancelToken()
    assert not token.is_set()
    assert not token.wait(0)

    token.set()

    assert token.is_set()
    assert token.wait()


def test_each_call_happens_once() -> None:
    token, calls = CancelToken(), list[str]()
    token.on_set(lambda: calls.append("early"))

    token.set()
    token.set()
    token.on_set(lambda: calls.append("late"))

    assert calls == ["early", "late"]


def test_a_waiting_thread_wakes() -> None:
    token, woken = CancelToken(), threading.Event()
    thread = threading.Thread(target=lambda: token.wait() and woken.set())
    thread.start()

    token.set()
    thread.join()

    assert woken.is_set()


def test_setting_from_many_threads_calls_back_once() -> None:
    token, calls = CancelToken(), list[int]()
    token.on_set(lambda: calls.append(1))
    threads = [threading.Thread(target=token.set) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert calls == [1]
