"""Proves that the built app works alone: no Python on PATH, an empty home, no network but loopback.

It asks the app for its own self-test (a chat with a small model), then uses the app as a person would: adds models,
serves the API, asks for an answer and an embedding, opens the window. Each check prints a line; the first failure
ends it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from tests.offline import cut_off  # noqa: E402 the repository is not installed where this runs

APP = ROOT / "build" / "dist" / "fireside" / ("fireside.exe" if sys.platform == "win32" else "fireside")
MODELS = ROOT / "build" / "models"
CHAT_MODEL = MODELS / "SmolLM2-135M-Instruct.Q4_1.gguf"
EMBEDDER = MODELS / "all-MiniLM-L6-v2"
KEY = "selftest-key"


class App:
    """The built app in an environment of its own."""

    def __init__(self, executable: Path, home: Path) -> None:
        self.executable = executable
        self.home = home
        empty = home / "empty"
        empty.mkdir()
        self.environment = {
            "HOME": str(home),
            "PATH": str(empty),
            "LANG": "C.UTF-8",
            "QT_QPA_PLATFORM": "offscreen",
            "FIRESIDE_HOME": str(home / "data"),
        }
        if sys.platform == "win32":
            self.environment |= {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if name in os.environ}

    def run(self, *arguments: str | Path, seconds: float = 300) -> str:
        """Return what the app prints. Raises SystemExit if it does not end well."""
        command = [str(self.executable), *map(str, arguments)]
        done = subprocess.run(
            command,
            env=self.environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=seconds,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{arguments} ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done.stdout

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the app and leave it running; what it complains about is in `complaints`."""
        with (self.home / "stderr.txt").open("w") as complaints:
            return subprocess.Popen(
                [str(self.executable), *arguments],
                env=self.environment,
                cwd=self.home,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
            )

    @property
    def complaints(self) -> str:
        return (self.home / "stderr.txt").read_text("utf-8", "replace")


def check(name: str, action: Callable[[], str]) -> None:
    """Run one check and print what it found and how long it took."""
    started = time.monotonic()
    found = action()
    print(f"ok  {name}: {found} ({time.monotonic() - started:.1f} s)", flush=True)


def ask(url: str, body: dict[str, Any]) -> Any:
    """Post JSON to the app's API and return the JSON it answers."""
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=300) as answer:
        return json.load(answer)


def own_selftest(app: App) -> str:
    report = app.run("--selftest", "--model-file", CHAT_MODEL, "--home", app.home / "own")
    (ROOT / "build" / "dist" / "selftest.json").write_text(report, "utf-8")
    return report.strip().replace("\n", " ")[:300]


def add_models(app: App) -> str:
    for model in (CHAT_MODEL, EMBEDDER):
        app.run("models", "import", model)
    return ", ".join(line.strip() for line in app.run("models", "list").splitlines()[1:3])


def served(app: App) -> str:
    """Serve the API, ask for an answer and for an embedding: both kinds of children work frozen."""
    process = app.start("serve", "--port", "0", "--api-key", KEY)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        base = line.split()[-1] if "http://127.0.0.1" in line else ""
        if not base:
            raise SystemExit(f"the server did not start: {line}{app.complaints}")
        chat = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 20}
        answer = ask(f"{base}/chat/completions", chat)["choices"][0]["message"]["content"]
        assert answer.strip(), "an empty answer"
        vector = ask(f"{base}/embeddings", {"model": "text-embedding-3-small", "input": "hello"})["data"][0][
            "embedding"
        ]
        return f"answered {answer.strip()[:60]!r}, embedded in {len(vector)} numbers"
    finally:
        process.terminate()
        process.communicate()


def window(app: App) -> str:
    """Open the window without a screen: it has to stay open, and to close when asked."""
    process = app.start()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.terminate()
        process.communicate()
        if "Traceback" in app.complaints:
            raise SystemExit(f"the window stayed open, but:\n{app.complaints}") from None
        return "stayed open for 10 s"
    process.communicate()
    raise SystemExit(f"the window closed by itself ({process.returncode}):\n{app.complaints}")


def main() -> int:
    """Run all checks in order."""
    try:
        cut_off()
        print("no network but loopback, no Python on PATH, empty home")
    except OSError as error:
        print(f"the network could not be cut off here ({error}); empty home, no Python on PATH")
    with tempfile.TemporaryDirectory() as folder:
        app = App(APP, Path(folder))
        check("starts", lambda: app.run("--version").strip())
        check("tests itself", lambda: own_selftest(app))
        check("knows the machine", lambda: f"{len(json.loads(app.run('doctor', '--json')))} facts")
        check("adds models", lambda: add_models(app))
        check("serves", lambda: served(app))
        check("shows its window", lambda: window(app))
    print("The built app works.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
