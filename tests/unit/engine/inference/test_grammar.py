"""Grammar text; what it lets through is tested with a real vocabulary in test_constraint."""

from __future__ import annotations

import dataclasses
import json

from engine.inference import grammar
from engine.inference.formats import FALLBACK


def literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if text else ""


TOOL = {"type": "function", "function": {"name": "查询", "parameters": {"properties": {"a": {"type": "string"}}}}}


def test_calls_in_the_template_s_own_words() -> None:
    text = grammar.calls(FALLBACK, [TOOL], literal, most=8, opened=False)
    assert text is not None
    start, call, arguments = text.splitlines()
    assert start.startswith('start: "<tool_call>\\n{\\"name\\": \\"" call (')
    assert call == 'call: "查询\\", \\"arguments\\": " arguments_0'
    assert arguments.startswith("arguments_0: %json {")


def test_a_format_without_a_separator_has_one_call() -> None:
    form = dataclasses.replace(FALLBACK, between=None)
    text = grammar.calls(form, [TOOL], literal, most=8, opened=True)
    assert text is not None
    assert "){" not in text


def test_a_style_that_is_no_grammar_of_ours() -> None:
    form = dataclasses.replace(FALLBACK, style="gemma")
    assert grammar.calls(form, [TOOL], literal, most=8, opened=True) is None


def test_objects_are_closed_unless_the_schema_opens_them() -> None:
    schema = {
        "type": "object",
        "properties": {
            "open": {"type": "object", "properties": {}, "additionalProperties": True},
            "list": {"type": "array", "items": {"properties": {"b": {}}}},
            "either": {"anyOf": [{"properties": {"c": {}}}]},
            "fixed": {"enum": [{"properties": {"not": "a schema"}}]},
        },
    }
    closed = grammar.strict(schema)
    assert closed["additionalProperties"] is False
    assert closed["properties"]["open"]["additionalProperties"] is True
    assert closed["properties"]["list"]["items"]["additionalProperties"] is False
    assert closed["properties"]["either"]["anyOf"][0]["additionalProperties"] is False
    assert closed["properties"]["fixed"] == schema["properties"]["fixed"]  # type: ignore[index]


def test_answers() -> None:
    assert "whitespace_flexible" in grammar.answer(None)
    assert '"const"' in grammar.answer({"const": 1})
