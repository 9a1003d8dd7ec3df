"""`fireside --selftest`: does this installation really work? Every part is used once; the findings are JSON.

Each stage says whether it went well, how long it took, and if not, why. A stage that fails does not keep the others
from being tried.
"""

from __future__ import annotations

import json
import os
import queue
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from importlib import resources
from pathlib import Path

import psutil

from engine.cli.arguments import Arguments
from engine.cli.versions import own_version
from engine.errors import FiresideError
from engine.events import Event, MessageDelta, VectorStoreFileChanged
from engine.paths import Paths, default_home, models_beside
from engine.sandbox import CellResult, Sandbox
from engine.service import Engine
from engine.types import JsonObject, NewMessage, PageRequest, RunRequest, RunStatus, TextPart

_SMALL = "SmolLM2-135M-Instruct.Q4_1.gguf"
_EMBEDDER = "all-MiniLM-L6-v2"
_OLD_HOME = "home-0001.sql"
_ANSWER_TOKENS = 256  # the least a run may ask for
_SECONDS = 600.0
_NOTE = "The kettle is blue and stands on the left.\n\nThe spare key hangs behind the clock in the hall.\n"
_QUESTION = "Where is the spare key?"
_SUM = """
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
table = pd.DataFrame({"x": np.arange(5), "y": np.arange(5) ** 2})
table.plot(x="x", y="y")
plt.show()
print(int(table.y.sum()), round(float(np.linalg.det(np.eye(3) * 2)), 3))
"""
# What code must not be able to do: read the user's files, reach a network, start programs.
_HOSTILE = {
    "read a file outside": "print(len(open({secret!r}).read()), 'reached')",
    "reach the network": "import socket; socket.create_connection(('192.0.2.1', 9), 3); print('reached')",
    "start a program": "import os; os.system('echo reached')",
}
# Errors that a broken installation shows in any stage; each is a finding, not a crash.
_BROKEN = (OSError, LookupError, ValueError, TypeError, RuntimeError, ImportError, AttributeError, sqlite3.Error)


class _Wrong(Exception):
    """A stage ran and did not do what it should; the words say what."""


def run(args: Arguments) -> int:
    """Run the test in `--home`, else in a folder that is deleted afterwards; 0 if all went well."""
    if args.home is not None:
        return _report(_Test(args.home.absolute(), args.model_file).run(), args.report)
    with tempfile.TemporaryDirectory(prefix="fireside-selftest-") as home:
        return _report(_Test(Path(home), args.model_file).run(), args.report)


def _report(found: JsonObject, file: Path | None) -> int:
    text = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    if file is not None:  # a program without a console has nowhere to write to
        file.write_text(text, "utf-8")
    else:
        sys.stdout.write(text)
    return 0 if found["ok"] else 1


class _Test:
    """The stages over one home."""

    def __init__(self, home: Path, model_file: Path | None) -> None:
        self._home = home
        self._model = model_file or _find(_SMALL)
        beside = self._model.parent / _EMBEDDER if self._model else None
        self._embedder = beside if beside and beside.is_dir() else _find(_EMBEDDER)
        self._engine: Engine | None = None
        self._answer = ""
        self._thread = ""

    def run(self) -> JsonObject:
        began = time.monotonic()
        steps: dict[str, Callable[[], JsonObject]] = {
            "start": self._start,
            "chat": self._chat,
            "search": self._search,
            "code": self._code,
            "quit": self._quit,
            "kept": self._kept,
            "migrate": self._migrate,
        }
        stages = [_stage(name, step) for name, step in steps.items()]
        if self._engine is not None:
            self._engine.close()
        return {
            "ok": all(stage["ok"] for stage in stages),
            "fireside": own_version(),
            "frozen": bool(getattr(sys, "frozen", False)),
            "platform": sys.platform,
            "stages": stages,
            "seconds": round(time.monotonic() - began, 2),
        }

    def _opened(self) -> Engine:
        if self._engine is None:
            raise _Wrong("Fireside did not start.")
        return self._engine

    def _migrate(self) -> JsonObject:
        """Open what the first version left behind, in a home of its own, and find its words again."""
        self._home.mkdir(parents=True, exist_ok=True)
        home = Path(tempfile.mkdtemp(prefix="old-", dir=self._home))
        script = resources.files("resources").joinpath("selftest", _OLD_HOME).read_text("utf-8")
        with closing(sqlite3.connect(Paths(home).database)) as old:
            old.executescript(script)
            before = [row[0] for row in old.execute("SELECT id FROM messages ORDER BY seq")]
        with Engine(home) as engine:
            threads = engine.threads.list(PageRequest()).items
            after = [message.id for message in engine.messages.list(threads[0].id, PageRequest(order="asc")).items]
        if after != before:
            raise _Wrong(f"of {len(before)} old messages, {len(after)} are there")
        return {"messages": len(after)}

    def _start(self) -> JsonObject:
        self._engine = Engine(self._home / "home")
        return {}

    def _chat(self) -> JsonObject:
        engine = self._opened()
        if self._model is None:
            raise _Wrong(f"No model to chat with. Give one: fireside --selftest --model-file {_SMALL}")
        model = engine.models.import_file(self._model, copy=False)
        instructions = "Answer in one short sentence."
        assistant = engine.assistants.create(model=model.id, instructions=instructions, temperature=0)
        thread = engine.threads.create()
        hello = NewMessage(role="user", content=(TextPart(text="Say hello."),))
        request = RunRequest(
            assistant_id=assistant.id, additional_messages=(hello,), max_completion_tokens=_ANSWER_TOKENS
        )
        pieces: list[str] = []

        def listen(event: Event) -> None:
            if isinstance(event, MessageDelta):
                pieces.append(event.text)

        with engine.subscribe(listen, thread_id=thread.id):
            done = engine.runs.wait(engine.runs.create(thread.id, request).id, _SECONDS)
        if done.status != RunStatus.COMPLETED or len(pieces) < 2:
            raise _Wrong(done.last_error.message if done.last_error else f"the run is {done.status.value}")
        self._answer, self._thread = "".join(pieces), thread.id
        loaded = engine.models.loaded()
        return {
            "model": model.id,
            "backend": loaded[0].backend if loaded else None,
            "answer": self._answer,
            "tokens": done.usage.completion_tokens if done.usage else 0,
        }

    def _search(self) -> JsonObject:
        engine = self._opened()
        if self._embedder is not None:
            engine.models.import_file(self._embedder, copy=False)
        note = self._home / "note.md"
        note.write_text(_NOTE, "utf-8")
        store = engine.vector_stores.create(name="selftest")
        changes: queue.SimpleQueue[Event] = queue.SimpleQueue()
        with engine.subscribe(changes.put):
            place = engine.knowledge.add(store.id, note).file
            while place.status == "in_progress":
                change = changes.get(timeout=_SECONDS)
                if isinstance(change, VectorStoreFileChanged) and change.file.id == place.id:
                    place = change.file
        if place.status != "completed":
            raise _Wrong(place.last_error.message if place.last_error else f"the file is {place.status}")
        found = engine.vector_stores.search(store.id, _QUESTION)
        if not found.hits or "behind the clock" not in found.hits[0].chunk.text:
            raise _Wrong("the passage was not found")
        return {"vectors": engine.embeddings.for_files() is not None, "failed": list(found.failed)}

    def _code(self) -> JsonObject:
        sandbox = Sandbox(self._home / "sandbox", spare=False)
        secret = self._home / "secret.txt"
        secret.write_text("reached " * 10, "utf-8")
        try:
            walls = sandbox.available()
            session = sandbox.session("selftest")
            worked = session.run(_SUM)
            if worked.status != "ok" or worked.logs.split()[:2] != ["30", "8.0"] or not worked.images:
                raise _Wrong(f"the code did not run: {worked.status}: {worked.logs[-500:]}")
            attempts = {name: session.run(code.format(secret=str(secret))) for name, code in _HOSTILE.items()}
        finally:
            sandbox.close()
        escaped = [name for name, result in attempts.items() if _reached(result)]
        if escaped:
            raise _Wrong(f"code in the jail could {', '.join(escaped)}")
        return {
            "walls": [wall.name for wall in walls.walls if wall.standing],
            "images": len(worked.images),
            "refused": {name: result.logs.strip().splitlines()[-1:] for name, result in attempts.items()},
        }

    def _quit(self) -> JsonObject:
        """Close, and see that no child process is left."""
        self._opened().close()
        self._engine = None
        _, left = psutil.wait_procs(psutil.Process().children(recursive=True), timeout=10)
        if left:
            raise _Wrong(f"{len(left)} child processes did not end")
        return {}

    def _kept(self) -> JsonObject:
        """Open again: the answer is still there."""
        if not self._thread:
            raise _Wrong("there was no answer to keep")
        with Engine(self._home / "home") as engine:
            newest = engine.messages.list(self._thread, PageRequest(limit=1)).items
        if not newest or newest[0].text != self._answer:
            raise _Wrong("the answer is gone")
        return {}


def _stage(name: str, step: Callable[[], JsonObject]) -> JsonObject:
    began = time.monotonic()
    found: JsonObject = {"name": name, "ok": False}
    try:
        facts = step()
    except FiresideError as error:
        facts = {"reason": error.message, "code": error.code}
    except _Wrong as wrong:
        facts = {"reason": str(wrong)}
    except queue.Empty:
        facts = {"reason": f"nothing happened for {_SECONDS:.0f} s"}
    except _BROKEN as error:
        facts = {"reason": f"{type(error).__name__}: {error}"}
    else:
        found["ok"] = True
    return found | {"seconds": round(time.monotonic() - began, 2)} | facts


def _reached(result: CellResult) -> bool:
    return result.status == "ok" and "reached" in result.logs


def _find(name: str) -> Path | None:
    folders = (os.environ.get("FIRESIDE_TEST_MODELS"), models_beside(), Paths(default_home()).models, "build/models")
    return next((path for folder in folders if folder and (path := Path(folder) / name).exists()), None)
