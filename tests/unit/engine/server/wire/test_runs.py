"""Runs and steps as JSON: what is null until when, and passages only on request."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.server.wire.body import parse
from engine.server.wire.runs import CreateRun, CreateThreadAndRun, run_json, step_json, usage_json
from engine.types import FunctionCall, JsonObject, LastError, Run, RunStatus, RunStep, Usage

_USAGE = Usage(prompt_tokens=2, completion_tokens=3)
_RUN = Run(
    id="run_1",
    created_at=1,
    thread_id="t",
    assistant_id="a",
    status=RunStatus.IN_PROGRESS,
    model="m",
    usage=_USAGE,
    required_calls=(FunctionCall(id="c", name="f", arguments="{}"),),
)
_SEARCH: JsonObject = {
    "type": "tool_calls",
    "tool_calls": [
        {"id": "s", "type": "file_search", "file_search": {"results": [{"file_id": "f", "content": [{"text": "x"}]}]}},
        {"id": "c", "type": "function", "function": {"name": "f", "arguments": "", "output": None}},
    ],
}
_STEP = RunStep(
    id="step_1",
    created_at=1,
    run_id="run_1",
    thread_id="t",
    assistant_id="a",
    type="tool_calls",
    status="in_progress",
    details=_SEARCH,
    usage=_USAGE,
)


def test_usage_is_null_until_the_end() -> None:
    assert run_json(_RUN)["usage"] is None
    assert run_json(replace(_RUN, status=RunStatus.COMPLETED))["usage"] == usage_json(_USAGE)
    assert step_json(_STEP)["usage"] is None
    assert step_json(replace(_STEP, status="completed"))["usage"] == usage_json(_USAGE)
    assert usage_json(None) is None


def test_calls_are_shown_only_while_the_run_waits_for_them() -> None:
    assert run_json(_RUN)["required_action"] is None
    waiting = run_json(replace(_RUN, status=RunStatus.REQUIRES_ACTION))["required_action"]
    assert waiting["submit_tool_outputs"]["tool_calls"] == [
        {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    ]


def test_reasons_are_objects_or_null() -> None:
    failed = replace(
        _RUN, last_error=LastError(code="server_error", message="m"), incomplete_reason="max_prompt_tokens"
    )

    assert run_json(failed)["last_error"] == {"code": "server_error", "message": "m"}
    assert run_json(failed)["incomplete_details"] == {"reason": "max_prompt_tokens"}
    assert run_json(_RUN)["last_error"] is run_json(_RUN)["incomplete_details"] is None


def test_passages_come_only_on_request_and_are_never_lost() -> None:
    short, full = step_json(_STEP), step_json(_STEP, with_content=True)

    assert short["step_details"]["tool_calls"][0]["file_search"]["results"] == [{"file_id": "f"}]
    assert short["step_details"]["tool_calls"][1] == _SEARCH["tool_calls"][1]
    assert full["step_details"] == _SEARCH
    assert "content" in _SEARCH["tool_calls"][0]["file_search"]["results"][0]


@pytest.mark.parametrize("given", [{}, {"model": None, "tools": None, "temperature": None, "tool_choice": None}])
def test_absent_and_null_are_as_the_assistant_has_it(given: JsonObject) -> None:
    request = parse(CreateRun, {"assistant_id": "a", **given}).run_request()

    assert (request.model, request.tools, request.temperature, request.tool_choice) == (None, None, None, None)


def test_no_tools_is_not_the_assistants_tools() -> None:
    assert parse(CreateRun, {"assistant_id": "a", "tools": []}).run_request().tools == ()


def test_resources_beside_the_thread_are_the_threads() -> None:
    body = {
        "assistant_id": "a",
        "thread": {"metadata": {"k": "v"}, "tool_resources": {"file_search": {"vector_store_ids": []}}},
        "tool_resources": {"code_interpreter": {"file_ids": []}},
    }
    fields = parse(CreateThreadAndRun, body).thread_fields()

    assert fields == {
        "messages": (),
        "metadata": {"k": "v"},
        "tool_resources": {"file_search": {"vector_store_ids": []}, "code_interpreter": {"file_ids": []}},
    }


def test_what_only_the_window_shows_of_code_stays_inside() -> None:
    kept = {"input": "1", "outputs": [{"type": "logs", "logs": "1"}]}
    call = {"id": "c", "type": "code_interpreter", "code_interpreter": {**kept, "status": "ok", "table": "<table>"}}
    step = replace(_STEP, details={"type": "tool_calls", "tool_calls": [call]})
    assert step_json(step)["step_details"]["tool_calls"] == [{**call, "code_interpreter": kept}]
