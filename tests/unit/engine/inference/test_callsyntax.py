"""Reading calls out of whole texts, and hostile ones."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.inference.callsyntax import MAX_CALL_TEXT, Call, Tools, read_calls

TOOLS = Tools(
    {
        "f": {"properties": {"a": {"type": "integer"}, "s": {"type": "string"}, "flag": {"type": "boolean"}}},
        "get_time": {},
    }
)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ('{"name": "f"}', {}),
        ('{"name": "f", "arguments": null}', {}),
        ('{"name": "f", "a": 1}', {"a": 1}),
        ('{"tool": "f", "args": {"a": 1}}', {"a": 1}),
        ('{"name": "f", "arguments": {"a": 1,}}', {"a": 1}),
        ('{"function_call": {"name": "f", "arguments": "{\\"a\\": 1}"}}', {"a": 1}),
        ("f(a=1, flag=true)", {"a": 1, "flag": True}),
        ("f(flag=None)", {"flag": None}),
        (
            "<function=f>\n<parameter=s>\n007\n</parameter>\n<parameter=a>\n7\n</parameter>\n</function>",
            {"s": "007", "a": 7},
        ),
        ('<function name="f">{"a": 1}</function>', {"a": 1}),
        ("f\n<arg_key>flag</arg_key>\n<arg_value>False</arg_value>", {"flag": False}),
        ("call:f{a:1,s:<escape>x, y: {z}<escape>}", {"a": 1, "s": "x, y: {z}"}),
    ],
)
def test_one_call(text: str, arguments: dict[str, object]) -> None:
    (call,) = read_calls(text, TOOLS)
    assert call.name == "f"
    assert json.loads(call.arguments) == arguments


@pytest.mark.parametrize(
    "text",
    [
        "",
        "f",
        "f()+1",
        "f(a=__import__('os'))",
        "f(a=open)",
        "g(a=1)",
        '{"name": "g", "arguments": {}}',
        '{"name": "f", "arguments": [1]}',
        '{"name": "f", "comment": "an example"}',
        '[{"name": "f", "arguments": {}}, {"name": "g", "arguments": {}}]',
        "[" * 10_000,
        '{"a":' * 5_000,
        '{"name": "f", "arguments": {"s": "' + "x" * MAX_CALL_TEXT + '"}}',
        "<function=g></function>",
    ],
)
def test_no_call(text: str) -> None:
    assert read_calls(text, TOOLS) == ()


def test_names_are_met_halfway_but_never_invented() -> None:
    assert TOOLS.known("functions.getTime") == "get_time"
    assert TOOLS.known("Get-Time") == "get_time"
    assert TOOLS.known("gettimes") is None
    assert TOOLS.known(None) is None


@given(st.text(max_size=300))
def test_arguments_are_always_an_object_of_a_known_tool(text: str) -> None:
    for call in read_calls(text, TOOLS):
        assert isinstance(call, Call)
        assert call.name in TOOLS.schemas
        assert isinstance(json.loads(call.arguments), dict)
