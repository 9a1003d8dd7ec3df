"""The main job on a real model, and what is left of it after every kind of death."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from engine.errors import HomeBusy, Unavailable
from engine.events import Event, MessageDelta, RunProgress
from engine.service import Engine
from engine.types import PageRequest, Run, RunStatus
from tests.e2e.app_process import LONG
from tests.support.fixtures import Recorder

pytestmark = [pytest.mark.real, pytest.mark.skipif(os.name != "posix", reason="kills processes by signal")]

REPOSITORY = Path(__file__).resolve().parents[2]
OLDEST_FIRST = PageRequest(order="asc")
OpenEngine = Callable[[], Engine]


@pytest.fixture
def open_engine(tmp_path: Path, smollm2: Path) -> Iterator[OpenEngine]:
    """Open the app's engine on one home, with SmolLM2 imported, closing any one still open."""
    with ExitStack() as opened:

        def open_() -> Engine:
            opened.close()
            engine = opened.enter_context(Engine(tmp_path / "home"))
            if not engine.models.installed():
                engine.models.import_file(smollm2, copy=False)
            return engine

        yield open_


def ask(engine: Engine, text: str, thread_id: str | None = None) -> Run:
    """Say something and wait for the end."""
    assistant = engine.assistants.create(model="default", instructions="You are helpful.", temperature=0.0)
    thread_id = thread_id or engine.threads.create().id
    _, run = engine.runs.say(thread_id, assistant.id, text)
    return engine.runs.wait(run.id, 240)


def is_answered(engine: Engine, text: str, thread_id: str) -> bool:
    """Say something and return whether the model answers; the start of its answer is enough."""
    engine.settings.set(max_answer_tokens=24)
    run = ask(engine, text, thread_id)
    (answer,) = engine.messages.list(thread_id, run_id=run.id).items
    return run.status in (RunStatus.COMPLETED, RunStatus.INCOMPLETE) and answer.text != ""


def inference_process() -> psutil.Process:
    """Return the child that runs llama.cpp."""
    children = psutil.Process().children(recursive=True)
    return next(child for child in children if child.cmdline()[-2:] == ["engine.workers", "inference"])


def test_a_model_answers_streams_and_is_there_after_a_restart(open_engine: OpenEngine, recorder: Recorder) -> None:
    engine = open_engine()
    engine.subscribe(recorder)
    run = ask(engine, "Say hello in one short sentence.")
    assert run.status is RunStatus.COMPLETED
    assert recorder.names().count("message.delta") > 2
    said, answer = engine.messages.list(run.thread_id, OLDEST_FIRST).items
    assert recorder.text() == answer.text != ""
    phases = [event.phase for event in recorder.events if isinstance(event, RunProgress)]
    assert [phase for phase in dict.fromkeys(phases)] == ["loading", "reading", "writing"]
    assert run.usage is not None
    assert run.usage.completion_tokens == run.trace["completion_tokens"] > 0
    assert (run.trace["template"], run.trace["context"] > 0, run.trace["seed"] >= 0) == ("gguf", True, True)

    engine = open_engine()
    assert engine.messages.list(run.thread_id, OLDEST_FIRST).items == (said, answer)
    assert engine.runs.get(run.thread_id, run.id) == run
    assert is_answered(engine, "And in one word?", run.thread_id)
    again = engine.runs.list(run.thread_id).items[0]
    assert again.usage is not None
    assert again.usage.prompt_tokens > run.usage.prompt_tokens


def test_a_killed_model_process_costs_one_answer(open_engine: OpenEngine) -> None:
    engine = open_engine()
    heard: list[str] = []

    def kill_at_the_fifth(event: Event) -> None:
        if isinstance(event, MessageDelta):
            heard.append(event.text)
            if len(heard) == 5:
                inference_process().send_signal(signal.SIGKILL)

    with engine.subscribe(kill_at_the_fifth):
        run = ask(engine, LONG)
    assert run.status is RunStatus.FAILED
    assert run.last_error is not None
    assert "crashed" in run.last_error.message
    (partial,) = engine.messages.list(run.thread_id, run_id=run.id).items
    assert (partial.text, partial.status, partial.incomplete_reason) == ("".join(heard), "incomplete", "run_failed")
    assert is_answered(engine, "Say hello.", run.thread_id)


def test_a_killed_app_leaves_a_whole_thread(open_engine: OpenEngine, tmp_path: Path) -> None:
    open_engine().close()  # imports the model
    command = [sys.executable, "-m", "tests.e2e.app_process", str(tmp_path / "home")]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as app:
        assert app.stdout is not None
        thread_id, run_id, word = (app.stdout.readline().strip() for _ in range(3))
        children = psutil.Process(app.pid).children(recursive=True)
        app.kill()
    assert word == "writing"
    assert psutil.wait_procs(children, timeout=30)[1] == []

    engine = open_engine()
    run = engine.runs.get(thread_id, run_id)
    assert (run.status, run.last_error is not None) == (RunStatus.FAILED, True)
    said, partial = engine.messages.list(thread_id, OLDEST_FIRST).items
    assert said.text == LONG
    assert (partial.status, partial.incomplete_reason) == ("incomplete", "run_failed")
    assert len(partial.text.split()) > 1
    (step,) = engine.runs.steps(run_id).items
    assert step.status == "failed"
    assert is_answered(engine, "Say hello.", thread_id)


def test_cancelling_a_real_answer(open_engine: OpenEngine) -> None:
    engine = open_engine()
    assistant = engine.assistants.create(model="default")
    thread = engine.threads.create()
    _, run = engine.runs.say(thread.id, assistant.id, LONG)

    def stop(event: Event) -> None:
        if isinstance(event, MessageDelta):
            engine.runs.cancel(thread.id, run.id)

    with engine.subscribe(stop):
        ended = engine.runs.wait(run.id, 240)
    assert ended.status is RunStatus.CANCELLED
    (partial,) = engine.messages.list(thread.id, run_id=run.id).items
    assert (partial.incomplete_reason, bool(partial.text)) == ("run_cancelled", True)


def test_another_process_is_told_that_the_home_is_taken(open_engine: OpenEngine) -> None:
    engine = open_engine()
    with pytest.raises(HomeBusy):
        Engine(engine.paths.home)
    script = "import sys, pathlib, engine.service as s; s.Engine(pathlib.Path(sys.argv[1]))"
    command = [sys.executable, "-c", script, str(engine.paths.home)]
    other = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False)
    assert other.returncode != 0
    assert "HomeBusy: Another Fireside is using the folder" in other.stderr


def test_a_truncated_file_fails_its_run_and_nothing_else(open_engine: OpenEngine, smollm2: Path) -> None:
    engine = open_engine()
    with smollm2.open("rb") as whole:
        (engine.paths.models / "half.gguf").write_bytes(whole.read(smollm2.stat().st_size // 2))
    assistant = engine.assistants.create(model="half")
    thread = engine.threads.create()
    _, run = engine.runs.say(thread.id, assistant.id, "Hello?")
    ended = engine.runs.wait(run.id, 60)
    assert ended.status is RunStatus.FAILED
    assert ended.last_error is not None
    assert "half.gguf" in ended.last_error.message
    assert is_answered(engine, "Say hello.", thread.id)


def test_a_name_without_a_model_is_a_sentence(tmp_path: Path) -> None:
    with Engine(tmp_path / "empty") as engine:
        assistant, thread = engine.assistants.create(model="no-such-model"), engine.threads.create()
        with pytest.raises(Unavailable, match=r"No language model is installed yet\. Get one"):
            engine.runs.say(thread.id, assistant.id, "Hello?")
