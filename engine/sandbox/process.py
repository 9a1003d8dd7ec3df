"""The app's side of one jailed process: pipes that never block, interrupt, freeze, kill; all it says is untrusted."""

from __future__ import annotations

import contextlib
import io
import os
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import IO

from engine.errors import Unavailable, WorkerFailed
from engine.sandbox import launch, tree
from engine.sandbox.folder import SessionFolder
from engine.sandbox.jail import windows
from engine.sandbox.jail.level import Plan, Report, missing
from engine.types import JsonObject
from engine.workers import frames

_MAX_FRAME = 4 * 1024 * 1024
_CHUNK = 64 * 1024
_LENGTH = struct.Struct(">I")
AnyProcess = subprocess.Popen[bytes] | windows.ContainedProcess
Starter = Callable[[Callable[[], AnyProcess]], AnyProcess]


class ProtocolBroken(Exception):
    """The process said something that is not an answer; it has to be killed."""


class NoNamespaces(Exception):
    """The system does not allow namespaces; start again without."""


class JailedProcess:
    """One child from start to kill. Not for several threads at once, but for `kill`."""

    def __init__(self, folder: SessionFolder, plan: Plan, *, preload: bool, starter: Starter) -> None:
        """Start it; `starter` runs the start in a thread that lives as long as the child may. Raises Unavailable."""
        self.folder, self.plan = folder, plan
        self.report: Report | None = None
        self._outbox = b""
        self._replies = b""
        self._inner: int | None = None  # the jailed half, where namespaces split the process
        self._lock = threading.Lock()
        inside = "/tmp" if plan.namespaces else str(folder.tmp)  # noqa: S108  the sandbox's own /tmp
        try:
            self._process = starter(lambda: _start(launch.environment(inside), plan))
        except (OSError, RuntimeError) as error:
            raise Unavailable(
                f"The code interpreter could not be started ({error}).", code="sandbox_start_failed"
            ) from None
        if sys.platform != "win32":
            for stream in self._streams():
                os.set_blocking(stream.fileno(), False)
        self._ends: set[int] = set()
        self.send(
            {
                "plan": plan.to_json(),
                "data": str(folder.data),
                "tmp": str(folder.tmp),
                "parent": os.getpid(),
                "own": launch.own_root(),
                "font": str(launch.FONT) if launch.FONT.exists() else None,
                "preload": preload,
            }
        )

    # ------------------------------------------------------------------------------------------------ pipes

    def send(self, message: JsonObject) -> None:
        """Send a frame; what does not fit into the pipe now leaves with the next `pump`."""
        self._outbox += frames.encode(message)
        self._write(self._descriptors()[0])

    def pump(self, seconds: float) -> tuple[bytes, list[JsonObject]]:
        """Move bytes for at most so long; return output and replies that came. Raises ProtocolBroken, EOFError.

        EOFError comes when the process has closed all its pipes and everything was handed out.
        """
        stdin, stdout, stderr = self._descriptors()
        readers = [descriptor for descriptor in (stdout, stderr) if descriptor not in self._ends]
        if not readers:
            raise EOFError
        output = b""
        for descriptor in _wait(readers, [stdin] if self._outbox else [], max(0.0, seconds)):
            if descriptor == stdin:
                self._write(stdin)
            elif descriptor == stderr:
                output += self._read(stderr)
            else:
                self._replies += self._read(stdout)
        return output, self._parse()

    def drain(self) -> bytes:
        """Return the output that is already there."""
        parts = []
        while stderr_part := self._read(self._descriptors()[2]):
            parts.append(stderr_part)
            if len(parts) > 1024:
                break
        return b"".join(parts)

    def is_quiet(self) -> bool:
        """Return whether no reply waits that nobody asked for."""
        self._replies += self._read(self._descriptors()[1])
        return not self._replies

    def _descriptors(self) -> tuple[int, int, int]:
        requests, replies, output = self._streams()
        return requests.fileno(), replies.fileno(), output.fileno()

    def _streams(self) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
        requests, replies, output = self._process.stdin, self._process.stdout, self._process.stderr
        if requests is None or replies is None or output is None:
            raise RuntimeError("a jailed process has three pipes")
        return requests, replies, output

    def _write(self, descriptor: int) -> None:
        try:
            written = os.write(descriptor, self._outbox[:_CHUNK])
        except BlockingIOError:
            return
        except OSError:  # it has gone; the ends of its other pipes will tell
            written = len(self._outbox)
        self._outbox = self._outbox[written:]

    def _read(self, descriptor: int) -> bytes:
        if sys.platform == "win32" and not windows.has_bytes(descriptor):
            return b""
        try:
            part = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return b""
        except OSError:
            part = b""
        if not part:
            self._ends.add(descriptor)
        return part

    def _parse(self) -> list[JsonObject]:
        found = []
        while len(self._replies) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._replies)
            if length > _MAX_FRAME:
                raise ProtocolBroken("a reply is too long")
            end = _LENGTH.size + length
            if len(self._replies) < end:
                break
            frame, self._replies = self._replies[:end], self._replies[end:]
            try:
                message = frames.read(io.BytesIO(frame))
            except frames.FrameError as error:
                raise ProtocolBroken(str(error)) from None
            if message is not None:
                found.append(message)
        return found

    # ------------------------------------------------------------------------------------------------ start

    def wait_ready(self, seconds: float) -> Report:
        """Wait until the walls stand and the libraries are loaded. Raises Unavailable, WorkerFailed, NoNamespaces."""
        deadline = time.monotonic() + seconds
        said = b""
        while self.report is None:
            try:
                output, replies = self.pump(min(1.0, max(0.0, deadline - time.monotonic())))
            except (EOFError, ProtocolBroken):
                raise _died(said + self.drain()) from None
            said = (said + output)[-4000:]
            for reply in replies:
                self._started(reply)
            if self.report is None and time.monotonic() > deadline:
                raise WorkerFailed("The code interpreter did not get ready in time.", code="sandbox_start_timeout")
        return self.report

    def _started(self, untrusted: JsonObject) -> None:
        if isinstance(pid := untrusted.get("pid"), int) and self._inner is None:
            self._inner = pid
        elif "no_namespaces" in untrusted:
            raise NoNamespaces(str(untrusted["no_namespaces"])[:200])
        elif "failed" in untrusted:
            reason = str(untrusted["failed"])[:200]
            raise Unavailable(f"The code interpreter's walls could not be put up: {reason}.", code="sandbox_no_walls")
        elif "ready" in untrusted:
            self.report = Report.from_json(untrusted["ready"])

    def check_walls(self) -> None:
        """Raise Unavailable unless this very process reported every required wall, and runs one thread."""
        if self.plan.masked:
            return
        reason = missing(self.report or Report())
        if reason:
            raise Unavailable(reason, code="sandbox_no_walls")
        if self.threads() > 1:
            raise Unavailable("The code interpreter started with more than one thread.", code="sandbox_no_walls")

    # ---------------------------------------------------------------------------------------------- control

    @property
    def pid(self) -> int:
        """The process that runs code (inside namespaces, seen from here)."""
        return self._inner or self._process.pid

    @property
    def alive(self) -> bool:
        # The outer half may live a moment longer than the one that matters.
        return self._process.poll() is None and self.threads() > 0

    def threads(self) -> int:
        """Return how many threads the code has; 0 if it is gone."""
        import psutil  # here, as below: only a run of code is measured

        try:
            return int(psutil.Process(self.pid).num_threads())
        except psutil.Error:
            return 0

    def memory(self) -> int:
        """Return the resident bytes of the process; 0 if it is gone."""
        import psutil

        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def held(self) -> int:
        """Return the bytes of files that are deleted but still open; 0 where the system does not tell."""
        total = 0
        with contextlib.suppress(OSError), os.scandir(f"/proc/{self.pid}/fd") as descriptors:
            for descriptor in descriptors:
                with contextlib.suppress(OSError):
                    status = descriptor.stat()
                    total += tree.bytes_of(status) if status.st_nlink == 0 else 0
        return total

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt in the code; Windows has no way to, there the kill follows after the grace."""
        if sys.platform != "win32":
            self._signal(signal.SIGINT)

    def freeze(self) -> None:
        """Stop it between cells: nothing it left behind can run."""
        if sys.platform != "win32":
            self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        if sys.platform != "win32":
            self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        with self._lock, contextlib.suppress(ProcessLookupError, PermissionError):
            if self._process.poll() is None:
                os.kill(self.pid, number)

    def stop(self) -> None:
        """Send the signal that ends it, from any thread; `kill` collects it."""
        if sys.platform == "win32":
            self._process.kill()
        else:
            # The jailed half: its outer half then collects it and ends, so that no zombie stays anywhere.
            self._signal(signal.SIGKILL)

    def kill(self, *, patience: float = 0.0) -> int | None:
        """End it, collect it, close the pipes; return the signal or exit code it had ended with by itself.

        It gets `patience` seconds to end by itself.
        """
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=patience)
        ended = self._process.poll()
        self.stop()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            if sys.platform != "win32":
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for stream in self._streams():
            with contextlib.suppress(OSError):
                stream.close()
        return ended


def _wait(readers: list[int], writers: list[int], seconds: float) -> list[int]:
    """Return the descriptors that can be read or written now, waiting for at most so long."""
    if sys.platform == "win32":
        return [*writers, *windows.wait(readers, 0.0 if writers else seconds)]
    poll = select.poll()
    for descriptor in readers:
        poll.register(descriptor, select.POLLIN)
    for descriptor in writers:
        poll.register(descriptor, select.POLLOUT)
    return [descriptor for descriptor, _ in poll.poll(int(seconds * 1000))]


def _start(environment: dict[str, str], plan: Plan) -> AnyProcess:
    if sys.platform == "win32":
        return windows.start(launch.command(), environment, plan)
    return subprocess.Popen(
        launch.command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        env=environment,
        cwd="/",
        start_new_session=True,
        close_fds=True,
    )


def _died(said: bytes) -> WorkerFailed:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    last = lines[-1][:300] if lines else "it said nothing"
    return WorkerFailed(f"The code interpreter ended while starting ({last}).", code="sandbox_start_failed")
