"""The script of a run, carried out against the server with the real client, does the same once more."""

from __future__ import annotations

import contextlib
import io
import os
from unittest import mock

from engine.inference.port import ChatRequest
from engine.types import NewMessage, Run, RunRequest, TextPart
from tests.api.conftest import KEY, Live, Serve

CALL = '<tool_call>\n{"name": "clock", "arguments": {"city": "Bonn"}}\n</tool_call>'
ASKED = 'When?\'\n""" 几点？'
CLOCK = {
    "type": "function",
    "function": {"name": "clock", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
}


def _script(request: ChatRequest) -> str:
    last = request.messages[-1]
    return f"It is {last.content}." if last.role == "tool" else CALL if request.tools else "Good evening."


def _run(live: Live, *, tools: tuple[dict[str, object], ...]) -> Run:
    engine = live.engine
    made = engine.assistants.create(model="scripted", name="Guagua", instructions='Say "it".\nBriefly.', tools=tools)
    said = NewMessage(role="user", content=(TextPart(text=ASKED),))
    thread = engine.threads.create(messages=[said])
    run = engine.runs.wait(
        engine.runs.create(thread.id, RunRequest(assistant_id=made.id, temperature=0.25, max_completion_tokens=300)).id
    )
    if run.required_calls:
        engine.runs.submit_tool_outputs(thread.id, run.id, {run.required_calls[0].id: "12:00"})
        run = engine.runs.wait(run.id)
    return run


def _carry_out(live: Live, run: Run) -> str:
    source = live.engine.run_logs.code(run.thread_id, run.id, base_url=live.server.url)
    said = io.StringIO()
    with mock.patch.dict(os.environ, {"FIRESIDE_API_KEY": KEY}), contextlib.redirect_stdout(said):
        space: dict[str, object] = {"__name__": "__main__"}
        exec(compile(source, "copied.py", "exec"), space)
        space["client"].close()  # type: ignore[attr-defined]
    return said.getvalue()


def test_words_are_answered_again(serve: Serve) -> None:
    live = serve(_script)
    run = _run(live, tools=())

    assert _carry_out(live, run) == "completed\nGood evening.\n"
    again = live.engine.runs.list(None).items[0]
    assert again.id != run.id
    assert (again.instructions, again.temperature, again.max_completion_tokens) == (run.instructions, 0.25, 300)
    found = live.engine.messages.list(again.thread_id).items
    assert found[-1].text == ASKED


def test_functions_answer_as_they_did(serve: Serve) -> None:
    live = serve(_script)
    run = _run(live, tools=(CLOCK,))

    assert _carry_out(live, run) == "completed\nIt is 12:00.\n"
