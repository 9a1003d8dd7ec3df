"""One thread keeps all appointments."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from engine.runs.alarms import Alarms

ExpectedLog = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
def alarms() -> Iterator[Alarms]:
    alarms = Alarms()
    yield alarms
    alarms.close()


def test_an_alarm_that_is_due_is_called(alarms: Alarms) -> None:
    rung = threading.Event()
    alarms.set("a", -1, rung.set)
    assert rung.wait(30)


def test_alarms_are_called_in_the_order_they_are_due(alarms: Alarms) -> None:
    order: list[str] = []
    done = threading.Event()
    alarms.set("late", 0.05, lambda: (order.append("late"), done.set()))
    alarms.set("early", 0.01, lambda: order.append("early"))
    assert done.wait(30)
    assert order == ["early", "late"]


def test_a_dropped_alarm_is_not_called(alarms: Alarms) -> None:
    called: list[str] = []
    done = threading.Event()
    alarms.set("dropped", 0.02, lambda: called.append("dropped"))
    alarms.drop("dropped")
    alarms.drop("never set")
    alarms.set("after", 0.04, done.set)
    assert done.wait(30)
    assert called == []


def test_setting_an_alarm_again_moves_it(alarms: Alarms) -> None:
    called: list[str] = []
    done = threading.Event()
    alarms.set("a", 0.01, lambda: called.append("first"))
    alarms.set("a", 0.02, lambda: (called.append("second"), done.set()))
    assert done.wait(30)
    assert called == ["second"]


@pytest.mark.allow_log("engine.runs.alarms")
def test_a_call_that_breaks_does_not_silence_the_others(alarms: Alarms) -> None:
    rung = threading.Event()
    alarms.set("bad", 0, lambda: 1 / 0)
    alarms.set("good", 0.01, rung.set)
    assert rung.wait(30)


def test_a_call_may_set_and_close(alarms: Alarms) -> None:
    rung = threading.Event()
    alarms.set("a", 0, lambda: alarms.set("b", 0, lambda: (alarms.close(), rung.set())))
    assert rung.wait(30)


def test_nothing_is_called_after_closing() -> None:
    alarms, called = Alarms(), []
    alarms.set("a", 1000, lambda: called.append(1))
    alarms.close()
    alarms.set("b", 0, lambda: called.append(2))
    assert called == []
