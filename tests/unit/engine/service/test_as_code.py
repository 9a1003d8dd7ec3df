"""The script says what the run was asked with, and no text of a conversation can break out of its quotes."""

from __future__ import annotations

import ast
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.service.as_code import MOST_MESSAGES, script
from engine.types import Assistant, Message, Run, RunStatus, RunStep, TextPart, Thread

THREAD = Thread(id="t", created_at=1)


def _run(**fields: Any) -> Run:
    return Run(id="r", created_at=1, thread_id="t", assistant_id="a", status=RunStatus.COMPLETED, model="m", **fields)


def _said(text: str) -> Message:
    return Message(id="msg", created_at=1, thread_id="t", role="user", content=(TextPart(text=text),))


def _script(run: Run, *texts: str, steps: tuple[RunStep, ...] = ()) -> str:
    assistant = Assistant(id="a", created_at=1, model="other", name="Guagua", instructions="Since changed.")
    before = [_said(text) for text in texts]
    return script(run, assistant=assistant, thread=THREAD, before=before, steps=steps, base_url="http://x/v1")


def _argument(source: str, call: str, name: str) -> Any:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(call):
            return ast.literal_eval(next(k.value for k in node.keywords if k.arg == name))
    raise AssertionError(call)


def test_what_the_run_was_asked_with_counts() -> None:
    source = _script(_run(instructions="Be kind.\nAlways.", temperature=0.25, max_completion_tokens=9), "Tea?")

    assert _argument(source, "assistants.create", "instructions") == "Be kind.\nAlways."
    assert _argument(source, "assistants.create", "temperature") == 0.25
    assert _argument(source, "assistants.create", "model") == "m"
    assert _argument(source, "threads.create", "messages") == [{"role": "user", "content": "Tea?"}]
    assert _argument(source, "runs.create_and_poll", "max_completion_tokens") == 9
    assert "requires_action" not in source


def test_functions_answer_what_they_answered_here() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "clock", "arguments": "{}", "output": "12:00"}}
    step = RunStep(
        id="s", created_at=1, run_id="r", thread_id="t", assistant_id="a", type="tool_calls", status="completed",
        details={"tool_calls": [call]},
    )  # fmt: skip
    source = _script(_run(tools=({"type": "function", "function": {"name": "clock"}},)), "When?", steps=(step,))

    assert "RETURNED = {'clock': '12:00'}" in source
    assert "submit_tool_outputs_and_poll" in source


def test_a_long_thread_is_bounded() -> None:
    texts = [str(n) for n in range(MOST_MESSAGES + 20)]
    messages = _argument(_script(_run(), *texts), "threads.create", "messages")
    assert [message["content"] for message in messages] == texts[20:]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_stays_a_text(text: str) -> None:
    source = _script(_run(instructions=text), text or "x")
    assert _argument(source, "threads.create", "messages")[0]["content"] == (text or "x")
