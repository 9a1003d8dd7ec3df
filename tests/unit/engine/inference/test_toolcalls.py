"""The incremental parser, over every family's form and the near misses of small models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.inference.callsyntax import Tools
from engine.inference.toolcalls import CallArguments, CallEnd, CallStart, Part, Reasoning, Text, ToolCallParser

TOOLS = Tools(
    {
        "get_weather": {"properties": {"city": {"type": "string"}, "days": {"type": "integer"}}},
        "course_info": {"properties": {"query": {"type": "string"}}},
    }
)
PARIS = ("get_weather", {"city": "Paris"})
OBJECT = '{"name": "get_weather", "arguments": {"city": "Paris"}}'

# family -> (what the model writes, the calls in it), in the form of the families' public templates
FAMILIES = {
    "hermes": (f"<tool_call>\n{OBJECT}\n</tool_call>", [PARIS]),
    "hermes, two": (
        f"<tool_call>\n{OBJECT}\n</tool_call>\n<tool_call>\n" + '{"name": "course_info", "arguments": {"query": "S"}}'
        "\n</tool_call>",
        [PARIS, ("course_info", {"query": "S"})],
    ),
    "llama 3 json": ('{"name": "get_weather", "parameters": {"city": "Paris"}}', [PARIS]),
    "llama 3 python tag": ('<|python_tag|>get_weather.call(city="Paris")', [PARIS]),
    "llama 3 python tag json": ('<|python_tag|>{"name": "get_weather", "parameters": {"city": "Paris"}}', [PARIS]),
    "llama 3.2 pythonic": (
        '[get_weather(city="Paris"), course_info(query="S")]',
        [PARIS, ("course_info", {"query": "S"})],
    ),
    "mistral": (f"[TOOL_CALLS][{OBJECT}, {OBJECT}]", [PARIS, PARIS]),
    "ministral": ('[TOOL_CALLS]get_weather[ARGS]{"city": "Paris"}', [PARIS]),
    "mistral with id": ('[TOOL_CALLS]get_weather[CALL_ID]abc12[ARGS]{"city": "Paris"}', [PARIS]),
    "gemma 3": ('```tool_code\nprint(get_weather(city="Paris"))\n```', [PARIS]),
    "functiongemma": (
        "<start_function_call>call:get_weather{city:<escape>Paris<escape>,days:2}<end_function_call>",
        [("get_weather", {"city": "Paris", "days": 2})],
    ),
    "gemma 4": ('<|tool_call>call:get_weather{city:<|"|>Paris<|"|>}<tool_call|>', [PARIS]),
    "phi 4": (f"<|tool_call|>[{OBJECT}]<|/tool_call|>", [PARIS]),
    "phi 4 functools": (f"functools[{OBJECT}]", [PARIS]),
    "deepseek v3": (
        "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n"
        '{"city": "Paris"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
        [PARIS],
    ),
    "deepseek v3.1": (
        '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{"city": "Paris"}'
        '<｜tool▁call▁end｜><｜tool▁call▁begin｜>course_info<｜tool▁sep｜>{"query": "S"}'
        "<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
        [PARIS, ("course_info", {"query": "S"})],
    ),
    "glm": ("<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Paris</arg_value>\n</tool_call>", [PARIS]),
    "qwen 3 coder": (
        "<tool_call>\n<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n<parameter=days>\n3\n"
        "</parameter>\n</function>\n</tool_call>",
        [("get_weather", {"city": "Paris", "days": 3})],
    ),
    "lfm2": ('<|tool_call_start|>[get_weather(city="Paris")]<|tool_call_end|>', [PARIS]),
    "granite": (f"<|tool_call|>[{OBJECT}]", [PARIS]),
    "kimi": (
        "<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>"
        '{"city": "Paris"}<|tool_call_end|><|tool_calls_section_end|>',
        [PARIS],
    ),
    "harmony": (
        "<|channel|>analysis<|message|>Weather.<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather "
        '<|constrain|>json<|message|>{"city": "Paris"}<|call|>',
        [PARIS],
    ),
    "harmony, recipient first": (
        '<|start|>assistant to=functions.get_weather<|channel|>commentary json<|message|>{"city": "Paris"}<|call|>',
        [PARIS],
    ),
}
NEAR_MISSES = {
    "fenced after prose": (f"Let me look.\n```json\n{OBJECT}\n```", [PARIS]),
    "fence holds a tag": (f"```xml\n<tool_call>{OBJECT}</tool_call>\n```", [PARIS]),
    "bare object": (OBJECT, [PARIS]),
    "name(args)": ('get_weather(city="Paris")', [PARIS]),
    "name(positional)": ('get_weather("Paris", 3)\n', [("get_weather", {"city": "Paris", "days": 3})]),
    "wrong tag": (f"<function_call>{OBJECT}</function_call>", [PARIS]),
    "trailing text": (f"{OBJECT}\nI will now wait.", [PARIS]),
    "single quotes": ("{'name': 'get_weather', 'arguments': {'city': 'Paris'}}", [PARIS]),
    "two in one list": (f"[{OBJECT}, {OBJECT}]", [PARIS, PARIS]),
    "arguments as a string": ('{"name": "get_weather", "arguments": "{\\"city\\": \\"Paris\\"}"}', [PARIS]),
    "wrapped": ('{"type": "function", "function": {"name": "get_weather", "parameters": {"city": "Paris"}}}', [PARIS]),
    "name as key": ('{"get_weather": {"city": "Paris"}}', [PARIS]),
    "prefixed name": ('{"name": "functions.Get-Weather", "arguments": {"city": "Paris"}}', [PARIS]),
    "unclosed tag": (f"<tool_call>\n{OBJECT}", [PARIS]),
    "missing brace": ("<tool_call>\n" + OBJECT[:-1] + "\n</tool_call>", [PARIS]),
    "a brace in a string": (
        '<tool_call>{"name": "course_info", "arguments": {"query": "a } \\" { b"}}</tool_call>',
        [("course_info", {"query": 'a } " { b'})],
    ),
}
NO_CALLS = {
    "plain": "Paris is sunny today.",
    "unknown tool in tags": '<tool_call>{"name": "delete_all", "arguments": {}}</tool_call> done',
    "an example of another tool": '```json\n{"name": "send_mail", "arguments": {"to": "x"}}\n```',
    "name in prose": "get_weather is what I would use.",
    "call in prose": 'get_weather(city="x") is how it is called.',
    "python code": '```python\nimport os\nget_weather(city="x")\n```\n',
    "json answer": '{"answer": 42}',
    "footnotes": "[1] one\n[2] two",
    "comparison": "if a < b and b > <tool then",
    "set": "{ a, b }\n",
    "inline fence": "```inline``` words",
}


def parse(text: str, sizes: list[int] | None = None, *, reasoning: bool = False) -> list[Part]:
    parser = ToolCallParser(TOOLS, reasoning=reasoning)
    parts: list[Part] = []
    if sizes is None:
        parts += parser.feed(text)
    else:
        position = 0
        for size in sizes:
            parts += parser.feed(text[position : position + size])
            position += size
        parts += parser.feed(text[position:])
    parts += parser.finish()
    return merged(parts)


def merged(parts: list[Part]) -> list[Part]:
    out: list[Part] = []
    for part in parts:
        if out and type(out[-1]) is type(part) and isinstance(part, Text | Reasoning | CallArguments):
            out[-1] = type(part)(out[-1].text + part.text)  # type: ignore[union-attr]
        else:
            out.append(part)
    return out


def calls(parts: list[Part]) -> list[tuple[str, object]]:
    names = [p.name for p in parts if isinstance(p, CallStart)]
    arguments = [json.loads(p.text) for p in parts if isinstance(p, CallArguments)]
    assert sum(isinstance(p, CallEnd) for p in parts) == len(names)
    return list(zip(names, arguments, strict=True))


@pytest.mark.parametrize(
    ("text", "expected"), [*FAMILIES.values(), *NEAR_MISSES.values()], ids=[*FAMILIES, *NEAR_MISSES]
)
def test_calls_are_found(text: str, expected: list[tuple[str, object]]) -> None:
    assert calls(parse(text)) == expected


@pytest.mark.parametrize("text", NO_CALLS.values(), ids=NO_CALLS)
def test_no_call_is_invented_and_no_text_lost(text: str) -> None:
    assert parse(text) == [Text(text)]


@given(
    st.sampled_from([*(text for text, _ in [*FAMILIES.values(), *NEAR_MISSES.values()]), *NO_CALLS.values()]),
    st.lists(st.integers(1, 9), max_size=80),
)
def test_any_split_gives_the_same_parts(text: str, sizes: list[int]) -> None:
    assert parse(text, sizes) == parse(text)


_PIECES = [
    "<tool_call>",
    "</tool_call>",
    OBJECT,
    "```",
    "json\n",
    "\n",
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    "get_weather",
    "(",
]
_PIECES += [
    ")",
    "<think>",
    "</think>",
    "<function=",
    "word ",
    "[TOOL_CALLS]",
    "<|channel|>final<|message|>",
    "<|",
    "中文",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=25).map("".join), st.lists(st.integers(1, 7), max_size=60))
def test_any_split_of_rubble_gives_the_same_parts(text: str, sizes: list[int]) -> None:
    assert parse(text, sizes) == parse(text)


@given(st.text(max_size=200))
def test_text_without_markers_comes_through_unchanged(text: str) -> None:
    parser = ToolCallParser(Tools({}))
    parts = [*parser.feed(text), *parser.finish()]
    if not any(mark in text for mark in ("<", "[")):
        assert "".join(p.text for p in parts if isinstance(p, Text)) == text


def test_arguments_stream_as_they_come() -> None:
    parser = ToolCallParser(TOOLS)
    assert parser.feed('<tool_call>\n{"name": "course_info", "arguments": {"qu') == [
        CallStart("course_info"),
        CallArguments('{"qu'),
    ]
    assert parser.feed('ery": "S"') == [CallArguments('ery": "S"')]
    assert parser.feed("}}\n</tool_call>") == [CallArguments("}"), CallEnd()]
    assert parser.finish() == []


def test_text_before_a_marker_is_not_held_back() -> None:
    parser = ToolCallParser(TOOLS)
    assert parser.feed("Hello <to") == [Text("Hello ")]
    assert parser.feed("morrow>") == [Text("<tomorrow>")]


def test_thinking_is_told_apart_and_may_be_open_from_the_start() -> None:
    assert parse("<think>\nhm\n</think>\n\nHi") == [Reasoning("\nhm\n"), Text("Hi")]
    assert parse("hm</think>\nHi", reasoning=True) == [Reasoning("hm"), Text("Hi")]
    assert parse("<|channel|>final<|message|>Hi<|return|>") == [Text("Hi")]


def test_a_runaway_object_becomes_text() -> None:
    text = '{"name": "get_weather", "arguments": {"city": "' + "x" * 20_000
    assert "".join(p.text for p in parse(text) if isinstance(p, Text)) == text


def program(text: str, sizes: list[int]) -> list[Part]:
    parser = ToolCallParser(Tools({}), code_tool="code_interpreter")
    parts: list[Part] = []
    position = 0
    for size in [*sizes, len(text)]:
        parts += parser.feed(text[position : position + size])
        position += size
    return merged(parts + parser.finish())


@given(st.lists(st.integers(1, 6), max_size=40))
def test_a_fence_of_python_is_a_call_where_code_is_run(sizes: list[int]) -> None:
    assert program("Let me see.\n```python\nx = 1\nprint(x)\n```\n", sizes) == [
        Text("Let me see.\n"),
        CallStart("code_interpreter"),
        CallArguments("x = 1\nprint(x)\n"),
        CallEnd(),
    ]
    sql = "```sql\nSELECT 1;\n```\n"
    assert program(sql, sizes) == [Text(sql)]


def test_a_fence_that_never_closes_is_a_call_too() -> None:
    assert program("```py\nx", []) == [CallStart("code_interpreter"), CallArguments("x"), CallEnd()]


RECORDED = json.loads((Path(__file__).parent / "data" / "calls_of_public_templates.json").read_text("utf-8"))
CITY = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}}


@pytest.mark.parametrize("family", RECORDED)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_what_public_templates_write_is_read_at_any_split(family: str, size: int) -> None:
    """The assistant's turn as the model's own template renders it, recorded from the templates llama.cpp ships."""
    text = RECORDED[family]["text"]
    parser = ToolCallParser(Tools({"get_weather": CITY, "get_news": CITY}))
    parts = [part for i in range(0, len(text), size) for part in parser.feed(text[i : i + size])] + parser.finish()

    made: list[list[str]] = []
    for part in parts:
        match part:
            case CallStart(name=name):
                made.append([name, ""])
            case CallArguments(text=piece):
                made[-1][1] += piece
    expected = [("get_weather", {"city": "Paris", "days": 2}), ("get_news", {"city": "São Paulo"})]
    assert [(name, json.loads(arguments)) for name, arguments in made] == expected[: RECORDED[family]["calls"]]
