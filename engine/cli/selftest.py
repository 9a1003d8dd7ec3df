"""`fireside --selftest`: does this installation really work? A chat with a small model, reported as JSON."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from engine.cli.arguments import Arguments
from engine.cli.versions import own_version
from engine.errors import FiresideError
from engine.events import Event, MessageDelta
from engine.paths import Paths, default_home
from engine.service import Engine
from engine.types import JsonObject, NewMessage, PageRequest, RunRequest, RunStatus, TextPart

_SMALL = "SmolLM2-135M-Instruct.Q4_1.gguf"
_ANSWER_TOKENS = 256  # the least a run may ask for
_SECONDS = 600.0


def run(args: Arguments) -> int:
    """Run the test in `--home`, else in a folder that is deleted afterwards; 0 if all went well."""
    if args.home is not None:
        return _report(_test(args.home.absolute(), args.model_file))
    with tempfile.TemporaryDirectory(prefix="fireside-selftest-") as home:
        return _report(_test(Path(home), args.model_file))


def _report(found: JsonObject) -> int:
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    return 0 if found["ok"] else 1


def _test(home: Path, model_file: Path | None) -> JsonObject:
    began = time.monotonic()
    found: JsonObject = {"ok": False, "fireside": own_version(), "frozen": bool(getattr(sys, "frozen", False))}
    try:
        model = model_file or _find_model()
        if model is None:
            found["error"] = f"No model to chat with. Give one: fireside --selftest --model-file {_SMALL}"
            return found
        with Engine(home) as engine:
            found["opened_seconds"] = round(time.monotonic() - began, 2)
            found |= _chat(engine, model)
        with Engine(home) as engine:
            found["kept"] = _last_text(engine, found["thread"]) == found["answer"]
        found["ok"] = found["status"] == RunStatus.COMPLETED and found["streamed"] and found["kept"]
    except FiresideError as error:
        found |= {"error": error.message, "code": error.code}
    found["seconds"] = round(time.monotonic() - began, 2)
    return found


def _chat(engine: Engine, model_file: Path) -> JsonObject:
    model = engine.models.import_file(model_file, copy=False)
    assistant = engine.assistants.create(model=model.id, instructions="Answer in one short sentence.", temperature=0)
    thread = engine.threads.create()
    hello = NewMessage(role="user", content=(TextPart(text="Say hello."),))
    request = RunRequest(assistant_id=assistant.id, additional_messages=(hello,), max_completion_tokens=_ANSWER_TOKENS)
    pieces: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, MessageDelta):
            pieces.append(event.text)

    began = time.monotonic()
    with engine.subscribe(listen, thread_id=thread.id):
        run = engine.runs.create(thread.id, request)
        run = engine.runs.wait(run.id, _SECONDS)
    answer = "".join(pieces)
    loaded = engine.models.loaded()
    return {
        "model": model.id,
        "backend": loaded[0].backend if loaded else None,
        "thread": thread.id,
        "status": run.status.value,
        "problem": run.last_error.message if run.last_error else None,
        "answer": answer,
        "streamed": len(pieces) > 1,
        "tokens": run.usage.completion_tokens if run.usage else 0,
        "answer_seconds": round(time.monotonic() - began, 2),
    }


def _last_text(engine: Engine, thread_id: str) -> str:
    newest = engine.messages.list(thread_id, PageRequest(limit=1)).items
    return newest[0].text if newest else ""


def _find_model() -> Path | None:
    folders = (os.environ.get("FIRESIDE_TEST_MODELS"), Paths(default_home()).models, Path("build/models"))
    return next((path for folder in folders if folder and (path := Path(folder) / _SMALL).exists()), None)
