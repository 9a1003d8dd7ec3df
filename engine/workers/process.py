"""One running child process: four threads that write, read, log and wait for its end."""

from __future__ import annotations

import contextlib
import logging
import queue
import signal
import subprocess
import threading
import time
from typing import IO, Any, BinaryIO, cast

from engine.errors import FiresideError, WorkerFailed
from engine.types import JsonObject
from engine.workers import frames, launch
from engine.workers.exchange import Exchange
from engine.workers.logfile import BoundedLog

log = logging.getLogger(__name__)


class ChildProcess:
    """Sends requests and hands each frame of the child to the exchange it belongs to.

    Whatever ends the child ends every exchange with the same failure, at once. It is never restarted here.
    """

    def __init__(self, child: subprocess.Popen[bytes], name: str, output: BoundedLog) -> None:
        self.name = name
        self.pid = child.pid
        self.log = output
        self.last_frame = time.monotonic()
        self.ended_at = 0.0
        self.failure: FiresideError | None = None
        self._child = child
        self._lock = threading.Lock()
        self._exchanges: dict[int, Exchange] = {}
        self._next = 1
        self._ready = Exchange(0)
        self._greeted = False
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=target, name=f"{name}-{target.__name__}", daemon=True)
            for target in (self._write, self._read, self._copy_errors)
        ]
        self._waiter = threading.Thread(target=self._wait, name=f"{name}-wait", daemon=True)
        for thread in (*self._threads, self._waiter):
            thread.start()

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return self.failure is None

    def wait_ready(self, seconds: float) -> None:
        """Wait for the child's greeting. Raises WorkerFailed if it dies, talks nonsense or takes longer."""
        if self._ready.get(seconds) is None:
            slow = self._failed("did not start in time", "worker_start_timeout", seconds=seconds)
            self.abandon(slow)
            raise slow

    def ask(self, op: str, args: JsonObject) -> Exchange:
        """Send a request. Raises the failure if the child has ended, FrameError if `args` are too long."""
        with self._lock:
            if self.failure is not None:
                raise self.failure
            exchange = Exchange(self._next)
            self._outbox.put(frames.encode({"id": exchange.id, "op": op, "args": args}))
            self._exchanges[exchange.id] = exchange
            self._next += 1
            return exchange

    def cancel(self, exchange: Exchange) -> None:
        """Ask the child to stop that request; its end comes as usual."""
        self._outbox.put(frames.encode({"cancel": exchange.id}))
        exchange.wake()

    def is_first(self, exchange: Exchange) -> bool:
        """Whether the child should be working on this one, as requests are served in order."""
        with self._lock:
            return min(self._exchanges, default=exchange.id) >= exchange.id

    def abandon(self, failure: FiresideError) -> None:
        """Kill the child and give everyone who waits that failure."""
        self._fail(failure)
        launch.kill(self._child)

    def begin_stop(self) -> None:
        """Close the child's input, which ends it; requests in progress fail with "worker_stopped"."""
        self._fail(self._failed("was stopped", "worker_stopped"))
        self._outbox.put(None)

    def finish_stop(self, *, patience: float) -> None:
        """Wait for the end; ask harder after `patience` seconds, and kill after as long again."""
        for harder in (launch.terminate, launch.kill):
            self._waiter.join(patience)
            if not self._waiter.is_alive():
                break
            harder(self._child)
        self._waiter.join(patience)

    def _failed(self, what: str, code: str, **details: Any) -> WorkerFailed:
        return WorkerFailed(
            f"The {self.name} process {what}. It is started again when it is next needed.",
            code=code,
            worker=self.name,
            **details,
        )

    def _fail(self, failure: FiresideError) -> None:
        with self._lock:
            if self.failure is None:
                self.failure, self.ended_at = failure, time.monotonic()
            waiting = [self._ready, *self._exchanges.values()]
        for exchange in waiting:
            exchange.fail(failure)

    def _write(self) -> None:
        """Send what is queued: a child that does not read blocks this thread and nobody else."""
        pipe = cast(IO[bytes], self._child.stdin)
        with contextlib.suppress(OSError), contextlib.closing(pipe):
            while (data := self._outbox.get()) is not None:
                view = memoryview(data)
                while view:
                    view = view[pipe.write(view) :]

    def _read(self) -> None:
        pipe = cast(BinaryIO, self._child.stdout)
        try:
            while (untrusted_frame := frames.read(pipe)) is not None:
                self.last_frame = time.monotonic()
                self._deliver(untrusted_frame)
        except frames.FrameError as error:
            log.info("%s broke the protocol: %s", self.name, error)
            self.abandon(self._failed("broke the protocol", "worker_protocol", why=str(error)))
        # A child that closed its output can serve nobody, even if it still runs.
        launch.kill(self._child)

    def _deliver(self, untrusted_frame: JsonObject) -> None:
        if "ready" in untrusted_frame and not self._greeted:
            self._greeted = True
            self._ready.put(untrusted_frame)
            return
        ends = "result" in untrusted_frame or "error" in untrusted_frame
        with self._lock:
            find = self._exchanges.pop if ends else self._exchanges.get
            untrusted_id = untrusted_frame.get("id")
            exchange = find(untrusted_id, None) if isinstance(untrusted_id, int) else None
            if exchange is None and self.failure is not None:
                return
        if exchange is None:
            raise frames.FrameError("a frame belongs to no request")
        exchange.put(untrusted_frame)

    def _copy_errors(self) -> None:
        self.log.copy(cast(BinaryIO, self._child.stderr))

    def _wait(self) -> None:
        code = self._child.wait()
        # What the child started may still hold its pipes open; the readers end only when all of it is gone.
        launch.kill(self._child)
        for thread in self._threads[1:]:
            thread.join()
        self._fail(self._failed(f"ended unexpectedly ({_ending(code)})", "worker_died", exit_code=code))
        self._outbox.put(None)
        self._threads[0].join()
        for pipe in (self._child.stdout, self._child.stderr):
            cast(IO[bytes], pipe).close()
        self.log.close()


def _ending(code: int) -> str:
    """Return how a process ended, in the system's own words."""
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"code {code}"
