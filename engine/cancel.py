"""A cancel token: set once from any thread, watched by whoever works."""

from __future__ import annotations

import threading
from collections.abc import Callable


class CancelToken:
    """An event that also calls back; setting it twice is harmless."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._calls: list[Callable[[], None]] = []

    def set(self) -> None:
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            calls, self._calls = self._calls, []
        for call in calls:
            call()

    def is_set(self) -> bool:
        return self._event.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until set; return whether it is."""
        return self._event.wait(timeout)

    def on_set(self, call: Callable[[], None]) -> None:
        """Run `call` once when the token is set, at once if it already is."""
        with self._lock:
            if not self._event.is_set():
                self._calls.append(call)
                return
        call()
