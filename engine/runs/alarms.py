"""Calls that are due later, all kept by one thread that sleeps until the next of them."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)


class Alarms:
    """An alarm has a key; setting it again moves it. Calls run on the alarm thread and must be quick."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, str]] = []
        self._calls: dict[str, tuple[int, Callable[[], None]]] = {}
        self._numbers = itertools.count()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="alarms", daemon=True)
        self._thread.start()

    def set(self, key: str, seconds: float, call: Callable[[], None]) -> None:
        """Call `call` in that many seconds, at once if they are not positive; replaces the alarm with this key."""
        with self._changed:
            number = next(self._numbers)
            self._calls[key] = (number, call)
            heapq.heappush(self._due, (self._clock() + seconds, number, key))
            self._changed.notify()

    def drop(self, key: str) -> None:
        """Forget the alarm; nothing happens if there is none."""
        with self._changed:
            self._calls.pop(key, None)

    def close(self) -> None:
        """Forget all alarms and end the thread; a call that is being made is waited for."""
        with self._changed:
            self._closed = True
            self._calls.clear()
            self._changed.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        while (call := self._next()) is not None:
            try:
                call()
            except Exception:  # the other alarms must still be kept
                log.exception("an alarm's call failed")

    def _next(self) -> Callable[[], None] | None:
        """Wait for the next alarm that is due; None once closed."""
        with self._changed:
            while not self._closed:
                while self._due and self._calls.get(self._due[0][2], (-1,))[0] != self._due[0][1]:
                    heapq.heappop(self._due)  # dropped or moved meanwhile
                if not self._due:
                    self._changed.wait()
                    continue
                left = self._due[0][0] - self._clock()
                if left > 0:
                    self._changed.wait(min(left, threading.TIMEOUT_MAX))
                    continue
                _, _, key = heapq.heappop(self._due)
                return self._calls.pop(key)[1]
            return None
