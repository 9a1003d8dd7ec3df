"""Chat completion requests become what the model takes."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import InvalidRequest
from engine.server.wire.body import parse
from engine.server.wire.chat import CreateCompletion

_TOOL = {"type": "function", "function": {"name": "f"}}


def _parse(**fields: Any) -> CreateCompletion:
    return parse(CreateCompletion, {"model": "m", "messages": [{"role": "user", "content": "x"}], **fields})


def test_arguments_of_earlier_calls_are_objects_for_the_template() -> None:
    def call(arguments: str) -> dict[str, Any]:
        return {"id": "c", "type": "function", "function": {"name": "f", "arguments": arguments}}

    messages = [{"role": "assistant", "content": None, "tool_calls": [call('{"a": 1}'), call("oops"), call("")]}]
    said = _parse(messages=messages).messages[0].to_chat()

    assert said.content == ""
    assert [c["function"]["arguments"] for c in said.tool_calls] == [{"a": 1}, "oops", {}]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"logprobs": True}, 0),
        ({"logprobs": True, "top_logprobs": 3}, 3),
        ({"logprobs": False}, None),
    ],
)
def test_logprobs(fields: Any, expected: int | None) -> None:
    assert _parse(**fields).sampling()["logprobs"] == expected


@pytest.mark.parametrize(("seed", "expected"), [(0, 0), (2**40 + 5, 5), (-1, 2**31 - 1), (None, None)])
def test_any_seed_becomes_one_the_model_takes(seed: int | None, expected: int | None) -> None:
    assert _parse(seed=seed).sampling()["seed"] == expected


def test_both_names_of_the_token_limit_count() -> None:
    assert _parse(max_tokens=5).sampling()["max_tokens"] == 5
    assert _parse(max_tokens=5, max_completion_tokens=7).sampling()["max_tokens"] == 7


def test_tools_may_be_held_back() -> None:
    assert _parse(tools=[_TOOL]).calling()["tools"] == (_TOOL,)
    assert _parse(tools=[_TOOL], tool_choice="none").calling()["tools"] == ()


def test_the_form_of_the_answer_is_passed_on_as_it_is() -> None:
    schema = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}, "strict": True}}
    named = {"type": "function", "function": {"name": "f"}}

    calling = _parse(tools=[_TOOL], tool_choice=named, parallel_tool_calls=False, response_format=schema).calling()

    assert calling == {
        "tools": (_TOOL,),
        "tool_choice": named,
        "parallel_tool_calls": False,
        "response_format": schema,
    }
    assert _parse().calling()["parallel_tool_calls"] is True


@pytest.mark.parametrize(
    "fields",
    [
        {"tool_choice": "required"},
        {"tool_choice": {"type": "function", "function": {"name": "g"}}, "tools": [_TOOL]},
        {"tool_choice": "some", "tools": [_TOOL]},
    ],
)
def test_a_choice_among_nothing_is_refused(fields: Any) -> None:
    with pytest.raises(InvalidRequest):
        _parse(**fields)


@pytest.mark.parametrize(
    ("effort", "extra"),
    [
        (None, {}),
        ("low", {"reasoning_effort": "low", "enable_thinking": True}),
        ("none", {"reasoning_effort": "none", "enable_thinking": False}),
    ],
)
def test_effort_is_told_to_the_template(effort: str | None, extra: dict[str, Any]) -> None:
    assert _parse(reasoning_effort=effort).extra() == extra


def test_one_stop_string_is_a_list() -> None:
    assert _parse(stop="x").sampling()["stop"] == ("x",)


@pytest.mark.parametrize(
    "message",
    [
        {"role": "user", "content": None},
        {"role": "user", "content": "x", "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": ""}}]},
        {"role": "tool", "content": "x"},
        {"role": "user", "content": "x", "tool_call_id": "c"},
        {"role": "function", "content": "x"},
        {"role": "assistant", "content": None},
    ],
)
def test_messages_fit_their_roles(message: Any) -> None:
    with pytest.raises(InvalidRequest):
        _parse(messages=[message])
