"""The bridge joins growth, keeps order, and brings everything to the Qt thread."""

from __future__ import annotations

import threading
from typing import Any

from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from desktop.bridge import Bridge, merged
from engine.bus import Bus
from engine.events import (
    DownloadChanged,
    Event,
    LibraryChanged,
    MessageDelta,
    RunProgress,
    SettingChanged,
    ThoughtDelta,
)


def _delta(text: str, message: str = "msg") -> MessageDelta:
    return MessageDelta(thread_id="t", message_id=message, index=0, text=text)


def test_neighbouring_growth_is_joined_and_order_kept() -> None:
    events: list[Event] = [
        _delta("a"),
        _delta("b"),
        _delta("x", "other"),
        LibraryChanged(),
        _delta("c"),
        RunProgress(thread_id="t", run_id="r", phase="reading", done=1, total=9),
        RunProgress(thread_id="t", run_id="r", phase="reading", done=5, total=9),
        ThoughtDelta(thread_id="t", run_id="r", number=0, text="h", seconds=1.0),
        ThoughtDelta(thread_id="t", run_id="r", number=0, text="m", seconds=2.0),
        DownloadChanged(model_id="m", state="running", done=1, total=9),
        DownloadChanged(model_id="m", state="running", done=2, total=9),
        DownloadChanged(model_id="m", state="paused", done=2, total=9),
    ]
    result = merged(events)

    assert [e.text if isinstance(e, MessageDelta) else type(e).__name__ for e in result] == [
        *("ab", "x", "LibraryChanged", "c", "RunProgress", "ThoughtDelta", "DownloadChanged", "DownloadChanged"),
    ]
    assert [(e.text, e.seconds) for e in result if isinstance(e, ThoughtDelta)] == [("hm", 2.0)]
    assert [e.done for e in result if isinstance(e, RunProgress | DownloadChanged)] == [5, 2, 2]


def test_a_stream_from_another_thread_arrives_in_few_bundles_on_this_one(qtbot: QtBot) -> None:
    bus, bridge = Bus(), Bridge()
    bundles: list[tuple[Any, ...]] = []
    threads: set[bool] = set()

    def take(events: tuple[Any, ...]) -> None:
        bundles.append(events)
        threads.add(QThread.currentThread().isMainThread())

    bridge.events.connect(take)
    bridge.attach(bus.subscribe)
    bridge.release()
    streamer = threading.Thread(target=lambda: [bus.publish(_delta(f"{n} ")) for n in range(500)])
    streamer.start()
    streamer.join()
    bus.publish(SettingChanged(key="theme"))
    qtbot.waitUntil(lambda: bool(bundles) and isinstance(bundles[-1][-1], SettingChanged), timeout=10_000)

    text = "".join(e.text for events in bundles for e in events if isinstance(e, MessageDelta))
    assert text == "".join(f"{n} " for n in range(500))
    assert len(bundles) < 20
    assert threads == {True}
    assert bridge.idle


def test_nothing_is_missed_while_nobody_is_there(qtbot: QtBot) -> None:
    bus, bridge = Bus(), Bridge()
    bridge.attach(bus.subscribe)
    bus.publish(LibraryChanged())
    qtbot.wait(60)
    heard: list[Any] = []
    bridge.events.connect(heard.extend)

    bridge.release()

    assert [type(event) for event in heard] == [LibraryChanged]


def test_after_detaching_nothing_comes(qtbot: QtBot) -> None:
    bus, bridge = Bus(), Bridge()
    heard: list[Any] = []
    bridge.events.connect(heard.extend)
    bridge.attach(bus.subscribe)
    bridge.release()
    bus.publish(LibraryChanged())
    bridge.detach()
    bus.publish(LibraryChanged())
    qtbot.wait(60)

    assert heard == []
