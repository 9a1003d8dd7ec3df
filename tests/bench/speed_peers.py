"""The yardsticks of the speed bench: llama.cpp's own `llama-bench` and `llama-server`, built from the same sources."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from engine.workers import launch

_START_SECONDS = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """Where the two programs are, for one model file, with the threads that both sides use."""

    folder: Path
    model: Path
    threads: int
    log: Path

    def rates(self, *, prompt: int, written: int) -> tuple[float, float]:
        """Return tokens a second of `llama-bench`: reading so many, and writing so many after them."""
        common = [self.folder / "llama-bench", "-m", self.model, "-t", self.threads, "-r", 1, "-o", "json", "-ngl", 0]
        reading = self._bench([*common, "-p", prompt, "-n", 0])
        writing = self._bench([*common, "-p", 0, "-n", written, "-d", prompt])
        return reading, writing

    def _bench(self, command: list[object]) -> float:
        # A process group of its own and the environment of the engine's child: the system treats both sides alike.
        done = subprocess.run(
            [str(word) for word in command],
            env=launch.environment(),
            capture_output=True,
            text=True,
            check=True,
            start_new_session=True,
        )
        return float(json.loads(done.stdout)[0]["avg_ts"])

    @contextlib.contextmanager
    def server(self, *, context: int) -> Iterator[Server]:
        """Start `llama-server` with one slot; yields what asks it."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        command = [self.folder / "llama-server", "-m", self.model, "-c", context, "-np", 1, "-t", self.threads]
        command += ["-ngl", 0, "--host", "127.0.0.1", "--port", port]
        with self.log.open("w", encoding="utf-8") as log:
            process = subprocess.Popen(
                [str(word) for word in command],
                env=launch.environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                with httpx.Client(
                    limits=httpx.Limits(max_keepalive_connections=0),
                    base_url=f"http://127.0.0.1:{port}",
                    timeout=_START_SECONDS,
                ) as client:
                    self._wait(client, process)
                    yield Server(client)
            finally:
                process.terminate()
                process.wait()

    def _wait(self, client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise SystemExit(f"llama-server ended; see {self.log}")
            with contextlib.suppress(httpx.TransportError):
                if client.get("/health").status_code == 200:
                    return
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.2)
        raise SystemExit("llama-server did not start in time")


class Server:
    """One running `llama-server`."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def first_token(self, prompt: str, *, cached: bool = True) -> tuple[float, str]:
        """Return the seconds until the first word after a rendered prompt, and the eight tokens written."""
        body = {"prompt": prompt, "n_predict": 8, "temperature": 0, "stream": True, "cache_prompt": cached}
        started, first, said = time.perf_counter(), 0.0, ""
        with self._client.stream("POST", "/completion", json=body) as answer:
            for line in answer.iter_lines():
                if line.startswith("data: ") and (text := json.loads(line[6:]).get("content")):
                    first = first or time.perf_counter() - started
                    said += text
        return first, said
