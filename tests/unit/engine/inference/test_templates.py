"""Chat templates: rendered as their models expect, tamed when hostile, replaced when broken or missing."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.inference.templates import MAX_SOURCE, ChatTemplate, TemplateFailed

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
STRICT = """{{ bos_token }}
{%- if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}
{%- for message in messages %}
    {%- if (message.role == 'user') != (loop.index0 % 2 == 0) %}
        {{- raise_exception('Conversation roles must alternate') }}
    {%- endif %}
    {{- '[' + message.role + ']' + message.content + '\n' }}
{%- endfor %}"""


def user(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def assistant(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": text}


def system(text: str) -> dict[str, Any]:
    return {"role": "system", "content": text}


def template(source: str | None, *known: str, now: datetime.datetime | None = None) -> ChatTemplate:
    moment = now or datetime.datetime(2026, 1, 2, 3, 4)
    return ChatTemplate(
        source, tokens={"bos_token": "<s>", "eos_token": "</s>"}, knows=known.__contains__, now=lambda: moment
    )


def test_messages_reach_the_template_as_they_are() -> None:
    prompt = template(CHATML).render([system("Be brief."), user("Hi"), assistant("Hello"), user("Bye")])
    assert prompt.text == (
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
        "<|im_start|>assistant\nHello<|im_end|>\n"
        "<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n"
    )
    assert (prompt.stops, prompt.note) == ((), "")
    assert not template(CHATML).render([user("Hi")], open_turn=False).text.endswith("assistant\n")


def test_what_templates_are_written_for_is_there() -> None:
    source = (
        "{{ bos_token }}{{ messages[0].content }}{% for n in range(9) %}{% if n == 2 %}{% break %}{% endif %}{{ n }}"
        "{% endfor %}{% set ns = namespace(x=1) %}{% set ns.x = 5 %}{{ ns.x }} {{ strftime_now('%Y-%m-%d') }} "
        "{{ {'b': '炉<&>', 'a': 1} | tojson }} {% generation %}{{ thinking }}{% endgeneration %}{{ eos_token }}"
    )
    found = template(source)
    assert found.origin == "gguf"
    assert found.render([user("!")], extra={"thinking": "on"}).text == (
        '<s>!015 2026-01-02 {"b": "炉<&>", "a": 1} on</s>'
    )


def test_tools_are_none_or_a_list_and_arguments_an_object() -> None:
    source = (
        "{{ tools is none }}{% for m in messages %}{{ m.content }}"
        "{% for c in m.tool_calls or [] %}<call>{{ c.function.name }} {{ c.function.arguments | tojson }}</call>"
        "{% endfor %}{% endfor %}"
    )
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    messages = [user("x"), {**assistant(""), "tool_calls": [call]}]
    assert template(source).render(messages).text == 'Truex<call>f {"a": 1}</call>'
    assert template(source).render(messages, [{"type": "function"}]).text.startswith("False")
    call["function"]["arguments"] = "not json"  # type: ignore[index]
    assert template(source).render(messages).text == 'Truex<call>f "not json"</call>'


def test_a_template_without_system_role_gets_it_in_the_first_question() -> None:
    prompt = template(STRICT).render([system("Be brief."), user("Hi")])
    assert prompt.text == "<s>[user]Be brief.\n\nHi\n"
    assert prompt.note == ""


def test_a_template_that_drops_system_messages_gets_them_too() -> None:
    source = "{% for m in messages %}{% if m.role == 'user' %}[{{ m.content }}]{% endif %}{% endfor %}"
    assert template(source).render([system("Be brief."), user("Hi")]).text == "[Be brief.\n\nHi]"


def test_turns_are_joined_for_a_template_that_wants_them_to_alternate() -> None:
    prompt = template(STRICT).render([assistant("Welcome."), user("one"), user("two"), assistant("ok"), user("three")])
    assert prompt.text == "<s>[user]…\n[assistant]Welcome.\n[user]one\n\ntwo\n[assistant]ok\n[user]three\n"
    assert template(STRICT).render([system("Only this.")]).text == "<s>[user]Only this.\n"


def test_a_template_that_wants_parts_gets_parts() -> None:
    source = "{% for m in messages %}{% for part in m.content %}{{ part.text }}{% endfor %}{% endfor %}"
    assert template(source).render([user("Hi")]).text == "Hi"


@pytest.mark.parametrize(
    ("source", "note"),
    [
        (None, "has no chat template"),
        ("", "has no chat template"),
        ("{% if %}", "not valid"),
        ("{% unknown %}", "not valid"),
        ("nothing of the messages", "does not show"),
        ("{{ raise_exception('never') }}", "refuses"),
        ("{{ messages.missing.field }}", "refuses"),
        ("{{ 1 / 0 }}", "fails"),
        ("{{ messages[7] + 1 }}", "refuses"),
        ("{% for a in range(99999) %}{% for b in range(99999) %}xxxxxxxxxx{% endfor %}{% endfor %}", "without end"),
        ("{{ 'x' * 999999999999 }}", "refuses"),
        ("{{ [0] * 999999999999 }}", "refuses"),
        ("{{ 9 ** 9 ** 9 ** 9 }}", "refuses"),
        ("{{ '%999999999d' % 1 }}", "refuses"),
        ("{{ range(99999999999) | list }}", "fails"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "refuses"),
        ("{{ messages.append({}) }}", "refuses"),
        ("{% include '/etc/passwd' %}", "fails"),
        ("x" * (MAX_SOURCE + 1), "too long"),
    ],
)
def test_a_hostile_or_broken_template_is_not_used(source: str | None, note: str) -> None:
    found = template(source)
    assert found.origin == "fallback"
    assert note in found.note
    prompt = found.render([system("S"), user("Hi")])
    assert prompt.text == "System: S\n\nUser: Hi\n\nAssistant:"
    assert "\nUser:" in prompt.stops
    assert prompt.note == found.note
    with pytest.raises(TemplateFailed):
        found.run([user("Hi")])


def test_a_template_that_fails_on_some_messages_is_replaced_for_them() -> None:
    found = template("{{ messages[-1].content }}{% if messages | length > 3 %}{{ 1 / 0 }}{% endif %}", "<|im_start|>")
    assert found.origin == "gguf"
    assert found.render([user("Hi")]).text == "Hi"
    prompt = found.render([user("1"), assistant("2"), user("3"), assistant("4"), user("5")])
    assert prompt.text.startswith("<|im_start|>user\n1<|im_end|>")
    assert "ZeroDivisionError" in prompt.note


@pytest.mark.parametrize(
    ("token", "prompt", "stop"),
    [
        (
            "<|im_start|>",
            "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n",
            "<|im_end|>",
        ),
        ("<start_of_turn>", "<start_of_turn>user\nS\n\nU<end_of_turn>\n<start_of_turn>model\n", "<end_of_turn>"),
        ("<|start_header_id|>", "<|start_header_id|>system<|end_header_id|>\n\nS<|eot_id|>", "<|eot_id|>"),
    ],
)
def test_the_fallback_follows_the_vocabulary(token: str, prompt: str, stop: str) -> None:
    found = template(None, token).render([system("S"), user("U")])
    assert found.text.startswith(prompt)
    assert stop in found.stops


def test_the_fallback_writes_tools_and_calls_out() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    messages = [
        user("x"),
        {**assistant(""), "tool_calls": [call]},
        {"role": "tool", "content": "7", "tool_call_id": "1"},
    ]
    text = template(None).render(messages, [{"type": "function", "function": {"name": "f"}}]).text
    assert '"name": "f"' in text
    assert "<tool_response>\n7\n</tool_response>" in text


def test_words_that_look_like_fields_are_not_filled_in() -> None:
    assert "User: {role} {content}" in template(None).render([user("{role} {content}")]).text


messages = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(["system", "user", "assistant"]), "content": st.text(max_size=20)}),
    min_size=1,
    max_size=6,
)


@given(messages, st.sampled_from([CHATML, STRICT, None]))
def test_every_conversation_renders_and_shows_every_question(
    conversation: list[dict[str, Any]], source: str | None
) -> None:
    text = template(source).render(conversation).text
    assert all(message["content"].strip() in text for message in conversation if message["role"] != "assistant")
