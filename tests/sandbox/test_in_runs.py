"""Code in runs, through the engine's front door: output that streams, a stop that works, files that are offered."""

from __future__ import annotations

import threading

import pytest

from engine.events import Event, StepDelta
from engine.service import Engine
from engine.types import Run, RunStatus
from tests.support.fixtures import EngineFactory

FIRST = "```python\nx = 7\nprint('begun', flush=True)\nimport time\nfor n in iter(int, 1): time.sleep(0.01)\n```\n"
SECOND = "```python\nopen('out.txt', 'w').write('a')\nx\n```\n"


def started(engine: Engine, thread_id: str | None = None) -> tuple[str, Run]:
    assistant = engine.assistants.create(model="scripted", tools=({"type": "code_interpreter"},))
    thread_id = thread_id or engine.threads.create().id
    return thread_id, engine.runs.say(thread_id, assistant.id, "Go.")[1]


def logs_of(event: StepDelta) -> str:
    outputs = event.tool_calls[0].get("code_interpreter", {}).get("outputs", ())
    return "".join(output["logs"] for output in outputs if output["type"] == "logs")


def test_a_stop_ends_the_code_at_once_and_the_session_goes_on(make_engine: EngineFactory) -> None:
    engine = make_engine([FIRST, SECOND, "Done."])
    if not engine.sandbox.available().available:
        pytest.skip(engine.sandbox.available().reason)
    heard: list[str] = []
    begun = threading.Event()

    def listen(event: Event) -> None:
        if isinstance(event, StepDelta) and logs_of(event):
            heard.append(logs_of(event))
            begun.set()

    engine.subscribe(listen)
    thread_id, run = started(engine)
    assert begun.wait(120)
    engine.runs.cancel(thread_id, run.id)
    assert engine.runs.wait(run.id, 60).status is RunStatus.CANCELLED
    assert heard[0] == "begun\n", "what is printed is heard while the code runs"
    (step,) = engine.runs.steps(run.id).items
    code = step.details["tool_calls"][0]["code_interpreter"]
    assert (step.status, code["status"]) == ("cancelled", "killed")
    assert code["outputs"][0]["logs"] == "begun\n[The code was stopped by the user.]"
    assert "".join(heard) == code["outputs"][0]["logs"]

    heard.clear()
    _, run = started(engine, thread_id)
    assert engine.runs.wait(run.id, 120).status is RunStatus.COMPLETED
    assert heard[0].startswith("7"), "the variables of the stopped code are there"
    message = engine.messages.list(thread_id).items[0]
    assert message.text == "Done.\n\n[out.txt](sandbox:/mnt/data/out.txt)"
    (annotation,) = message.content[0].annotations  # type: ignore[union-attr]
    kept = engine.files.get(annotation["file_path"]["file_id"])
    assert (kept.filename, kept.purpose) == ("out.txt", "assistants_output")
