"""One answer in the terminal: streamed, stopped by Ctrl-C, failed, cut off; the run is closed in each case."""

from __future__ import annotations

import io
from typing import Any

import pytest

from engine.cli.answer import answer
from engine.cli.words import Words
from engine.errors import WorkerFailed
from engine.inference.port import ChatRequest
from engine.inference.scripted import Reply
from engine.service import Engine
from engine.service.functions import REFUSED
from engine.tools.base import NOT_ALLOWED, Outcome
from engine.tools.code_interpreter import CodeInterpreter
from engine.types import NewMessage, Run, RunRequest, RunStatus, TextPart
from tests.support.fixtures import EngineFactory

_WORDS = Words("en")


def _ask(engine: Engine, out: io.StringIO, **more: Any) -> Run:
    assistant = engine.assistants.create(model="gpt-4o")
    hello = NewMessage(role="user", content=(TextPart(text="Hi"),))
    request = RunRequest(assistant_id=assistant.id, additional_messages=(hello,), **more)
    return answer(engine, engine.threads.create().id, request, words=_WORDS, out=out)


def test_text_is_written_as_it_comes(make_engine: EngineFactory) -> None:
    out = io.StringIO()

    run = _ask(make_engine(["one two three"]), out)

    assert (run.status, out.getvalue()) == (RunStatus.COMPLETED, "one two three\n")


class _Interrupted(io.StringIO):
    """Ctrl-C while the first word is written."""

    def __init__(self, times: int = 1) -> None:
        super().__init__()
        self._times = times

    def write(self, text: str, /) -> int:
        written = super().write(text)
        if self._times:
            self._times -= 1
            raise KeyboardInterrupt
        return written


def test_ctrl_c_stops_the_answer_and_keeps_what_was_written(
    make_engine: EngineFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    import threading

    engine = make_engine([Reply(text="one two three", gates={1: threading.Event()})])
    out = _Interrupted()

    run = _ask(engine, out)

    assert run.status is RunStatus.CANCELLED
    assert out.getvalue().startswith("one")
    assert "(stopped)" in capsys.readouterr().err
    assert engine.messages.list(run.thread_id).items[0].text == "one"


@pytest.mark.allow_log("engine.runs")
def test_a_failure_is_told(make_engine: EngineFactory, capsys: pytest.CaptureFixture[str]) -> None:
    out = io.StringIO()

    run = _ask(make_engine([Reply(text="one two", failure=WorkerFailed("The model process died."), fail_at=1)]), out)

    assert (run.status, out.getvalue()) == (RunStatus.FAILED, "one\n")
    assert "The answer failed: The model process died." in capsys.readouterr().err


def test_a_cut_is_told(make_engine: EngineFactory, capsys: pytest.CaptureFixture[str]) -> None:
    out = io.StringIO()

    run = _ask(make_engine([[" word"] * 300]), out, max_completion_tokens=256)

    assert run.status is RunStatus.INCOMPLETE
    assert "(cut off: max_completion_tokens)" in capsys.readouterr().err


CLOCK = {"type": "function", "function": {"name": "clock", "parameters": {"type": "object", "properties": {}}}}


def _script(request: ChatRequest) -> str:
    told = [message.content for message in request.messages if message.role == "tool"]
    return f"told: {told[0]}" if told else '<tool_call>\n{"name": "clock", "arguments": {}}\n</tool_call>'


class _Person(io.StringIO):
    """Somebody at the terminal, who types these lines."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "bound", "output"),
    [
        ("half past nine\n", False, "told: half past nine\n"),
        ("y\n", True, "told: noon\n"),
        ("always\n", True, "told: noon\n"),
        ("n\n", True, f"told: {REFUSED}\n"),
    ],
)
def test_the_person_decides_on_functions(
    make_engine: EngineFactory, monkeypatch: pytest.MonkeyPatch, typed: str, bound: bool, output: str
) -> None:
    engine, out = make_engine(_script), io.StringIO()
    monkeypatch.setattr("sys.stdin", _Person(typed))
    monkeypatch.setattr("sys.stderr", _Person())
    assistant = engine.assistants.create(model="gpt-4o", tools=(CLOCK,))
    if bound:
        engine.functions.bind(assistant.id, "clock", kind="fixed", config={"text": "noon"})
    hello = NewMessage(role="user", content=(TextPart(text="Hi"),))
    request = RunRequest(assistant_id=assistant.id, additional_messages=(hello,))

    answer(engine, engine.threads.create().id, request, words=_WORDS, out=out)

    assert out.getvalue() == output
    expected = [] if not bound else ["allow" if typed.startswith("always") else "ask"]
    assert [executor.approval for executor in engine.functions.of(assistant.id)] == expected


def test_without_a_person_functions_that_ask_are_refused(
    make_engine: EngineFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    out = io.StringIO()

    run = _ask(make_engine(_script), out, tools=(CLOCK,))

    assert (run.status, out.getvalue()) == (RunStatus.COMPLETED, f"told: {REFUSED}\n")
    assert "Refused, as nobody is here to ask: clock({})" in capsys.readouterr().err


@pytest.mark.parametrize(("typed", "ran", "output"), [("y\n", True, "told: 42\n"), ("\n", False, "told: no\n")])
def test_code_is_shown_and_runs_when_the_person_says_so(
    make_engine: EngineFactory, monkeypatch: pytest.MonkeyPatch, typed: str, ran: bool, output: str
) -> None:
    def script(request: ChatRequest) -> str:
        told = request.messages[-1].content
        if told == "Hi":
            return "```python\nprint(6 * 7)\n```"
        return "told: no" if told == NOT_ALLOWED[0] else "told: 42"

    calls: list[str] = []

    def run_it(_tool: CodeInterpreter, _run: Run, code: str, *_: object) -> Outcome:
        calls.append(code.strip())
        return Outcome(output="42", details={"input": code, "outputs": [{"type": "logs", "logs": "42"}]})

    monkeypatch.setattr(CodeInterpreter, "call", run_it)
    engine, out, said = make_engine(script), io.StringIO(), _Person()
    engine.settings.set(code_approval="always")
    monkeypatch.setattr("sys.stdin", _Person(typed))
    monkeypatch.setattr("sys.stderr", said)

    _ask(engine, out, tools=({"type": "code_interpreter"},))

    assert "    print(6 * 7)" in said.getvalue()
    assert "Run it? [y/N]" in said.getvalue()
    assert calls == (["print(6 * 7)"] if ran else [])
    assert out.getvalue() == output
