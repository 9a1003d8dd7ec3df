"""Publishing without holding a lock: events of one run go out in order, whichever thread made them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable


class Outbox:
    """A line of calls carried out one after another by whoever finds it idle.

    A listener may call back into the engine, and two runs may publish at once: were a run's lock held meanwhile, the
    two could wait for each other for ever.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._line: deque[Callable[[], None]] = deque()
        self._busy = False

    def add(self, calls: Iterable[Callable[[], None]]) -> None:
        """Put calls in line; nothing is called yet."""
        with self._lock:
            self._line.extend(calls)

    def deliver(self) -> None:
        """Make all calls in line, unless somebody is at it already: then they are made by that one."""
        with self._lock:
            if self._busy:
                return
            self._busy = True
        while (call := self._take()) is not None:
            call()

    def _take(self) -> Callable[[], None] | None:
        with self._lock:
            if self._line:
                return self._line.popleft()
            self._busy = False
            return None
