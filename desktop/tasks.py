"""Runs blocking calls off the Qt thread and brings their results back; the only threading widgets may use."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from engine.errors import FiresideError

T = TypeVar("T")
Failed = Callable[[FiresideError], None]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Call:
    op: Callable[[], Any]
    owner: QObject | None
    done: Callable[[Any], None] | None
    failed: Failed | None


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
        # Calls under way. What is called holds widgets: the Qt thread keeps it to the end, so that no other thread is
        # the last to let go of a widget, which would end it there.
        self._calls: dict[int, _Call] = {}
        self._numbers = itertools.count()
        self._closed = False
        self._finished.connect(self._finish, Qt.ConnectionType.QueuedConnection)

    @property
    def idle(self) -> bool:
        """Whether every result has come back."""
        return not self._calls

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
        number = next(self._numbers)
        self._calls[number] = _Call(op, owner, done, failed)
        pool.submit(self._work, number)

    def _work(self, number: int) -> None:
        """Make a call, on a thread of a pool."""
        result: Any = None
        error: FiresideError | None = None
        try:
            result = self._calls[number].op()
        except FiresideError as caught:
            error = caught
        except Exception as caught:  # a fault of ours: the user sees a sentence, the log has the rest
            log.exception("a task failed")
            error = FiresideError(f"Something went wrong: {type(caught).__name__}.", code="internal")
        if not self._closed:
            self._finished.emit((number, result, error))

    @Slot(object)
    def _finish(self, outcome: tuple[int, Any, FiresideError | None]) -> None:
        number, result, error = outcome
        call = self._calls.pop(number)
        done, failed = call.done, call.failed
        if self._closed or (call.owner is not None and not shiboken6.isValid(call.owner)):
            return
        if error is None:
            if done is not None:
                done(result)
        elif failed is not None:
            failed(error)
        else:
            self.unhandled.emit(error)
