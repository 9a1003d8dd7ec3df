"""The one subscriber to the engine's events: merges text deltas and hands bundles to the Qt thread."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from engine.bus import Subscription
from engine.events import (
    DownloadChanged,
    Event,
    MessageDelta,
    RunProgress,
    StepDelta,
    ThoughtDelta,
    VectorStoreFileChanged,
)

FRAME_MS = 33
_CALM = (MessageDelta, StepDelta, ThoughtDelta, RunProgress, DownloadChanged)


class Bridge(QObject):
    """Emits `events` with a tuple of events in their order, at most 30 times a second while text streams.

    Anything that is not growth (a state, a title, a setting) goes out at the next turn of the event loop.
    """

    events = Signal(object)
    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._pending: list[Event] = []
        self._urgent = False
        self._asleep = True
        self._held = True
        self._subscription: Subscription | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._deliver)
        self._woken.connect(self._wake, Qt.ConnectionType.QueuedConnection)

    @property
    def idle(self) -> bool:
        """Whether everything heard was delivered."""
        with self._lock:
            return not self._pending

    def release(self) -> None:
        """Deliver what was heard, and from now on whatever comes: somebody is there to take it."""
        self._held = False
        self._deliver()

    def attach(self, subscribe: Callable[[Callable[[Event], None]], Subscription]) -> None:
        """Start listening, on any thread: `subscribe` is the engine's method of that name.

        Until `release` everything is kept, so that nothing is missed while the pages are being built.
        """
        self._subscription = subscribe(self._receive)

    def detach(self) -> None:
        """Stop listening; events not delivered yet are dropped."""
        if self._subscription is not None:
            self._subscription.close()
            self._subscription = None
        self._timer.stop()
        self._held = True
        with self._lock:
            self._pending = []
            self._asleep, self._urgent = True, False

    def _receive(self, event: Event) -> None:
        """Take an event in the publisher's thread; quick, and wakes the Qt thread once per bundle."""
        with self._lock:
            self._pending.append(event)
            urgent = not isinstance(event, _CALM) and not _reads_on(event)
            wake = self._asleep or (urgent and not self._urgent)
            self._urgent = self._urgent or urgent
            self._asleep = False
        if wake:
            self._woken.emit()

    @Slot()
    def _wake(self) -> None:
        with self._lock:
            urgent = self._urgent
        if urgent:
            self._timer.start(0)
        elif not self._timer.isActive():
            self._timer.start(FRAME_MS)

    @Slot()
    def _deliver(self) -> None:
        if self._held:
            return
        with self._lock:
            events, self._pending = self._pending, []
            self._asleep, self._urgent = True, False
        if events:
            self.events.emit(merged(events))


def merged(events: Iterable[Event]) -> tuple[Event, ...]:
    """Join neighbouring deltas of one message part, and keep only the last of neighbouring progress reports."""
    result: list[Event] = []
    for event in events:
        last = result[-1] if result else None
        if isinstance(event, MessageDelta) and isinstance(last, MessageDelta) and _same_part(last, event):
            joined = last.text + event.text
            notes = last.annotations + event.annotations
            result[-1] = dataclasses.replace(event, text=joined, annotations=notes)
        elif isinstance(event, ThoughtDelta) and isinstance(last, ThoughtDelta) and _same_thought(last, event):
            result[-1] = dataclasses.replace(event, text=last.text + event.text)
        elif (
            (isinstance(event, RunProgress) and isinstance(last, RunProgress) and last.run_id == event.run_id)
            or (
                isinstance(event, DownloadChanged)
                and isinstance(last, DownloadChanged)
                and (last.model_id, last.state) == (event.model_id, event.state)
            )
            or (
                isinstance(event, VectorStoreFileChanged)
                and isinstance(last, VectorStoreFileChanged)
                and _reads_on(event)
                and (last.file.vector_store_id, last.file.id, last.what)
                == (event.file.vector_store_id, event.file.id, event.what)
            )
        ):
            result[-1] = event
        else:
            result.append(event)
    return tuple(result)


def _reads_on(event: Event) -> bool:
    """Tell whether it is only another group of a file's passages."""
    return isinstance(event, VectorStoreFileChanged) and event.what == "in_progress" and event.total > 0


def _same_thought(first: ThoughtDelta, second: ThoughtDelta) -> bool:
    return (first.run_id, first.number) == (second.run_id, second.number)


def _same_part(first: MessageDelta, second: MessageDelta) -> bool:
    return (first.message_id, first.index) == (second.message_id, second.index)
