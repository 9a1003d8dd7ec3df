"""The child's side: takes the pipes, serves requests one after the other, and dies with the app."""

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

    def __init__(self, request_id: int, op: str, args: JsonObject, send: Callable[[JsonObject], None]) -> None:
        self.id, self.op, self.args = request_id, op, args
        self.cancel = CancelToken()
        self._send = send

    def emit(self, event: JsonObject) -> None:
        """Send an event; waits while the parent is behind."""
        self._send({"id": self.id, "event": event})


Handler = Callable[[Request], JsonObject]


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


def serve(prepare: Callable[[], Mapping[str, Handler]]) -> None:
    """Take the pipes, call `prepare` (slow imports belong there), say ready, then run one request at a time, for ever.

    A handler returns the result or raises; only FiresideError tells the parent more than the kind of failure.
    """
    pipes = Pipes()
    inbox = _Inbox(pipes)
    threading.Thread(target=inbox.listen, name="frames", daemon=True).start()
    handlers = prepare()
    pipes.send({"ready": {"pid": os.getpid()}})
    while True:
        request = inbox.waiting.get()
        answer = _run(handlers, request)
        inbox.unfinished.pop(request.id)
        pipes.write(answer)


class _Inbox:
    """Reads frames in its own thread: cancels are obeyed at once, requests wait their turn."""

    def __init__(self, pipes: Pipes) -> None:
        self._pipes = pipes
        self.waiting: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self.unfinished: dict[int, Request] = {}

    def listen(self) -> None:
        """Read until the parent closes the pipe or breaks the protocol; either way the process ends."""
        try:
            while (message := frames.read(self._pipes.input)) is not None:
                self._take(message)
        finally:
            leave()

    def _take(self, message: JsonObject) -> None:
        if "cancel" in message:
            if (request := self.unfinished.get(message["cancel"])) is not None:
                request.cancel.set()
            return
        request = Request(message["id"], message["op"], message["args"], self._pipes.send)
        self.unfinished[request.id] = request
        self.waiting.put(request)


def _run(handlers: Mapping[str, Handler], request: Request) -> bytes:
    """Return the frame that ends the request."""
    try:
        handler = handlers.get(request.op)
        if handler is None:
            raise InvalidRequest("The worker does not know this operation.", code="unknown_operation", param="op")
        return frames.encode({"id": request.id, "result": handler(request)})
    except FiresideError as error:
        return frames.encode({"id": request.id, "error": _error(error)})
    except Exception as error:  # noqa: BLE001  whatever a library raises: the parent hears the kind, never the words
        log.error("%s failed with %s", request.op, type(error).__name__)
        for line in traceback.format_tb(error.__traceback__):
            log.error("%s", line.rstrip())
        failed = WorkerFailed(f"The worker failed ({type(error).__name__}).", code="worker_error", op=request.op)
        return frames.encode({"id": request.id, "error": _error(failed)})


def _error(error: FiresideError) -> JsonObject:
    kind = next((name for name, known in ERRORS.items() if isinstance(error, known)), "worker_failed")
    plain = {key: value for key, value in error.details.items() if isinstance(value, str | int | float | bool)}
    return {"kind": kind, "code": error.code, "message": error.message, "param": error.param, "details": plain}
