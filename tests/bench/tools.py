"""Measures function calling: the same cases and the same file through Fireside and through llama.cpp's own server.

Called as `python -m tests.bench.tools MODELS MODEL_ID MODEL_FILE SERVER`; temperature 0, one answer at a time, the
cases are the built-in suite and `tool_cases.json`. Results are kept after every case, so a run that was stopped goes
on where it was.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from engine.cancel import CancelToken
from engine.inference.callsyntax import Call
from engine.service import Engine
from engine.tools.arguments import BadArguments, parse
from engine.tools.grading import Case, cases, judge, suite

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "bench"
CASES = Path(__file__).with_name("tool_cases.json")
CONTEXT = 4096
TOKENS = 160
_START_SECONDS = 600.0

Ask = Callable[[Case], tuple[Call, ...]]


@dataclass(frozen=True)
class Result:
    """One case through one program: the calls it made, the verdict, and whether each call fits its schema."""

    verdict: str
    calls: int
    valid: int
    seconds: float
    names_right: bool


def all_cases() -> tuple[Case, ...]:
    """Return the built-in suite and the larger set of cases for development."""
    return (*suite(), *cases(json.loads(CASES.read_text("utf-8"))))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def fireside(models: Path, model_id: str) -> Iterator[Ask]:
    """Open an engine; yields what puts a case to it."""
    with tempfile.TemporaryDirectory() as folder, Engine(Path(folder, "home"), models_folder=models) as engine:
        engine.settings.set(context_length=CONTEXT)
        yield lambda case: engine.grading.calls(model_id, case, CancelToken())


@contextlib.contextmanager
def peer(server: Path, model: Path) -> Iterator[Ask]:
    """Start `llama-server --jinja` with the same file; yields what puts a case to it."""
    port = free_port()
    command = [server, "-m", model, "--jinja", "-c", str(CONTEXT), "-np", "1", "--host", "127.0.0.1", "--port", port]
    with (FOLDER / "llama-server.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=subprocess.STDOUT)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_START_SECONDS) as client:
                _wait(client, process)
                yield lambda case: _ask_peer(client, case)
        finally:
            process.terminate()
            process.wait()


def _wait(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"llama-server ended; see {FOLDER / 'llama-server.log'}")
        with contextlib.suppress(httpx.TransportError):
            if client.get("/health").status_code == 200:
                return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.5)
    raise SystemExit("llama-server did not start in time")


def _ask_peer(client: httpx.Client, case: Case) -> tuple[Call, ...]:
    body = {"messages": case.messages, "tools": case.tools, "temperature": 0, "max_tokens": TOKENS}
    answer = client.post("/v1/chat/completions", json=body).raise_for_status().json()
    made = answer["choices"][0]["message"].get("tool_calls") or ()
    return tuple(Call(call["function"]["name"], call["function"]["arguments"]) for call in made)


def measure(name: str, ask: Ask, chosen: Sequence[Case], kept: dict[str, dict[str, object]]) -> None:
    """Put every case that has no result yet; `kept` is stored after each."""
    for number, case in enumerate(chosen, 1):
        if case.id in kept:
            continue
        started = time.monotonic()
        calls = ask(case)
        result = Result(
            verdict=judge(case, calls),
            calls=len(calls),
            valid=sum(_valid(case, call) for call in calls),
            seconds=round(time.monotonic() - started, 1),
            names_right=sorted(call.name for call in calls) == sorted(call["name"] for call in case.calls),
        )
        kept[case.id] = vars(result) | {"made": [[call.name, call.arguments] for call in calls]}
        (FOLDER / f"tools-{name}.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
        print(f"{name} {number}/{len(chosen)}  {result.seconds:6.1f} s  {result.verdict:<16} {case.id}", flush=True)


def _valid(case: Case, call: Call) -> bool:
    schemas = {tool["function"]["name"]: tool["function"].get("parameters") or {} for tool in case.tools}
    try:
        parse(call.arguments, schemas[call.name])
    except (KeyError, BadArguments):
        return False
    return True


def markdown(results: dict[str, dict[str, dict[str, object]]], chosen: Sequence[Case]) -> str:
    """Return the table: for each kind of case how many are right, with the right functions in brackets."""
    kinds = list(dict.fromkeys(case.kind for case in chosen))
    lines = ["| cases | number | " + " | ".join(results) + " |", "| --- | --- |" + " --- |" * len(results)]
    for kind in [*kinds, "all"]:
        of = [case.id for case in chosen if kind in (case.kind, "all")]
        cells = []
        for kept in results.values():
            done = [kept[case_id] for case_id in of if case_id in kept]
            right = sum(result["verdict"] == "right" for result in done)
            cells.append(f"{right} ({sum(bool(result['names_right']) for result in done)})")
        lines.append(f"| {kind} | {len(of)} | " + " | ".join(cells) + " |")
    for label, key in (("calls made", "calls"), ("of these valid", "valid")):
        totals = (str(sum(int(str(result[key])) for result in kept.values())) for kept in results.values())
        lines.append(f"| {label} | | " + " | ".join(totals) + " |")
    return "\n".join(lines) + "\n\nIn brackets: the right functions, whatever their arguments.\n"


def main(models: Path, model_id: str, model_file: str, server: Path) -> int:
    """Measure, print, keep."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    chosen = all_cases()
    results: dict[str, dict[str, dict[str, object]]] = {}
    for name, program in (
        ("fireside", fireside(models, model_id)),
        ("llama-server", peer(server, models / model_file)),
    ):
        path = FOLDER / f"tools-{name}.json"
        results[name] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        if any(case.id not in results[name] for case in chosen):
            with program as ask:
                measure(name, ask, chosen, results[name])
    table = markdown(results, chosen)
    (FOLDER / "tools.md").write_text(f"# Function calling: {model_id}\n\n{table}", "utf-8")
    print(f"\n{table}\nKept in {FOLDER.relative_to(ROOT)}; delete tools-*.json there to measure anew.")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4])))
