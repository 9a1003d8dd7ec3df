"""Entry of the jailed process: takes its pipes, jails itself, loads the libraries, then runs one cell after another.

Everything it says is untrusted to the other side. Nothing of the model's is read before the walls stand.
"""

from __future__ import annotations

import gc
import io
import os
import platform
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

from engine.sandbox.cells import Interpreter, Outcome
from engine.sandbox.figures import Figures
from engine.sandbox.jail.level import Plan, Report
from engine.sandbox.libraries import Libraries
from engine.sandbox.mapping import PathMap, forgive_attributes
from engine.types import JsonObject
from engine.workers import frames


class Pipes:
    """Requests and replies, moved away from the standard descriptors; 1 and 2 both become the output."""

    def __init__(self) -> None:
        self._requests: BinaryIO = os.fdopen(os.dup(0), "rb", buffering=0)
        self._replies = os.dup(1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        sys.stdin = io.TextIOWrapper(io.FileIO(0, "r", closefd=False), encoding="utf-8")
        sys.stdout, sys.stderr = _text_stream(1), _text_stream(2)
        self._streams = (sys.stdout, sys.stderr)

    def read(self) -> JsonObject:
        """Return the next request; the process ends when there will be none."""
        request = frames.read(self._requests)
        if request is None:
            os._exit(0)
        return request

    def reply(self, message: JsonObject) -> None:
        data = memoryview(frames.encode(message))
        while data:
            data = data[os.write(self._replies, data) :]

    def settle(self) -> None:
        """Hand out all that was printed, and take the streams back from code that replaced them."""
        for stream in self._streams:
            stream.flush()
        sys.stdout, sys.stderr = self._streams


def _text_stream(descriptor: int) -> io.TextIOWrapper:
    raw = io.FileIO(descriptor, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace", line_buffering=True, write_through=False
    )


def main() -> None:
    """Serve until the other side closes the pipe."""
    pipes = Pipes()
    setup = pipes.read()
    plan = Plan.from_json(setup["plan"])
    report = _jail(plan, setup, pipes)
    sys.path[:] = [folder for folder in sys.path if folder != setup["own"]]
    sys.argv = [""]
    os.chdir(plan.data)
    forgive_attributes()
    if not plan.namespaces:
        PathMap({"/mnt/data": plan.data, "/tmp": plan.tmp}).install()  # noqa: S108  the sandbox's own /tmp
    figures = Figures(Path(plan.tmp) / "figures", setup["font"])
    libraries = Libraries(figures)
    if setup["preload"]:
        libraries.load()
    interrupt = Interrupt()
    interpreter = Interpreter(figures, restricted="policy" not in plan.masked, on_import=libraries.prepare)
    gc.collect()
    gc.freeze()
    pipes.reply({"ready": report.to_json()})
    while True:
        _serve(pipes.read(), interpreter, interrupt, pipes)


def _jail(plan: Plan, setup: JsonObject, pipes: Pipes) -> Report:
    """Put up the walls; where that fails, say so and end."""
    try:
        return _WALLS[platform.system()](plan, setup, pipes)
    except (OSError, KeyError) as error:
        pipes.reply({"failed": f"{type(error).__name__}: {error}"})
        os._exit(1)


def _jail_linux(plan: Plan, setup: JsonObject, pipes: Pipes) -> Report:
    from engine.sandbox.jail import linux, namespaces

    linux.die_with(setup["parent"])
    if plan.namespaces:
        try:
            namespaces.enter(root=plan.root, read=plan.read, data=setup["data"], tmp=setup["tmp"])
        except namespaces.Refused as refused:
            pipes.reply({"no_namespaces": str(refused)})
            os._exit(1)
        namespaces.fork_inside(lambda pid: pipes.reply({"pid": pid}))
    return linux.apply(plan)


def _jail_macos(plan: Plan, _setup: JsonObject, _pipes: Pipes) -> Report:
    from engine.sandbox.jail import macos

    return macos.apply(plan)


def _jail_windows(plan: Plan, _setup: JsonObject, _pipes: Pipes) -> Report:
    from engine.sandbox.jail import windows

    return windows.inside(plan)


_WALLS = {"Linux": _jail_linux, "Darwin": _jail_macos, "Windows": _jail_windows}


class Interrupt:
    """SIGINT ends a cell that runs; between cells it must not tear a request apart."""

    def __init__(self) -> None:
        self._running = False
        signal.signal(signal.SIGINT, self._on_signal)

    def _on_signal(self, _number: int, _frame: object) -> None:
        if self._running:
            raise KeyboardInterrupt

    def __enter__(self) -> None:
        signal.signal(signal.SIGINT, self._on_signal)  # a cell may have put its own there
        self._running = True

    def __exit__(self, *_error: object) -> None:
        self._running = False


def _serve(request: JsonObject, interpreter: Interpreter, interrupt: Interrupt, pipes: Pipes) -> None:
    nonce = request["nonce"]
    if "probe" in request:  # the app's own questions about the walls, never the model's code
        answer: dict[str, Any] = {}
        exec(request["probe"], answer)  # noqa: S102
        pipes.reply({"done": nonce, "probe": answer["result"]})
        return
    try:
        with interrupt:
            outcome = interpreter.run(request["run"])
    except KeyboardInterrupt:  # while its end was being dealt with
        outcome = Outcome(status="interrupted")
    pipes.settle()
    pipes.reply({"done": nonce, "status": outcome.status, "html": outcome.html})
