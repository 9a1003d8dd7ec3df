"""Watches one cell run: time, output, disk, memory, the user's stop; decides when to interrupt and when to kill."""

from __future__ import annotations

import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from engine.cancel import CancelToken
from engine.sandbox.folder import Usage
from engine.sandbox.process import JailedProcess, ProtocolBroken
from engine.sandbox.transcript import Transcript
from engine.sandbox.types import MIB, Limits, Status
from engine.types import JsonObject

_TICK = 0.05
_SETTLE = 0.3  # for threads that are just ending
_PIECE = 0.2  # output is handed on in pieces of so many seconds: nobody can read every line as it comes
_STATUS: dict[str, Status] = {"ok": "ok", "error": "error", "refused": "refused", "interrupted": "timeout"}

_CRASHES: dict[int, str] = {
    signal.SIGSEGV: "it crashed, perhaps by endless recursion",
    signal.SIGABRT: "it crashed",
    getattr(signal, "SIGKILL", 9): "the system ended it, perhaps for lack of memory",
}


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How the run of a cell ended; `alive` says whether the process is good for another one."""

    status: Status
    logs: str
    seconds: float
    alive: bool
    untrusted_html: object = None
    note: str | None = None  # what the app has to say about it


class Watch:
    """One run. `disk` is what the session may take in all, mounts included."""

    def __init__(
        self, process: JailedProcess, limits: Limits, disk: int, on_output: Callable[[str], None] | None
    ) -> None:
        self._process, self._limits = process, limits
        self._on_output = on_output
        self._untold = ""
        self._told_at = time.monotonic()
        self._transcript = Transcript(limits.output)
        # A session that is over its limit already may still tidy up; it may not grow.
        before = process.folder.usage(enough=Usage(2 * disk, 2 * limits.files))
        self._disk, self._files = max(disk, before.size), max(limits.files, before.entries)
        self._interrupted_at: float | None = None
        self._why: str | None = None  # of an interrupt or kill
        self._next_look = 0.0

    def run(self, code: str, cancel: CancelToken | None) -> Ended:
        """Run the code; never raises for anything the code or the process does."""
        nonce = secrets.token_hex(16)
        started = time.monotonic()
        deadline = started + self._limits.seconds
        try:
            if not self._process.is_quiet():
                raise ProtocolBroken("it spoke without being asked")
            self._process.thaw()
            self._process.send({"run": code, "nonce": nonce})
            while True:
                output, replies = self._process.pump(_TICK)
                self._take(output)
                self._tell(time.monotonic() - _PIECE)
                if replies:
                    return self._answered(replies, nonce, started)
                if stop := self._over(time.monotonic(), deadline, cancel):
                    return self._killed(stop, started)
        except EOFError:
            return self._gone(started)
        except ProtocolBroken as broken:
            return self._killed(f"The session broke its protocol ({broken}) and was ended.", started)

    def _take(self, output: bytes) -> None:
        if output:
            self._untold += self._transcript.add(output)

    def _tell(self, since: float) -> None:
        """Hand on what has been printed, unless something was handed on after `since`."""
        if self._untold and self._on_output is not None and self._told_at <= since:
            text, self._untold, self._told_at = self._untold, "", time.monotonic()
            self._on_output(text)

    def _finish_output(self, output: bytes) -> None:
        self._take(output)
        self._tell(time.monotonic())

    # ------------------------------------------------------------------------------------------------ limits

    def _over(self, now: float, deadline: float, cancel: CancelToken | None) -> str | None:
        """Look at the limits; interrupt where that may help, return a reason where only killing does."""
        if self._transcript.size > self._limits.flood:
            return f"The code printed more than {self._limits.flood // MIB} MiB and was stopped."
        if now >= self._next_look and (full := self._full()):
            return full
        if self._interrupted_at is not None:
            return self._why if now - self._interrupted_at > self._limits.grace else None
        if cancel is not None and cancel.is_set():
            self._why = "The code was stopped by the user."
        elif now > deadline:
            self._why = f"The code ran longer than {self._limits.seconds:g} seconds and was stopped."
        else:
            return None
        self._interrupted_at = now
        self._process.interrupt()
        return None

    def _full(self) -> str | None:
        began = time.monotonic()
        usage = self._process.folder.usage(enough=Usage(self._disk, self._files))
        held, threads = self._process.held(), self._process.threads()
        memory = 0
        if sys.platform == "darwin":  # the only system that keeps no memory limit by itself
            memory = self._process.memory()
        ended = time.monotonic()
        self._next_look = ended + max(_TICK / 2, 10 * (ended - began))
        if usage.deep:
            return "The session nested folders too deeply; the code was stopped and the deepest were deleted."
        if threads > self._limits.threads:
            return f"The code started more than {self._limits.threads} threads and was stopped."
        if usage.size + held > self._disk:
            return f"The files of the session took more than {self._disk // MIB} MiB; the code was stopped."
        if usage.entries > self._files:
            return f"The session made more than {self._files} files; the code was stopped."
        if memory > self._limits.memory:
            return f"The code used more than {self._limits.memory // MIB} MiB of memory and was stopped."
        return None

    # ------------------------------------------------------------------------------------------------- ends

    def _answered(self, untrusted_replies: list[JsonObject], nonce: str, started: float) -> Ended:
        reply = untrusted_replies[0]
        untrusted_status = reply.get("status")
        known = isinstance(untrusted_status, str) and untrusted_status in _STATUS
        if len(untrusted_replies) != 1 or reply.get("done") != nonce or not known:
            raise ProtocolBroken("an answer that nobody asked for")
        self._finish_output(self._process.drain())
        seconds = time.monotonic() - started
        status, note = _STATUS[str(reply["status"])], None
        if status == "timeout" or self._interrupted_at is not None:
            status, note = self._interruption()
        alive = self._is_calm()
        if alive:
            self._process.freeze()
            alive = self._process.is_quiet()
        if not alive:
            left = "Code was left running in the background; it was ended, variables are lost, files are kept."
            note = f"{note} {left}" if note else left
        if full := self._full():
            status, alive, note = "killed", False, full
        return Ended(
            status=status,
            logs=self._transcript.text(),
            seconds=seconds,
            alive=alive,
            untrusted_html=reply.get("html"),
            note=note,
        )

    def _interruption(self) -> tuple[Status, str | None]:
        if self._interrupted_at is None:
            return "error", "The code interrupted itself."
        return ("timeout" if self._why and "longer than" in self._why else "killed"), self._why

    def _is_calm(self) -> bool:
        """Return whether only the thread that runs cells is left, allowing a moment for others to end."""
        deadline = time.monotonic() + _SETTLE
        while (threads := self._process.threads()) > 1 and time.monotonic() < deadline:
            threading.Event().wait(0.01)
        return threads == 1

    def _killed(self, why: str, started: float) -> Ended:
        self._process.freeze()
        self._finish_output(self._process.drain())
        late = self._interrupted_at is not None and why == self._why
        status: Status = "timeout" if late and "longer than" in why else "killed"
        return Ended(
            status=status, logs=self._transcript.text(), seconds=time.monotonic() - started, alive=False, note=why
        )

    def _gone(self, started: float) -> Ended:
        """The process ended by itself: a crash, or the kernel's limit."""
        self._finish_output(b"")
        code = self._process.kill(patience=1.0)
        reason = "it closed its pipes" if code is None else _CRASHES.get(_signal_of(code), f"exit code {code}")
        why = f"The Python process ended unexpectedly ({reason})."
        return Ended(
            status="killed", logs=self._transcript.text(), seconds=time.monotonic() - started, alive=False, note=why
        )


def _signal_of(code: int | None) -> int:
    """Return the signal in an exit code, both as the system reports it and as the outer half passes it on."""
    if code is None:
        return 0
    return -code if code < 0 else code - 64 if code > 64 else 0
