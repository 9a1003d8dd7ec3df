"""Calls are made in order, by one thread at a time, and no lock is held meanwhile."""

from __future__ import annotations

import threading
from functools import partial

from engine.runs.outbox import Outbox


def test_calls_are_made_in_order() -> None:
    outbox, made = Outbox(), []
    outbox.add(partial(made.append, number) for number in range(3))
    outbox.deliver()
    outbox.deliver()
    assert made == [0, 1, 2]


def test_a_call_that_adds_calls_has_them_made_after_it() -> None:
    outbox, made = Outbox(), []

    def first() -> None:
        outbox.add([partial(made.append, "inner")])
        outbox.deliver()  # leaves it to the delivery under way
        made.append("first")

    outbox.add([first, partial(made.append, "second")])
    outbox.deliver()
    assert made == ["first", "second", "inner"]


def test_another_thread_neither_waits_nor_overtakes() -> None:
    outbox, made = Outbox(), []
    inside, go = threading.Event(), threading.Event()

    def slow() -> None:
        inside.set()
        assert go.wait(30)
        made.append("slow")

    outbox.add([slow])
    thread = threading.Thread(target=outbox.deliver)
    thread.start()
    assert inside.wait(30)
    outbox.add([partial(made.append, "after")])
    outbox.deliver()
    assert made == []
    go.set()
    thread.join(30)
    assert made == ["slow", "after"]
