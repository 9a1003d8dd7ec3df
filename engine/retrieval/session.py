"""The retrieval process as its clients share it: one request at a time, a question before the passages of a file."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.cancel import CancelToken
from engine.errors import Cancelled, WorkerFailed
from engine.types import JsonObject
from engine.workers.supervisor import Supervisor

_SILENCE = 600.0  # torch and a large model from a slow disk, or one batch on a slow processor


class Session:
    """Passes requests on. `urgent` ones overtake all that have not begun; any thread may call."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._worker = supervisor.worker("retrieval")
        self._changed = threading.Condition()
        self._busy = False
        self._urgent = 0
        self._used = time.monotonic()

    @property
    def pid(self) -> int | None:
        """The process that serves now; None while there is none."""
        return self._worker.pid

    def call(self, op: str, args: JsonObject, *, urgent: bool = False) -> JsonObject:
        """Ask and return the result. Raises what the handler raised, or WorkerFailed."""
        with self._turn(urgent=urgent):
            return self._worker.call(op, args, timeout=_SILENCE)

    def stream(
        self,
        op: str,
        args: JsonObject,
        *,
        on_event: Callable[[JsonObject], None],
        cancel: CancelToken,
        urgent: bool = False,
    ) -> JsonObject:
        """Ask, hear events, and return the result. Raises as `call`, and Cancelled."""
        with self._turn(urgent=urgent):
            if cancel.is_set():
                raise Cancelled("Embedding was stopped.")
            return self._worker.stream(op, args, on_event=on_event, cancel=cancel, idle_timeout=_SILENCE)

    def unload_idle(self, seconds: float) -> bool:
        """End the process if nobody asked for that long; return whether it is gone."""
        with self._turn(urgent=True, use=False):
            if self._worker.alive and self._used <= time.monotonic() - seconds:
                self._worker.stop()
            return not self._worker.alive

    def close(self) -> None:
        """End the process; later calls raise WorkerFailed with code "worker_stopped"."""
        self._worker.close()

    @contextmanager
    def _turn(self, *, urgent: bool, use: bool = True) -> Iterator[None]:
        with self._changed:
            self._urgent += urgent
            self._changed.wait_for(lambda: not self._busy and (urgent or not self._urgent))
            self._urgent -= urgent
            self._busy = True
        try:
            yield
        finally:
            with self._changed:
                self._busy = False
                if use:
                    self._used = time.monotonic()
                self._changed.notify_all()


def nonsense() -> WorkerFailed:
    """Return the error for an answer of the process that cannot be."""
    return WorkerFailed("The embedding process sent something that makes no sense. Try again.", code="worker_protocol")
