"""From which token on a grammar holds."""

from __future__ import annotations

import dataclasses
import json

from engine.inference.formats import FALLBACK
from engine.inference.triggers import Demand, Triggers

TOOLS = tuple(
    {
        "type": "function",
        "function": {"name": name, "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}}},
    }
    for name in ("first", "second")
)


def triggers(**changes: object) -> Triggers:
    return Triggers(
        dataclasses.replace(Demand(tools=TOOLS), **changes), FALLBACK, lambda text: json.dumps(text) if text else ""
    )  # type: ignore[arg-type]


def test_free_text_until_the_marker() -> None:
    watch = triggers()
    assert watch.at_start() is None
    assert watch.feed("I will look. <tool") is None
    trigger = watch.feed("_call>\n")
    assert trigger is not None
    assert trigger.last
    assert trigger.written == "\n"
    grammar = trigger.grammar
    assert '"first' in grammar
    assert '"second' in grammar
    assert "<tool_call>" not in grammar.splitlines()[0].split("call", 1)[0]


def test_a_bare_object_that_names_a_tool() -> None:
    watch = triggers()
    assert watch.feed('```json\n{\n  "name": "second",') is None
    trigger = watch.feed('\n  "arguments": {')
    assert trigger is not None
    assert not trigger.last
    assert trigger.written == "{"
    assert '"}"' in trigger.grammar.splitlines()[0]


def test_a_bare_object_that_names_no_tool_stays_free() -> None:
    watch = triggers()
    assert watch.feed('{"name": "Alice", "arguments": ') is None


def test_required_and_named() -> None:
    required = triggers(tool_choice="required").at_start()
    assert required is not None
    assert "){0,7}" in required.grammar.splitlines()[0]
    named = triggers(tool_choice={"type": "function", "function": {"name": "second"}}).at_start()
    assert named is not None
    assert "first" not in named.grammar
    assert "){" not in named.grammar.splitlines()[0]


def test_none_means_none() -> None:
    watch = triggers(tool_choice="none")
    assert watch.at_start() is None
    assert watch.feed("<tool_call>") is None


def test_json_answers() -> None:
    schema = {"type": "object", "properties": {"x": {"type": "string"}}}
    wanted = {"type": "json_schema", "json_schema": {"name": "n", "schema": schema}}
    for form, expected in ((wanted, '"x"'), ({"type": "json_object"}, '"object"')):
        trigger = triggers(tools=(), response_format=form).at_start()
        assert trigger is not None
        assert expected in trigger.grammar
    assert triggers(tools=(), response_format={"type": "text"}).at_start() is None
    assert triggers(tools=(), response_format="auto").at_start() is None
    assert triggers(response_format=wanted).at_start() is None, "with tools the model is free to call first"
