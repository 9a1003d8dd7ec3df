"""Calls run elsewhere and come back here; writes keep their order; the dead are not called."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop.tasks import Tasks
from engine.errors import FiresideError, Unavailable


def test_results_come_back_on_this_thread(qtbot: QtBot) -> None:
    tasks = Tasks()
    seen: list[Any] = []

    tasks.run(threading.get_ident, lambda there: seen.append((there, threading.get_ident())))
    qtbot.waitUntil(lambda: tasks.idle, timeout=10_000)

    assert seen[0][0] != seen[0][1] == threading.get_ident()
    tasks.close()


def test_writes_keep_their_order(qtbot: QtBot) -> None:
    tasks = Tasks()
    order: list[int] = []
    for number in range(20):
        tasks.write(lambda chosen=number: order.append(chosen))  # type: ignore[misc]
    qtbot.waitUntil(lambda: tasks.idle, timeout=10_000)

    assert order == list(range(20))
    tasks.close()


def test_failures_reach_who_asked_or_the_window(
    qtbot: QtBot, expected_log: Callable[[str], AbstractContextManager[None]]
) -> None:
    tasks = Tasks()
    mine: list[FiresideError] = []
    others: list[FiresideError] = []
    tasks.unhandled.connect(others.append)

    def refuse() -> None:
        raise Unavailable("No.", code="no_model")

    def break_down() -> None:
        raise ZeroDivisionError

    with expected_log("a task failed"):
        tasks.run(refuse, None, mine.append)
        tasks.run(refuse)
        tasks.run(break_down)
        qtbot.waitUntil(lambda: tasks.idle, timeout=10_000)

    assert [error.code for error in mine] == ["no_model"]
    assert sorted(error.code for error in others) == ["internal", "no_model"]
    tasks.close()


def test_an_owner_that_is_gone_is_not_called(qtbot: QtBot) -> None:
    tasks, owner = Tasks(), QObject()
    gate = threading.Event()
    seen: list[Any] = []
    tasks.run(lambda: gate.wait(10), seen.append, owner=owner)

    shiboken6.delete(owner)
    gate.set()
    qtbot.waitUntil(lambda: tasks.idle, timeout=10_000)

    assert seen == []
    tasks.close()


def test_closing_waits_for_writes_and_takes_no_more(qtbot: QtBot) -> None:
    tasks = Tasks()
    done: list[int] = []
    tasks.write(lambda: done.append(1))
    tasks.close()
    tasks.write(lambda: done.append(2))

    assert done == [1]
