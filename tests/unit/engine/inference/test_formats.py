"""Formats learned from templates in the shape of the public families' own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.inference.formats import FALLBACK, CallFormat, fallback_prompt, flatten_calls, learn
from engine.types import JsonObject

CHATML = (
    "{% if tools %}<|im_start|>system\n<tools>{% for t in tools %}\n{{ t | tojson }}{% endfor %}\n</tools><|im_end|>\n"
    "{% endif %}{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}{% for c in m.tool_calls or [] %}CALL"
    "{% endfor %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
HERMES = CHATML.replace(
    "CALL",
    '{% if not loop.first %}{{ "\\n" }}{% endif %}<tool_call>\n{"name": "{{ c.function.name }}", "arguments": '
    "{{ c.function.arguments | tojson }}}\n</tool_call>",
)
QWEN_CODER = CHATML.replace(
    "CALL",
    "<tool_call>\n<function={{ c.function.name }}>\n{% for k, v in c.function.arguments.items() %}<parameter={{ k }}>\n"
    "{{ v }}\n</parameter>\n{% endfor %}</function>\n</tool_call>",
)
GLM = CHATML.replace(
    "CALL",
    "<tool_call>{{ c.function.name }}\n{% for k, v in c.function.arguments.items() %}<arg_key>{{ k }}</arg_key>\n"
    "<arg_value>{{ v }}</arg_value>\n{% endfor %}</tool_call>",
)
MINISTRAL = CHATML.replace("CALL", "[TOOL_CALLS]{{ c.function.name }}[ARGS]{{ c.function.arguments | tojson }}")
DEEPSEEK = CHATML.replace("{% if tools %}", "{% if false %}").replace(
    "CALL", "<｜tool▁call▁begin｜>{{ c.function.name }}<｜tool▁sep｜>{{ '' + c.function.arguments }}<｜tool▁call▁end｜>"
)
LLAMA = CHATML.replace(
    "CALL",
    "{% if m.tool_calls | length != 1 %}{{ raise_exception('one') }}{% endif %}"
    '{"name": "{{ c.function.name }}", "parameters": {{ c.function.arguments | tojson }}}',
)
WITH_ID = CHATML.replace("CALL", "[C]{{ c.id }}:{{ c.function.name }}:{{ c.function.arguments | tojson }}")
THINKING = HERMES.replace(
    "{{ m.content }}", "{% if m.role == 'assistant' %}<think>\n\n</think>\n\n{% endif %}{{ m.content }}"
)


def learned(source: str) -> CallFormat:
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)

    def refuse(message: str) -> None:
        raise ValueError(message)

    environment.globals["raise_exception"] = refuse
    template = environment.from_string(source)

    def render(messages: list[JsonObject], tools: list[JsonObject], open_turn: bool) -> str:
        variables: dict[str, Any] = {"messages": messages, "tools": tools, "add_generation_prompt": open_turn}
        return template.render(variables)

    return learn(render)


def test_hermes() -> None:
    assert learned(HERMES) == CallFormat(
        before='<tool_call>\n{"name": "',
        middle='", "arguments": ',
        between='}\n</tool_call>\n<tool_call>\n{"name": "',
        end="}\n</tool_call>",
        marker="<tool_call>",
    )


def test_an_empty_thought_before_the_call_is_not_part_of_it() -> None:
    assert learned(THINKING) == learned(HERMES)


@pytest.mark.parametrize(
    ("source", "style", "marker", "between"),
    [
        (QWEN_CODER, "xml", "<tool_call>", "</function>\n</tool_call><tool_call>\n<function="),
        (GLM, "glm", "<tool_call>", "</tool_call><tool_call>"),
        (MINISTRAL, "json", "[TOOL_CALLS]", "[TOOL_CALLS]"),
        (LLAMA, "json", "", None),
    ],
    ids=["qwen coder", "glm", "ministral", "llama"],
)
def test_families(source: str, style: str, marker: str, between: str | None) -> None:
    found = learned(source)
    assert (found.style, found.marker, found.between) == (style, marker, between)
    assert found.described
    assert found.written


def test_a_template_that_writes_calls_but_hides_the_tools() -> None:
    found = learned(DEEPSEEK)
    assert (found.before, found.middle, found.end) == ("<｜tool▁call▁begin｜>", "<｜tool▁sep｜>", "<｜tool▁call▁end｜>")
    assert found.written
    assert not found.described


@pytest.mark.parametrize("source", [CHATML.replace("CALL", ""), WITH_ID, "{{ raise_exception('no') }}"])
def test_whatever_shows_no_pattern_gets_the_fallback(source: str) -> None:
    assert learned(source) == FALLBACK


def test_fallback_prompt_names_tools_and_form() -> None:
    text = fallback_prompt([{"type": "function", "function": {"name": "查询"}}])
    assert '"查询"' in text
    assert "<tool_call>" in text


def test_calls_and_results_become_text() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    messages: list[JsonObject] = [
        {"role": "user", "content": "q"},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "1"},
        {"role": "tool", "tool_call_id": "c2", "content": "2"},
    ]
    assert flatten_calls(messages) == [
        {"role": "user", "content": "q"},
        {"role": "assistant", "content": '<tool_call>\n{"name": "f", "arguments": {"a": 1}}\n</tool_call>'},
        {"role": "user", "content": "<tool_response>\n1\n</tool_response>\n<tool_response>\n2\n</tool_response>"},
    ]
