"""Keeps child processes: starts them when needed, again when they died, not for ever, and ends them all."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from engine.cancel import CancelToken
from engine.errors import Cancelled, FiresideError, WorkerFailed
from engine.types import JsonObject
from engine.workers import launch
from engine.workers.child import ERRORS
from engine.workers.exchange import Exchange
from engine.workers.frames import FrameError
from engine.workers.logfile import BoundedLog
from engine.workers.process import ChildProcess
from engine.workers.registry import WORKERS

log = logging.getLogger(__name__)
_TEXT_LIMIT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a child may take, in seconds, and how often it may die."""

    start: float = 120.0  # importing torch from a cold disk
    cancel: float = 10.0
    stop: float = 3.0
    deaths: int = 3
    deaths_within: float = 60.0


class Worker:
    """A child process under one name that is there when it is called; methods may be called from any thread."""

    def __init__(self, name: str, spawn: Callable[[str], ChildProcess], limits: Limits) -> None:
        self.name = name
        self._spawn = spawn
        self._limits = limits
        self._lock = threading.Lock()
        self._process: ChildProcess | None = None
        self._deaths: deque[float] = deque(maxlen=limits.deaths)
        self._closed = threading.Event()

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        process = self._process
        return process.pid if process is not None and process.alive else None

    @property
    def alive(self) -> bool:
        return self.pid is not None

    @property
    def last_words(self) -> tuple[str, ...]:
        """The last lines the child wrote to its error stream."""
        process = self._process
        return process.log.tail if process is not None else ()

    def call(self, op: str, args: JsonObject, *, timeout: float) -> JsonObject:
        """Ask and return the result; the child is killed if it takes longer than `timeout` seconds.

        Time in which it serves earlier requests does not count. Raises what the child's handler raised, or WorkerFailed
        (worker_died, worker_hung, worker_protocol, worker_start_timeout, worker_crash_loop, worker_stopped).
        """
        return self._exchange(op, args, None, CancelToken(), timeout)

    def stream(
        self,
        op: str,
        args: JsonObject,
        *,
        on_event: Callable[[JsonObject], None],
        cancel: CancelToken,
        idle_timeout: float,
    ) -> JsonObject:
        """Ask, hand every event to `on_event` in this thread, return the result.

        The child is killed when it says nothing for `idle_timeout` seconds, and when it does not end within
        `Limits.cancel` after `cancel` was set: then Cancelled is raised, with code "cancel_forced". Otherwise raises
        as `call`. If `on_event` raises, the request is cancelled and the error passed on.
        """
        return self._exchange(op, args, on_event, cancel, idle_timeout)

    def begin_stop(self) -> None:
        """Tell the child to end, without waiting."""
        if (process := self._process) is not None:
            process.begin_stop()

    def stop(self) -> None:
        """End the child: first by closing its input, then by asking, then by force. The next call starts a new one."""
        with self._lock:
            if self._process is not None:
                self._process.begin_stop()
                self._bury(self._process)

    def close(self) -> None:
        """Stop for good; later calls raise WorkerFailed with code "worker_stopped"."""
        self._closed.set()
        self.begin_stop()
        self.stop()

    def _exchange(
        self,
        op: str,
        args: JsonObject,
        on_event: Callable[[JsonObject], None] | None,
        cancel: CancelToken,
        idle: float,
    ) -> JsonObject:
        process = self._running()
        try:
            exchange = process.ask(op, args)
        except FrameError as error:
            raise WorkerFailed(f"The request cannot be sent to a process: {error}.", code="request_not_sent") from None
        watch = _Watch(process, exchange, idle, self._limits.cancel)
        cancel.on_set(watch.cancel)
        with contextlib.ExitStack() as undo:
            undo.callback(self._drain, process, exchange, watch)
            while "event" in (frame := self._next(process, exchange, watch)):
                event = frame["event"]
                if on_event is None or not isinstance(event, dict):
                    raise self._broken(process)
                on_event(event)
                watch.rest()
            undo.pop_all()
        watch.over = True
        return _result(frame, lambda: self._broken(process))

    def _running(self) -> ChildProcess:
        """Return a child that has said it is ready, starting one if need be."""
        with self._lock:
            if self._closed.is_set():
                raise WorkerFailed("Fireside is closing.", code="worker_stopped", worker=self.name)
            if self._process is not None:
                if self._process.alive:
                    return self._process
                self._bury(self._process)
            self._check_deaths()
            process = self._process = self._spawn(self.name)
            if self._closed.is_set():  # closed while it was starting
                process.begin_stop()
            try:
                process.wait_ready(self._limits.start)
            except WorkerFailed:
                self._bury(process)
                raise
            return process

    def _bury(self, process: ChildProcess) -> None:
        """Count the death, unless it was wanted, and make sure of it."""
        self._process = None
        process.finish_stop(patience=self._limits.stop)
        code = process.failure.code if process.failure is not None else ""
        if code not in ("worker_stopped", "cancel_forced"):
            self._deaths.append(process.ended_at)
            log.info("worker %s ended: %s", self.name, code)

    def _check_deaths(self) -> None:
        within = self._limits.deaths_within
        if len(self._deaths) == self._limits.deaths and time.monotonic() - self._deaths[0] < within:
            raise WorkerFailed(
                f"The {self.name} process ended {len(self._deaths)} times within {within:.0f} seconds and is left "
                "alone for now. Wait a minute, then try another model or look into the log folder.",
                code="worker_crash_loop",
                worker=self.name,
                deaths=len(self._deaths),
            )

    def _next(self, process: ChildProcess, exchange: Exchange, watch: _Watch) -> JsonObject:
        """Wait for the next frame as long as the watch allows."""
        while True:
            left = watch.left()
            frame = exchange.get(left) if left > 0 else None
            if frame is not None:
                return frame
            if watch.left() <= 0:
                raise self._give_up(process, watch.idle, cancelled=watch.cancelled)

    def _drain(self, process: ChildProcess, exchange: Exchange, watch: _Watch) -> None:
        """Cancel a request nobody listens to any more and wait for its end, so that the child is free again."""
        if not process.alive:
            return
        exchange.discard()
        watch.cancel()
        try:
            while "event" in self._next(process, exchange, watch):
                pass
        except FiresideError as error:
            log.info("worker %s did not end a dropped request: %s", self.name, error.code)

    def _give_up(self, process: ChildProcess, seconds: float, *, cancelled: bool = False) -> FiresideError:
        failure: FiresideError
        if cancelled:
            failure = Cancelled("Stopped; the worker process did not listen and was ended.", code="cancel_forced")
        else:
            failure = WorkerFailed(
                f"The {self.name} process gave no sign for {seconds:.0f} seconds and was ended. "
                "It is started again when it is next needed.",
                code="worker_hung",
                worker=self.name,
                seconds=seconds,
            )
        process.abandon(failure)
        return failure

    def _broken(self, process: ChildProcess) -> WorkerFailed:
        failure = WorkerFailed(
            f"The {self.name} process broke the protocol and was ended. It is started again when it is next needed.",
            code="worker_protocol",
            worker=self.name,
        )
        process.abandon(failure)
        return failure


class _Watch:
    """How long one request may still stay silent."""

    def __init__(self, process: ChildProcess, exchange: Exchange, idle: float, grace: float) -> None:
        self.idle = idle
        self.cancelled = self.over = False
        self._process, self._exchange, self._grace = process, exchange, grace
        self._end: float | None = None
        self._since = time.monotonic()

    def rest(self) -> None:
        """The caller was busy with an event: the child is not to blame for that time."""
        self._since = time.monotonic()

    def cancel(self) -> None:
        """Send the cancel once and start the clock."""
        if self.cancelled or self.over:
            return
        self._end = time.monotonic() + self._grace
        self.cancelled = True
        self._process.cancel(self._exchange)

    def left(self) -> float:
        now = time.monotonic()
        if self._end is not None:
            return self._end - now
        if not self._process.is_first(self._exchange):
            return self.idle
        return max(self._since, self._process.last_frame) + self.idle - now


class Supervisor:
    """Owns all child processes of an engine. `command` turns a name of the table into a command line."""

    def __init__(
        self,
        log_dir: Path,
        *,
        limits: Limits | None = None,
        command: Callable[[str], list[str]] = launch.command,
        names: frozenset[str] = frozenset(WORKERS),
    ) -> None:
        self._log_dir = log_dir
        self._limits = limits or Limits()
        self._command, self._names = command, names
        self._lock = threading.Lock()
        self._workers: dict[tuple[str, str], Worker] = {}
        # Linux ends a child with the thread that started it: one thread starts all of them and lives as long as we do.
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="worker-starter")

    def worker(self, kind: str, key: str = "") -> Worker:
        """Return the worker of that kind for that key, e.g. ("inference", model id); it starts when first called."""
        if kind not in self._names:
            raise ValueError(f"no worker is called {kind!r}")
        with self._lock:
            if (worker := self._workers.get((kind, key))) is None:
                path = self._log_dir / f"{_file_name(kind, key)}.log"
                worker = Worker(kind, lambda name: self._start(name, path), self._limits)
                self._workers[kind, key] = worker
            return worker

    def close(self) -> None:
        """End all children, at the same time, and refuse new ones."""
        with self._lock:
            workers = tuple(self._workers.values())
        for worker in workers:
            worker.begin_stop()
        for worker in workers:
            worker.close()
        self._starter.shutdown()

    def _start(self, name: str, path: Path) -> ChildProcess:
        try:
            child = self._starter.submit(launch.start, self._command(name)).result()
        except (OSError, RuntimeError) as error:
            raise WorkerFailed(
                f"The {name} process could not be started ({error}). Check that Fireside is installed completely.",
                code="worker_start_failed",
                worker=name,
            ) from None
        return ChildProcess(child, name, BoundedLog(path))


def _file_name(kind: str, key: str) -> str:
    """Return a name that every file system takes and that differs for different keys."""
    if not key:
        return kind
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", key)[:60]
    return f"{kind}-{safe}-{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:8]}"


def _result(untrusted_frame: JsonObject, broken: Callable[[], WorkerFailed]) -> JsonObject:
    """Return the result of a last frame, or raise the error it carries."""
    untrusted_result, untrusted_error = untrusted_frame.get("result"), untrusted_frame.get("error")
    if isinstance(untrusted_result, dict):
        return untrusted_result
    if not isinstance(untrusted_error, dict):
        raise broken()
    kind = ERRORS.get(str(untrusted_error.get("kind")), WorkerFailed)
    untrusted_details = untrusted_error.get("details")
    details = {
        key[:_TEXT_LIMIT]: value[:_TEXT_LIMIT] if isinstance(value, str) else value
        for key, value in (untrusted_details.items() if isinstance(untrusted_details, dict) else ())
        if isinstance(value, str | int | float | bool) and key not in ("code", "param", "message", "self")
    }
    param = untrusted_error.get("param")
    raise kind(
        str(untrusted_error.get("message", ""))[:_TEXT_LIMIT],
        code=str(untrusted_error.get("code") or kind.code)[:100],
        param=param[:100] if isinstance(param, str) else None,
        **details,
    )
