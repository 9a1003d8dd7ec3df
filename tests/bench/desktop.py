"""Measures Fireside's window against a bare one of PySide6, in turn, in one run; prints ratios.

Called as `python -m tests.bench.desktop [ROUNDS]`. Start, memory and rest are those of whole processes with the local
API off and no model; long threads and quick text are measured inside one, on written answers. Without a screen it is
drawn offscreen. Results go to build/bench as JSON and Markdown.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ROUNDS, REST_SECONDS = 7, 4.0


def environment() -> dict[str, str]:
    """Return the environment of the windows: a screen if there is one."""
    found = {**os.environ, "PYTHONUTF8": "1"}
    if not os.environ.get("DISPLAY") and sys.platform.startswith("linux"):
        found.setdefault("QT_QPA_PLATFORM", "offscreen")
    return found


def started(kind: str, home: Path) -> dict[str, Any]:
    """Run one window to its end; return what it said, its clocks as seconds since the start of the process."""
    command = [sys.executable, "-m", "tests.bench.desktop_window", kind, str(home), str(REST_SECONDS)]
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
    said: dict[str, Any] = {}
    for line in done.stdout.splitlines():
        said |= json.loads(line)
    return {key: value - began if key in ("seen", "usable") else value for key, value in said.items()}


def frames(what: str, home: Path) -> dict[str, Any]:
    """Run one of the measurements inside a window."""
    command = [sys.executable, "-m", "tests.bench.desktop_frames", what, str(home)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def middle(samples: list[dict[str, Any]], key: str) -> float:
    return statistics.median(sample[key] for sample in samples)


def spread(samples: list[dict[str, Any]], key: str) -> str:
    values = [sample[key] for sample in samples]
    return f"{min(values):.2f} to {max(values):.2f}"


def measure(rounds: int, folder: Path) -> dict[str, Any]:
    """Measure everything; the first start of each kind makes the home and warms the disk, and is not counted."""
    home = folder / "home"
    home.mkdir()
    settings = {"language": "en", "theme": "light", "first_start_done": True}
    (home / "settings.json").write_text(json.dumps(settings), "utf-8")
    found: dict[str, list[dict[str, Any]]] = {"bare": [], "fireside": []}
    for number in range(rounds + 1):
        for kind, samples in found.items():
            sample = started(kind, home)
            if number:
                samples.append(sample)
    return {**found, "long": frames("long", folder / "long"), "stream": frames("stream", folder / "stream")}


def table(found: dict[str, Any]) -> str:
    """Return the figures with their limits, a row each."""
    bare, ours, long, stream = found["bare"], found["fireside"], found["long"], found["stream"]
    opening, scrolling, streaming = long["opening_ms"], long["scrolling"], stream["streaming"]
    start = middle(ours, "usable") / middle(bare, "usable")
    seen = middle(ours, "seen") / middle(bare, "usable")
    memory = middle(ours, "memory") - middle(bare, "memory")
    rows = [
        ("start to a window that is seen", f"{middle(ours, 'seen'):.2f} s, {seen:.1f} x bare", ""),
        ("start to a window to write in", f"{middle(ours, 'usable'):.2f} s, {start:.1f} x bare", "1.5 x"),
        ("start of the bare window", f"{middle(bare, 'usable'):.2f} s", ""),
        ("memory at rest, MiB", f"{middle(ours, 'memory'):.0f}, bare + {memory:.0f}", "bare + 80"),
        ("processor at rest", f"{middle(ours, 'cpu'):.2%}", "1 %"),
        (
            "100,000 messages open, ms",
            f"{opening['long']:.0f}, empty + {opening['long'] - opening['empty']:.0f}",
            "150",
        ),
        ("scrolling, longest frame, ms", f"{scrolling['longest']:.0f} of {scrolling['frames']} frames", "33"),
        ("scrolling, 99 in a hundred, ms", f"{scrolling['p99']:.0f}, over 33: {scrolling['over']}", ""),
        ("300 tokens/s into 2,000 lines, p99, ms", f"{streaming['p99']:.0f}, longest {streaming['longest']:.0f}", "33"),
    ]
    lines = ["| what | measured | at most |", "|---|---|---|", *(f"| {a} | {b} | {c} |" for a, b, c in rows)]
    lines += ["", f"Usable after {spread(ours, 'usable')} s in {len(ours)} starts; bare {spread(bare, 'usable')} s."]
    lines += [f"Memory {spread(ours, 'memory')} MiB; bare {spread(bare, 'memory')} MiB."]
    lines += [f"Heavy packages loaded at rest: {', '.join(ours[0]['loaded']) or 'none'}."]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Print the table and keep it."""
    rounds = int(arguments[0]) if arguments else ROUNDS
    with tempfile.TemporaryDirectory(prefix="fireside-bench-") as folder:
        found = measure(rounds, Path(folder))
    text = table(found)
    print(text)
    out = ROOT / "build" / "bench"
    out.mkdir(parents=True, exist_ok=True)
    (out / "desktop.json").write_text(json.dumps(found, indent=1), "utf-8")
    (out / "desktop.md").write_text(text + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
