"""Shared fields keep the API's bounds."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import InvalidRequest
from engine.server.wire import fields
from engine.server.wire.body import Body, parse


class _All(Body):
    metadata: fields.Metadata = {}
    temperature: fields.Temperature | None = None
    top_p: fields.TopP | None = None
    tools: fields.AssistantTools = []
    few: fields.RunTools | None = None
    tool_choice: fields.ToolChoice | None = None
    response_format: fields.ResponseFormat | None = None
    truncation_strategy: fields.TruncationStrategy | None = None
    tool_resources: fields.Resources = fields.ToolResources()
    new: fields.NewResources = fields.NewToolResources()
    reasoning_effort: fields.ReasoningEffort | None = None
    max_prompt_tokens: fields.TokenLimit | None = None


_CHUNKING = "new.file_search.vector_stores[0].chunking_strategy.type"
_CODE = {"type": "code_interpreter"}
_SCHEMA = {"name": "answer", "schema": {"type": "object"}, "strict": True}


@pytest.mark.parametrize(
    "body",
    [
        {"metadata": {f"k{i}": "v" for i in range(16)}},
        {"metadata": {"k" * 64: "v" * 512}},
        {"metadata": {}},
        {"temperature": 0, "top_p": 1},
        {"temperature": 2.0, "top_p": 0.5},
        {"tools": [_CODE] * 128},
        {"tools": [{"type": "function", "function": {"name": "a-b_C1", "parameters": {"x": [1, {"y": None}]}}}]},
        {"tools": [{"type": "file_search", "file_search": {"ranking_options": {"score_threshold": 0.5}}}]},
        {"tool_choice": "required"},
        {"tool_choice": {"type": "file_search"}},
        {"tool_choice": {"type": "function", "function": {"name": "f"}}},
        {"response_format": "auto"},
        {"response_format": {"type": "json_object"}},
        {"response_format": {"type": "json_schema", "json_schema": _SCHEMA}},
        {"truncation_strategy": {"type": "auto"}},
        {"truncation_strategy": {"type": "last_messages", "last_messages": 1}},
        {"tool_resources": {"code_interpreter": {"file_ids": []}, "file_search": None}},
        {"reasoning_effort": "xhigh", "max_prompt_tokens": 256},
        {"temperature": None, "response_format": None},
    ],
)
def test_what_the_api_allows_comes_through_unchanged(body: dict[str, Any]) -> None:
    assert parse(_All, body).given() == body


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"metadata": {f"k{i}": "v" for i in range(17)}}, "metadata"),
        ({"metadata": {"k": "v" * 513}}, "metadata.k"),
        ({"metadata": {"k": 1}}, "metadata.k"),
        ({"temperature": 2.1}, "temperature"),
        ({"top_p": -0.1}, "top_p"),
        ({"tools": [_CODE] * 129}, "tools"),
        ({"few": [_CODE] * 21}, "few"),
        ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, "tools[0].function.name"),
        ({"tools": [{"type": "function"}]}, "tools[0].function"),
        ({"tools": [{"type": "file_search", "file_search": {"max_num_results": 51}}]}, None),
        ({"tool_choice": "sometimes"}, "tool_choice"),
        ({"tool_choice": {"type": "function"}}, "tool_choice"),
        ({"tool_choice": 1}, "tool_choice"),
        ({"response_format": "json"}, "response_format"),
        ({"response_format": {"type": "yaml"}}, "response_format.type"),
        ({"truncation_strategy": {"type": "last_messages"}}, "truncation_strategy"),
        ({"truncation_strategy": {"type": "last_messages", "last_messages": 0}}, "truncation_strategy.last_messages"),
        ({"new": {"code_interpreter": {"file_ids": ["f"] * 21}}}, "new.code_interpreter.file_ids"),
        ({"new": {"file_search": {"vector_store_ids": ["a"], "vector_stores": [{}]}}}, "new.file_search"),
        ({"new": {"file_search": {"vector_stores": [{"chunking_strategy": {"type": "x"}}]}}}, _CHUNKING),
        ({"reasoning_effort": "huge"}, "reasoning_effort"),
        ({"max_prompt_tokens": 255}, "max_prompt_tokens"),
    ],
)
def test_what_it_does_not_is_refused_by_name(body: dict[str, Any], param: str | None) -> None:
    with pytest.raises(InvalidRequest) as refused:
        parse(_All, body)

    assert refused.value.param == (param or "tools[0].file_search.max_num_results")


def test_null_metadata_and_resources_are_empty() -> None:
    given = parse(_All, {"metadata": None, "tool_resources": None}).given()

    assert given == {"metadata": {}, "tool_resources": {}}
