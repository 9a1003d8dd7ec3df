"""Functions answered here: by executors, by the person, and never without the approval that was set."""

from __future__ import annotations

import json
import queue
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InvalidRequest, NotFound
from engine.events import Event, FunctionAsked
from engine.inference.port import ChatRequest
from engine.service import Engine
from engine.service.functions import REFUSED
from engine.types import FunctionExecutor, Run, RunRequest, RunStatus
from tests.support.fixtures import EngineFactory

TOOLS: tuple[dict[str, Any], ...] = tuple(
    {
        "type": "function",
        "function": {
            "name": name,
            "parameters": {"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]},
        },
    }
    for name in ("lookup", "clock")
)


def _call(name: str, **arguments: object) -> str:
    return f"<tool_call>\n{json.dumps({'name': name, 'arguments': arguments})}\n</tool_call>"


class Asker:
    """A script that makes these calls first, then repeats what it was told."""

    def __init__(self, *calls: str) -> None:
        self.calls = "\n".join(calls)

    def __call__(self, request: ChatRequest) -> str:
        told = [message.content for message in request.messages if message.role == "tool"]
        return "told: " + " | ".join(told) if told else self.calls


def _ask(engine: Engine, *executors: tuple[str, str, dict[str, Any], str]) -> tuple[str, Run]:
    """Start a run of an assistant with these executors, as the window does."""
    assistant = engine.assistants.create(model="scripted", tools=TOOLS)
    for name, kind, config, approval in executors:
        engine.functions.bind(assistant.id, name, kind=kind, config=config, approval=approval)  # type: ignore[arg-type]
    thread = engine.threads.create()
    _, run = engine.runs.say(thread.id, assistant.id, "Go")
    return assistant.id, run


def _said(engine: Engine, run: Run) -> str:
    ended = engine.runs.get(run.thread_id, run.id)
    assert ended.status is RunStatus.COMPLETED, ended.last_error
    return engine.messages.list(run.thread_id).items[0].text


class Heard:
    """Waits for runs to end and for persons to be asked."""

    def __init__(self, engine: Engine) -> None:
        self.asked: queue.SimpleQueue[FunctionAsked] = queue.SimpleQueue()
        self.ended: queue.SimpleQueue[str] = queue.SimpleQueue()
        engine.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        if isinstance(event, FunctionAsked):
            self.asked.put(event)
        elif getattr(event, "what", None) in ("completed", "failed", "cancelled") and hasattr(event, "run"):
            self.ended.put(event.run.id)

    def end(self) -> None:
        self.ended.get(timeout=30)


def test_executors_answer_and_the_run_goes_on(make_engine: EngineFactory, tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE t (a); INSERT INTO t VALUES (7)")
    engine = make_engine(Asker(_call("lookup", q="SELECT a FROM t"), _call("clock", q="")))
    heard = Heard(engine)

    _, run = _ask(
        engine, ("lookup", "sqlite", {"path": str(path)}, "allow"), ("clock", "fixed", {"text": "noon"}, "allow")
    )

    heard.end()
    assert _said(engine, run) == "told: [(7,)] | noon"


def test_a_failure_is_told_to_the_model(make_engine: EngineFactory, tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE t (a)")
    engine = make_engine(Asker(_call("lookup", q="SELECT b FROM t"), _call("clock", other=1)))
    heard = Heard(engine)

    _, run = _ask(engine, ("lookup", "sqlite", {"path": str(path)}, "allow"))

    heard.end()
    said = _said(engine, run)
    assert "no such column: b" in said
    assert "'q' is a required property" in said


def test_never_and_refused_say_so(make_engine: EngineFactory) -> None:
    engine = make_engine(Asker(_call("lookup", q="x"), _call("clock", q="x")))
    heard = Heard(engine)

    _, run = _ask(engine, ("lookup", "fixed", {"text": "secret"}, "never"), ("clock", "fixed", {"text": "noon"}, "ask"))
    asked = heard.asked.get(timeout=30)
    assert (asked.why, asked.call.name, asked.run_id) == ("approval", "clock", run.id)
    engine.functions.refuse(run.id, asked.call.id)

    heard.end()
    assert _said(engine, run) == f"told: {REFUSED} | {REFUSED}"


def test_approved_once_asks_again_and_always_does_not(make_engine: EngineFactory) -> None:
    engine = make_engine(Asker(_call("clock", q="x")))
    heard = Heard(engine)
    assistant, run = _ask(engine, ("clock", "fixed", {"text": "noon"}, "ask"))

    engine.functions.approve(run.id, heard.asked.get(timeout=30).call.id)
    heard.end()
    _, run = engine.runs.say(engine.threads.create().id, assistant, "Go")
    engine.functions.approve(run.id, heard.asked.get(timeout=30).call.id, keep="always")
    heard.end()
    _, run = engine.runs.say(engine.threads.create().id, assistant, "Go")
    heard.end()

    assert _said(engine, run) == "told: noon"
    assert [executor.approval for executor in engine.functions.of(assistant)] == ["allow"]


def test_the_person_answers_where_nothing_else_does(make_engine: EngineFactory) -> None:
    engine = make_engine(Asker(_call("clock", q="x")))
    heard = Heard(engine)
    _, run = _ask(engine)
    asked = heard.asked.get(timeout=30)

    assert (asked.why, asked.executor) == ("answer", None)
    assert [a.call for a in engine.functions.asked(run.thread_id)] == [asked.call]
    with pytest.raises(InvalidRequest, match="needs an answer"):
        engine.functions.approve(run.id, asked.call.id)
    engine.functions.answer(run.id, asked.call.id, "half past nine")

    heard.end()
    assert _said(engine, run) == "told: half past nine"
    with pytest.raises(InvalidRequest):
        engine.functions.answer(run.id, asked.call.id, "again")


def test_a_client_answers_its_own_runs(make_engine: EngineFactory) -> None:
    engine = make_engine(Asker(_call("clock", q="x")))
    assistant = engine.assistants.create(model="scripted", tools=TOOLS)
    engine.functions.bind(assistant.id, "clock", kind="fixed", config={"text": "noon"}, approval="allow")

    run = engine.runs.wait(engine.runs.create(engine.threads.create().id, RunRequest(assistant_id=assistant.id)).id)

    assert run.status is RunStatus.REQUIRES_ACTION
    assert engine.functions.asked() == ()
    engine.runs.cancel(run.thread_id, run.id)


def test_a_run_that_waited_when_the_app_closed_is_taken_up(make_engine: EngineFactory) -> None:
    engine = make_engine(Asker(_call("clock", q="x")))
    heard = Heard(engine)
    _, run = _ask(engine)
    heard.asked.get(timeout=30)
    home = engine.paths.home
    engine.close()

    later = make_engine(Asker(_call("clock", q="x")), home=home)
    if later.runs.get(run.thread_id, run.id).status is RunStatus.REQUIRES_ACTION:
        call = run_call = later.runs.get(run.thread_id, run.id).required_calls[0]
        heard = Heard(later)
        later.functions.answer(run.id, call.id, "noon")
        heard.end()
        assert _said(later, run) == "told: noon"
        assert run_call.name == "clock"


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("sqlite", {"path": "/nowhere.db"}),
        ("sqlite", {}),
        ("fixed", {"text": 1}),
        ("person", {"text": "x"}),
        ("magic", {}),
    ],
)
def test_what_cannot_work_is_refused(make_engine: EngineFactory, kind: str, config: dict[str, Any]) -> None:
    engine = make_engine()
    assistant = engine.assistants.create(model="scripted")

    with pytest.raises(InvalidRequest) as caught:
        engine.functions.bind(assistant.id, "f", kind=kind, config=config)  # type: ignore[arg-type]
    assert caught.value.code == "bad_executor"
    with pytest.raises(NotFound):
        engine.functions.bind(assistant.id, "f", kind="server", config={"server_id": "srv_none", "tool": "t"})


def test_executors_are_listed_changed_and_taken_away(make_engine: EngineFactory) -> None:
    engine = make_engine()
    assistant = engine.assistants.create(model="scripted")
    executor: FunctionExecutor = engine.functions.bind(assistant.id, "f", kind="fixed", config={"text": "x"})

    assert engine.functions.set_approval(executor.id, "never").approval == "never"
    engine.functions.unbind(executor.id)
    assert engine.functions.of(assistant.id) == ()
