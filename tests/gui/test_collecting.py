"""Garbage that holds widgets is collected on the Qt thread, whoever makes it."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot

from desktop.collecting import Collecting

Open = Callable[..., Any]


class _Ring:
    """Something that refers to itself."""

    def __init__(self) -> None:
        self.me = self


def test_a_ring_is_collected_by_the_clock_and_not_by_who_allocates(qtbot: QtBot) -> None:
    collecting = Collecting()
    try:
        gc.collect()
        ended: list[str] = []
        weakref.finalize(_Ring(), lambda: ended.append(threading.current_thread().name))
        busy = threading.Thread(target=lambda: [_Ring() for _ in range(20_000)], name="busy")
        busy.start()
        busy.join()
        assert ended == []

        qtbot.waitUntil(lambda: bool(ended))
        assert ended == ["MainThread"]
    finally:
        collecting.close()
    assert gc.isenabled()


def test_little_garbage_is_left_alone() -> None:
    collecting = Collecting()
    gc.collect()
    ring = weakref.ref(_Ring())
    collecting.look()
    left = ring() is not None
    collecting.close()

    assert left


def test_an_open_window_collects_itself_and_gives_the_work_back(open_app: Open) -> None:
    driver = open_app()
    assert not gc.isenabled()
    driver.until(lambda: gc.get_freeze_count() > 0)

    driver.app.window.close()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
