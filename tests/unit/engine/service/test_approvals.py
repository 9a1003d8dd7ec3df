"""When the person is asked before code runs: by the setting, by the thread, and never for clients of the API."""

from __future__ import annotations

import queue
from typing import Any

import pytest

from engine.errors import InvalidRequest
from engine.events import Event, FunctionAsked
from engine.inference.port import ChatRequest
from engine.service import Engine
from engine.tools.base import NOT_ALLOWED, Outcome
from engine.tools.code_interpreter import CodeInterpreter
from engine.types import PageRequest, Run, RunRequest, RunStatus
from tests.support.fixtures import EngineFactory

CODE = "```python\nprint(6 * 7)\n```"


def _script(request: ChatRequest) -> str:
    told = request.messages[-1].content
    return CODE if told == "Go" else f"told: {told}"


class Person:
    """Hears what is asked and what ends."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.asked: queue.SimpleQueue[FunctionAsked] = queue.SimpleQueue()
        self.ended: queue.SimpleQueue[Run] = queue.SimpleQueue()
        engine.subscribe(self._hear)
        self.assistant = engine.assistants.create(model="scripted", tools=({"type": "code_interpreter"},))

    def _hear(self, event: Event) -> None:
        if isinstance(event, FunctionAsked):
            self.asked.put(event)
        elif (run := getattr(event, "run", None)) is not None and run.status.terminal:
            self.ended.put(run)

    def say(self, thread_id: str | None = None) -> Run:
        thread_id = thread_id or self.engine.threads.create().id
        return self.engine.runs.say(thread_id, self.assistant.id, "Go")[1]

    def hears(self) -> FunctionAsked:
        return self.asked.get(timeout=30)

    def end(self) -> Run:
        return self.ended.get(timeout=60)

    def output(self, run: Run) -> dict[str, Any]:
        steps = self.engine.runs.steps(run.id, PageRequest(order="asc")).items
        call: dict[str, Any] = steps[0].details["tool_calls"][0]["code_interpreter"]
        return call

    def text(self, run: Run) -> str:
        return self.engine.messages.list(run.thread_id).items[0].text


@pytest.fixture(autouse=True)
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was run, in place of running it: the jail has its own tests."""
    codes: list[str] = []

    def call(_tool: CodeInterpreter, _run: Run, code: str, *_: object) -> Outcome:
        codes.append(code.strip())
        return Outcome(
            output="42", details={"input": code, "outputs": [{"type": "logs", "logs": "42"}], "status": "ok"}
        )

    monkeypatch.setattr(CodeInterpreter, "call", call)
    return codes


@pytest.fixture
def person(make_engine: EngineFactory) -> Person:
    engine = make_engine(_script)
    engine.settings.set(code_approval="always")
    return Person(engine)


def test_code_is_shown_and_runs_once_it_is_allowed(person: Person, ran: list[str]) -> None:
    run = person.say()
    asked = person.hears()

    assert (asked.why, asked.call.kind, asked.call.arguments.strip()) == (
        "approval",
        "code_interpreter",
        "print(6 * 7)",
    )
    waiting = person.engine.runs.get(run.thread_id, run.id)
    assert waiting.status is RunStatus.REQUIRES_ACTION
    assert asked.expires_at == waiting.expires_at
    with pytest.raises(InvalidRequest, match="not answered"):
        person.engine.functions.answer(run.id, asked.call.id, "42")
    assert ran == []
    person.engine.functions.approve(run.id, asked.call.id)

    assert person.end().status is RunStatus.COMPLETED
    assert ran == ["print(6 * 7)"]
    assert person.output(run)["status"] == "ok"


def test_code_that_is_not_allowed_is_told_to_the_model_and_not_run(person: Person, ran: list[str]) -> None:
    run = person.say()
    person.engine.functions.refuse(run.id, person.hears().call.id)

    assert person.end().status is RunStatus.COMPLETED
    assert person.text(run) == f"told: {NOT_ALLOWED[0]}"
    assert ran == []
    assert person.output(run)["status"] == "declined"
    assert person.output(run)["outputs"] == [{"type": "logs", "logs": NOT_ALLOWED[0]}]


def test_always_asks_every_time_and_once_asks_once_a_thread(person: Person) -> None:
    functions = person.engine.functions
    first = person.say()
    functions.refuse(first.id, person.hears().call.id)
    person.end()

    person.engine.settings.set(code_approval="once")
    second = person.say(first.thread_id)
    functions.approve(second.id, person.hears().call.id)
    person.end()
    third = person.say(first.thread_id)
    assert person.end().id == third.id
    other = person.say()
    assert person.hears().run_id == other.id
    person.engine.runs.cancel(other.thread_id, other.id)
    assert person.end().status is RunStatus.CANCELLED


def test_never_asks_nobody_and_neither_does_the_api(person: Person) -> None:
    thread = person.engine.threads.create()
    run = person.engine.runs.create(thread.id, RunRequest(assistant_id=person.assistant.id))
    assert person.end().id == run.id

    person.engine.settings.set(code_approval="never")
    run = person.say()
    assert person.end().id == run.id
    assert person.asked.empty()


def test_a_client_cannot_answer_for_the_person(person: Person) -> None:
    run = person.say()
    call = person.hears().call

    for outputs in ({}, {call.id: "42"}):
        with pytest.raises(InvalidRequest) as caught:
            person.engine.runs.submit_tool_outputs(run.thread_id, run.id, outputs)
        assert caught.value.code == "waits_for_person"
    person.engine.runs.cancel(run.thread_id, run.id)


def test_the_question_survives_the_app(make_engine: EngineFactory) -> None:
    engine = make_engine(_script)
    engine.settings.set(code_approval="always")
    person = Person(engine)
    run = person.say()
    person.hears()
    engine.close()

    later = make_engine(lambda _request: "done", home=engine.paths.home)
    [asked] = later.functions.asked(run.thread_id)
    assert asked.call.arguments.strip() == "print(6 * 7)"
    person = Person(later)
    later.functions.approve(run.id, asked.call.id)
    assert person.end().status is RunStatus.COMPLETED


def test_a_leave_for_the_thread_holds_for_an_executor_too(make_engine: EngineFactory) -> None:
    call = '<tool_call>\n{"name": "clock", "arguments": {}}\n</tool_call>'
    engine = make_engine(lambda request: "noon" if request.messages[-1].role == "tool" else call)
    person = Person(engine)
    function = {"type": "function", "function": {"name": "clock", "parameters": {"type": "object"}}}
    person.assistant = engine.assistants.create(model="scripted", tools=(function,))
    engine.functions.bind(person.assistant.id, "clock", kind="fixed", config={"text": "noon"})

    first = person.say()
    engine.functions.approve(first.id, person.hears().call.id, keep="thread")
    person.end()
    person.say(first.thread_id)
    person.end()
    assert person.asked.empty()
    other = person.say()
    assert person.hears().run_id == other.id
    engine.runs.cancel(other.thread_id, other.id)
