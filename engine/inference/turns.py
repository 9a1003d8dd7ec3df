"""First come, first served: one caller at a time works on a model."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Iterator

from engine.cancel import CancelToken


class Turns:
    """A lock that keeps the order of arrival and lets a waiting caller give up."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._line: deque[object] = deque()

    @contextlib.contextmanager
    def take(self, cancel: CancelToken | None = None, *, wait: bool = True) -> Iterator[bool]:
        """Wait for the turn and hold it for the block; yields False, without it, if `cancel` was set first.

        Without `wait`, yields False at once if anybody works or waits.
        """
        ticket = object()
        if cancel is not None:
            cancel.on_set(self._wake)
        with self._changed:
            self._line.append(ticket)
            self._changed.wait_for(
                lambda: not wait or self._line[0] is ticket or (cancel is not None and cancel.is_set())
            )
            mine = self._line[0] is ticket
            if not mine:
                self._line.remove(ticket)
        try:
            yield mine
        finally:
            if mine:
                with self._changed:
                    self._line.popleft()
                    self._changed.notify_all()

    @property
    def idle(self) -> bool:
        """Whether nobody works or waits."""
        with self._changed:
            return not self._line

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
