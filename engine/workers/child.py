"""The child's side: takes the pipes, serves requests in order, and dies with the app."""

from __future__ import annotations

import ctypes
import logging
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from engine.cancel import CancelToken
from engine.errors import Cancelled, FiresideError, InvalidRequest, Unavailable, WorkerFailed
from engine.types import JsonObject
from engine.workers import frames, registry

log = logging.getLogger(__name__)
_PR_SET_PDEATHSIG = 1
# The kinds of error that cross the pipe; the parent has the same table the other way round.
ERRORS: Mapping[str, type[FiresideError]] = {
    "invalid_request": InvalidRequest,
    "unavailable": Unavailable,
    "cancelled": Cancelled,
    "worker_failed": WorkerFailed,
}


class Request:
    """One call from the parent, as its handler sees it: `args` from the parent, `cancel` set when it asks to stop."""

    def __init__(
        self, request_id: int, op: str, args: JsonObject, send: Callable[[JsonObject], None], end: Callable[[int], None]
    ) -> None:
        self.id, self.op, self.args = request_id, op, args
        self.cancel = CancelToken()
        self._send, self._end = send, end

    def emit(self, event: JsonObject) -> None:
        """Send an event; waits while the parent is behind."""
        self._send({"id": self.id, "event": event})

    def answer(self, result: JsonObject) -> None:
        """End the request with a result; only for a handler that returned None."""
        self._end(self.id)
        try:
            self._send({"id": self.id, "result": result})
        except frames.FrameError as error:
            self._refuse(error)

    def fail(self, error: Exception) -> None:
        """End the request with an error: the parent hears its kind, and only of a FiresideError the words."""
        self._end(self.id)
        self._refuse(error)

    def _refuse(self, error: Exception) -> None:
        if not isinstance(error, FiresideError):
            log.error("%s failed with %s", self.op, type(error).__name__)
            for line in traceback.format_tb(error.__traceback__):
                log.error("%s", line.rstrip())
            error = WorkerFailed(f"The worker failed ({type(error).__name__}).", code="worker_error", op=self.op)
        self._send({"id": self.id, "error": _error(error)})


# What it returns ends the request; after None the handler's owner does, with `answer` or `fail`.
Handler = Callable[[Request], JsonObject | None]


@dataclass(frozen=True, slots=True)
class Desk:
    """How a child serves: `aside` are operations that a second thread carries out, beside all others.

    `work` is called whenever no request waits; it returns after how many seconds it wants to be called again, None
    to be called only after the next request. `on_arrival` is called for each, at once, in the thread that reads.
    """

    handlers: Mapping[str, Handler]
    aside: frozenset[str] = frozenset()
    work: Callable[[], float | None] = lambda: None
    on_arrival: Callable[[], None] = lambda: None


class Pipes:
    """The frame streams, taken away from file descriptors 0 and 1 so that no library can speak on them."""

    def __init__(self) -> None:
        self.input: BinaryIO = os.fdopen(os.dup(0), "rb")
        self._output: BinaryIO = os.fdopen(os.dup(1), "wb")
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        sys.stdout = sys.stderr
        self._lock = threading.Lock()

    def send(self, message: JsonObject) -> None:
        self.write(frames.encode(message))

    def write(self, frame: bytes) -> None:
        try:
            with self._lock:
                self._output.write(frame)
                self._output.flush()
        except OSError:
            leave()


def leave() -> None:
    """End at once: the parent is gone, and native code may be busy in another thread."""
    os._exit(0)


def main(name: str) -> None:
    """Serve as the worker of that name until the parent closes the pipe. Raises KeyError for other names."""
    begin()
    registry.entry(name)()


def begin() -> None:
    """Tie this process to its parent and send the log to the error stream."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if sys.platform != "win32":
        # Ctrl-C in a terminal is for the app; it stops its children in order.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.stderr is None:  # a windowed build has no console, but file descriptor 2 is our pipe all the same
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


def serve(prepare: Callable[[], Mapping[str, Handler] | Desk]) -> None:
    """Take the pipes, call `prepare` (slow imports belong there), say ready, then serve requests in order, for ever.

    A handler returns the result or raises; only FiresideError tells the parent more than the kind of failure.
    """
    pipes = Pipes()
    inbox = _Inbox(pipes)
    threading.Thread(target=inbox.listen, name="frames", daemon=True).start()
    prepared = prepare()
    desk = prepared if isinstance(prepared, Desk) else Desk(prepared)
    inbox.on_arrival = desk.on_arrival
    if desk.aside:
        inbox.aside = desk.aside
        threading.Thread(target=_serve_aside, args=(desk, inbox), name="aside", daemon=True).start()
    pipes.send({"ready": {"pid": os.getpid()}})
    pause: float | None = None
    while True:
        request = inbox.next(pause)
        if request is not None:
            _run(desk.handlers, request)
            pause = 0.0
        else:
            pause = desk.work()


def _serve_aside(desk: Desk, inbox: _Inbox) -> None:
    while True:
        _run(desk.handlers, inbox.waiting_aside.get())


class _Inbox:
    """Reads frames in its own thread: cancels are obeyed at once, requests wait their turn."""

    def __init__(self, pipes: Pipes) -> None:
        self._pipes = pipes
        self._waiting: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self.waiting_aside: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self.aside: frozenset[str] = frozenset()
        self.on_arrival: Callable[[], None] = lambda: None
        self._unfinished: dict[int, Request] = {}

    def next(self, seconds: float | None) -> Request | None:
        """Return the next request, or None when none came in that time; None waits for ever."""
        try:
            return self._waiting.get(seconds != 0, seconds or None)
        except queue.Empty:
            return None

    def listen(self) -> None:
        """Read until the parent closes the pipe or breaks the protocol; either way the process ends."""
        try:
            while (message := frames.read(self._pipes.input)) is not None:
                self._take(message)
        finally:
            leave()

    def _take(self, message: JsonObject) -> None:
        if "cancel" in message:
            if (request := self._unfinished.get(message["cancel"])) is not None:
                request.cancel.set()
            return
        request = Request(message["id"], message["op"], message["args"], self._pipes.send, self._end)
        self._unfinished[request.id] = request
        (self.waiting_aside if request.op in self.aside else self._waiting).put(request)
        self.on_arrival()

    def _end(self, request_id: int) -> None:
        self._unfinished.pop(request_id, None)


def _run(handlers: Mapping[str, Handler], request: Request) -> None:
    """Let the handler begin the request, and end it unless the handler does later."""
    try:
        handler = handlers.get(request.op)
        if handler is None:
            raise InvalidRequest("The worker does not know this operation.", code="unknown_operation", param="op")
        result = handler(request)
    except Exception as error:  # noqa: BLE001  whatever a library raises: the parent hears the kind, never the words
        request.fail(error)
    else:
        if result is not None:
            request.answer(result)


def _error(error: FiresideError) -> JsonObject:
    kind = next((name for name, known in ERRORS.items() if isinstance(error, known)), "worker_failed")
    plain = {key: value for key, value in error.details.items() if isinstance(value, str | int | float | bool)}
    return {"kind": kind, "code": error.code, "message": error.message, "param": error.param, "details": plain}
