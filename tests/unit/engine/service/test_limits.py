"""Every bound at the front door, on both of its sides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.errors import InvalidRequest
from engine.service.limits import check_assistant, check_message, check_metadata, check_run, check_tools
from engine.types import UNSET, ImageFilePart, JsonObject, NewMessage, RefusalPart, RunRequest, TextPart

FUNCTION: JsonObject = {"type": "function", "function": {"name": "get_weather"}}
PLAIN = RunRequest(assistant_id="asst_1")


def text(value: str) -> NewMessage:
    return NewMessage(role="user", content=(TextPart(text=value),))


def refused(check: Any, *args: Any, **kwargs: Any) -> str | None:
    with pytest.raises(InvalidRequest) as caught:
        check(*args, **kwargs)
    return caught.value.param


@pytest.mark.parametrize(
    "fields",
    [
        {"model": "m", "name": "n" * 256, "description": "d" * 512, "instructions": "i" * 256_000},
        {"temperature": 0, "top_p": 1.0, "tools": [FUNCTION] * 128},
        {"temperature": 2.0, "top_p": 0, "metadata": {"k" * 64: "v" * 512}},
        {"name": None, "temperature": None, "model": UNSET, "response_format": "auto"},
        {"response_format": {"type": "json_object"}, "reasoning_effort": "low"},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": {}}}},
    ],
)
def test_what_an_assistant_may_be(fields: JsonObject) -> None:
    check_assistant(fields)


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"model": ""}, "model"),
        ({"model": 7}, "model"),
        ({"name": "n" * 257}, "name"),
        ({"description": "d" * 513}, "description"),
        ({"instructions": "i" * 256_001}, "instructions"),
        ({"temperature": 2.1}, "temperature"),
        ({"temperature": -0.1}, "temperature"),
        ({"temperature": True}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
        ({"top_p": 1.01}, "top_p"),
        ({"top_p": "1"}, "top_p"),
        ({"tools": [FUNCTION] * 129}, "tools"),
        ({"reasoning_effort": "enormous"}, "reasoning_effort"),
        ({"response_format": "json"}, "response_format"),
        ({"response_format": {"type": "xml"}}, "response_format"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema.name"),
        ({"metadata": {str(i): "" for i in range(17)}}, "metadata"),
    ],
)
def test_what_an_assistant_may_not_be(fields: JsonObject, param: str) -> None:
    assert refused(check_assistant, fields) == param


@pytest.mark.parametrize(
    "changes",
    [
        {"max_prompt_tokens": 256, "max_completion_tokens": 256},
        {"tools": (FUNCTION,) * 20, "tool_choice": {"type": "function", "function": {"name": "get_weather"}}},
        {"truncation_strategy": {"type": "auto"}, "tool_choice": "none"},
        {"truncation_strategy": {"type": "last_messages", "last_messages": 1}, "tool_choice": {"type": "file_search"}},
        {"truncation_strategy": {"type": "auto", "last_messages": None}},
        {"additional_messages": (text("hi"),), "additional_instructions": "Be short."},
    ],
)
def test_what_a_run_may_ask(changes: JsonObject) -> None:
    check_run(replace(PLAIN, **changes))


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"max_prompt_tokens": 255}, "max_prompt_tokens"),
        ({"max_completion_tokens": 255}, "max_completion_tokens"),
        ({"max_completion_tokens": True}, "max_completion_tokens"),
        ({"tools": (FUNCTION,) * 21}, "tools"),
        ({"truncation_strategy": {"type": "middle"}}, "truncation_strategy.type"),
        ({"truncation_strategy": "auto"}, "truncation_strategy.type"),
        ({"truncation_strategy": {"type": "last_messages"}}, "truncation_strategy.last_messages"),
        ({"truncation_strategy": {"type": "last_messages", "last_messages": 0}}, "truncation_strategy.last_messages"),
        ({"tool_choice": "always"}, "tool_choice"),
        ({"tool_choice": {"type": "function"}}, "tool_choice.function.name"),
        ({"tool_choice": {"type": "function", "function": "get_weather"}}, "tool_choice.function.name"),
        ({"additional_instructions": "i" * 256_001}, "additional_instructions"),
        ({"additional_messages": (text(""),)}, "additional_messages"),
        ({"temperature": 3}, "temperature"),
        ({"model": ""}, "model"),
    ],
)
def test_what_a_run_may_not_ask(changes: JsonObject, param: str) -> None:
    assert refused(check_run, replace(PLAIN, **changes)) == param


def test_messages() -> None:
    check_message(text("x" * 256_000))
    check_message(NewMessage(role="assistant", content=(ImageFilePart(file_id="file_1"),)))
    check_message(NewMessage(role="assistant", content=(RefusalPart(refusal="No."),)))
    assert refused(check_message, text("x" * 256_001)) == "content"
    assert refused(check_message, text("")) == "content"
    assert refused(check_message, NewMessage(role="user", content=()), param="messages") == "messages"
    assert refused(check_message, NewMessage(role="system", content=(TextPart(text="x"),))) == "role"  # type: ignore[arg-type]
    two = NewMessage(role="user", content=(TextPart(text="x" * 200_000), TextPart(text="x" * 200_000)))
    assert refused(check_message, two) == "content"
    assert refused(check_message, replace(text("x"), metadata={"k": "v" * 513})) == "metadata"


@pytest.mark.parametrize("metadata", [{"k" * 65: "v"}, {"k": 1}, {1: "v"}, ["k"], {"k": "v" * 513}])
def test_bad_metadata(metadata: Any) -> None:
    assert refused(check_metadata, metadata) == "metadata"


@pytest.mark.parametrize(
    ("tool", "param"),
    [
        ({"type": "retrieval"}, "tools[0].type"),
        ("file_search", "tools[0].type"),
        ({"type": "function"}, "tools[0].function.name"),
        ({"type": "function", "function": {"name": "two words"}}, "tools[0].function.name"),
        ({"type": "function", "function": {"name": "n" * 65}}, "tools[0].function.name"),
    ],
)
def test_bad_tools(tool: Any, param: str) -> None:
    assert refused(check_tools, [tool], 20) == param
