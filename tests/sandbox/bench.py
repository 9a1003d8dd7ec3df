"""Measures what the sandbox costs: `python -m tests.sandbox.bench` prints one figure a line.

The best of several is what the sandbox takes; how far the median lies above it is how busy the machine was.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import psutil

from engine.sandbox import Sandbox, Session

CELL = "total = 0\nfor n in range(20000): total += n\ntotal"
ROUNDS = 40
FIRSTS = 6


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="fireside-bench-") as folder:
        sandbox = Sandbox(Path(folder) / "home")
        try:
            _measure(sandbox)
        finally:
            sandbox.close()


def _measure(sandbox: Sandbox) -> None:
    say("trying the walls", seconds(sandbox.available))
    session = sandbox.session("first")
    say("first cell of all, nothing warm", seconds(lambda: session.run("1 + 1")))
    cold = [first(sandbox, number) for number in range(FIRSTS)]
    say("first cell of a session with a spare, best", min(cold))
    say("first cell of a session with a spare, median", statistics.median(cold))
    say("first cell of a session with a spare, worst", max(cold))
    pairs = [(seconds(lambda: session.run(CELL)), seconds(lambda: exec(CELL, {}))) for _ in range(ROUNDS)]
    warm, bare = zip(*pairs, strict=True)
    say("overhead of a warm cell over bare exec, best", min(warm) - min(bare))
    say("overhead of a warm cell over bare exec, median", statistics.median(warm) - statistics.median(bare))
    say("processor time of a warm cell, app and child", processor_time(session))
    say("a plot", seconds(lambda: session.run("import matplotlib.pyplot as plt\nplt.plot([1]); plt.show()")))
    say("the next plot", seconds(lambda: session.run("plt.plot([1]); plt.show()")))
    memory(session)


def first(sandbox: Sandbox, number: int) -> float:
    """Return the time of a session's first cell once a spare is ready."""
    if sandbox._spare is not None:
        sandbox._spare.wait_ready(60)
    return seconds(lambda: sandbox.session(f"thread_{number}").run("import pandas as pd\npd.DataFrame({'a': [1]})"))


def processor_time(session: Session) -> float:
    """Return what the app and the jailed process spend on a cell in seconds, however busy the machine is."""
    child = psutil.Process(session.pid)
    began = time.process_time() + sum(child.cpu_times()[:2])
    for _ in range(ROUNDS):
        session.run(CELL)
    return (time.process_time() + sum(child.cpu_times()[:2]) - began) / ROUNDS


def memory(session: Session) -> None:
    sys.stdout.write(f"{'memory of an idle session':<48}{session.memory() / 2**20:8.0f} MiB\n")


def seconds(action: object) -> float:
    began = time.perf_counter()
    action()  # type: ignore[operator]
    return time.perf_counter() - began


def say(what: str, value: float) -> None:
    sys.stdout.write(f"{what:<48}{1000 * value:8.1f} ms\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
