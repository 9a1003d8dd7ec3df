"""Fifty programs use the API at once, on written answers: nothing may fail or get lost; then how long calls take.

`python3 dev.py bench server [CLIENTS [ROUNDS]]` prints the table. Each client, in each round, makes a thread, lists
its messages and streams a run to its end, while all others do the same. A first round warms up and is not measured.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from engine.inference.scripted import ScriptedBackend
from engine.server.listen import ApiServer
from engine.service import Engine
from tests.support.gguf import write_gguf
from tests.support.retrieval import scripted_retrievers

KEY = "fsk-bench"
CLIENTS, ROUNDS = 50, 4
EXPECTED = [
    *("thread.run.created", "thread.run.queued", "thread.run.in_progress"),
    *("thread.run.step.created", "thread.run.step.in_progress"),
    *("thread.message.created", "thread.message.in_progress", "thread.message.delta"),
    *("thread.message.completed", "thread.run.step.completed", "thread.run.completed", "done"),
]


@dataclass
class Measured:
    """Seconds of each kind of call, and in words what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {"create": [], "list": [], "stream start": []})
    problems: list[str] = field(default_factory=list)
    wall_seconds: float = 0.0

    def table(self) -> str:
        """Return p50 and p95 in milliseconds, a row for each kind of call."""
        rows = ["call           calls   p50 ms   p95 ms"]
        for name, seconds in self.seconds.items():
            cuts = statistics.quantiles(seconds, n=100)
            rows.append(f"{name:13} {len(seconds):6} {cuts[49] * 1000:8.1f} {cuts[94] * 1000:8.1f}")
        return "\n".join(rows)


def measure(clients: int = CLIENTS, rounds: int = ROUNDS) -> Measured:
    """Let the clients loose on a server with a home of its own."""
    measured = Measured()
    with ExitStack() as opened:
        home = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        write_gguf(home / "models" / "scripted.gguf", name="scripted")
        engine = opened.enter_context(Engine(home, backend=ScriptedBackend(), retrievers=scripted_retrievers()))
        server = ApiServer(engine, key=KEY, port=0)
        server.start()
        opened.callback(server.stop)
        assistant = engine.assistants.create(model="scripted")
        began = time.monotonic()
        asyncio.run(_all(server.url, assistant.id, clients, rounds, measured))
        measured.wall_seconds = time.monotonic() - began
    return measured


async def _all(url: str, assistant_id: str, clients: int, rounds: int, measured: Measured) -> None:
    limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
    headers = {"authorization": f"Bearer {KEY}"}
    async with httpx.AsyncClient(
        base_url=url, headers=headers, limits=limits, verify=False, trust_env=False, timeout=120
    ) as http:
        # One round to warm up: the first calls open connections to the server and to the database.
        cold = Measured()
        await asyncio.gather(*(_client(http, n, assistant_id, 1, cold) for n in range(clients)))
        measured.problems += cold.problems
        await asyncio.gather(*(_client(http, n, assistant_id, rounds, measured) for n in range(clients)))


async def _client(http: httpx.AsyncClient, number: int, assistant_id: str, rounds: int, measured: Measured) -> None:
    for turn in range(rounds):
        words = f"client {number} turn {turn}"
        try:
            await _turn(http, words, assistant_id, measured)
        except (httpx.HTTPError, ValueError, KeyError) as error:
            measured.problems.append(f"{words}: {type(error).__name__} {error}")


async def _turn(http: httpx.AsyncClient, words: str, assistant_id: str, measured: Measured) -> None:
    body = {"messages": [{"role": "user", "content": words}]}
    thread = await _timed(measured.seconds["create"], lambda: http.post("/threads", json=body))
    path = f"/threads/{thread['id']}"
    listed = await _timed(measured.seconds["list"], lambda: http.get(f"{path}/messages"))
    if [message["content"][0]["text"]["value"] for message in listed["data"]] != [words]:
        measured.problems.append(f"{words}: the list holds something else")
    names, text = await _stream(http, f"{path}/runs", assistant_id, measured)
    once = [name for n, name in enumerate(names) if name != "thread.message.delta" or names[n - 1] != name]
    if once != EXPECTED or text != words:
        measured.problems.append(f"{words}: got {once} and {text!r}")


async def _timed(seconds: list[float], send: Callable[[], Coroutine[Any, Any, httpx.Response]]) -> Any:
    began = time.monotonic()
    answer = await send()
    seconds.append(time.monotonic() - began)
    return answer.raise_for_status().json()


async def _stream(http: httpx.AsyncClient, path: str, assistant_id: str, measured: Measured) -> tuple[list[str], str]:
    """Return the names of a run's events and the text that its deltas make."""
    names, text = [], ""
    began = time.monotonic()
    async with http.stream("POST", path, json={"assistant_id": assistant_id, "stream": True}) as answer:
        answer.raise_for_status()
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                if not names:
                    measured.seconds["stream start"].append(time.monotonic() - began)
                names.append(line.removeprefix("event: "))
            elif line.startswith("data: ") and names[-1] == "thread.message.delta":
                text += json.loads(line.removeprefix("data: "))["delta"]["content"][0]["text"]["value"]
    return names, text


def main(arguments: list[str]) -> int:
    numbers = [int(word) for word in arguments[:2]]
    clients, rounds = [*numbers, *(CLIENTS, ROUNDS)[len(numbers) :]]
    measured = measure(clients, rounds)
    print(f"{clients} clients at once, {rounds} rounds each, {measured.wall_seconds:.1f} s in all")
    print(measured.table())
    for problem in measured.problems[:20]:
        print("PROBLEM", problem)
    print(f"{len(measured.problems)} problems")
    return 1 if measured.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
