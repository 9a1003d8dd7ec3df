"""Runs blocking calls off the Qt thread and brings their results back; the only threading widgets may use."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from engine.errors import FiresideError

T = TypeVar("T")
Failed = Callable[[FiresideError], None]
log = logging.getLogger(__name__)


class Tasks(QObject):
    """`run` for reading calls, `write` for calls that change something: writes are done one after another.

    `done` and `failed` are called on the Qt thread, and not at all once their `owner` is gone. A failure that
    nobody takes goes to `unhandled`.
    """

    unhandled = Signal(object)
    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="read")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="write")
        self._open = 0
        self._closed = False
        self._finished.connect(self._finish, Qt.ConnectionType.QueuedConnection)

    @property
    def idle(self) -> bool:
        """Whether every result has come back."""
        return self._open == 0

    def run(
        self,
        op: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
    ) -> None:
        """Call `op` on a reader thread."""
        self._submit(self._readers, op, done, failed, owner)

    def write(
        self,
        op: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
    ) -> None:
        """Call `op` after all writes before it."""
        self._submit(self._writer, op, done, failed, owner)

    def close(self) -> None:
        """Wait for writes to end; results that are still on their way are dropped."""
        self._closed = True
        self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=False, cancel_futures=True)

    def _submit(
        self,
        pool: ThreadPoolExecutor,
        op: Callable[[], T],
        done: Callable[[T], None] | None,
        failed: Failed | None,
        owner: QObject | None,
    ) -> None:
        if self._closed:
            return
        self._open += 1

        def work() -> None:
            result: Any = None
            error: FiresideError | None = None
            try:
                result = op()
            except FiresideError as caught:
                error = caught
            except Exception as caught:  # a fault of ours: the user sees a sentence, the log has the rest
                log.exception("a task failed")
                error = FiresideError(f"Something went wrong: {type(caught).__name__}.", code="internal")
            if not self._closed:
                self._finished.emit((owner, done, failed, result, error))

        pool.submit(work)

    @Slot(object)
    def _finish(self, outcome: tuple[QObject | None, Any, Any, Any, FiresideError | None]) -> None:
        owner, done, failed, result, error = outcome
        self._open -= 1
        if self._closed or (owner is not None and not shiboken6.isValid(owner)):
            return
        if error is None:
            if done is not None:
                done(result)
        elif failed is not None:
            failed(error)
        else:
            self.unhandled.emit(error)
