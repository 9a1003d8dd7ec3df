"""Items of the Responses API: kept under new ids, and read as the messages a template takes."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import InvalidRequest
from engine.server.wire.body import parse
from engine.server.wire.responses import CreateResponse, chat_messages


def _kept(*items: Any) -> list[Any]:
    return [item.kept() for item in parse(CreateResponse, {"model": "m", "input": list(items)}).input]


def test_calls_made_together_become_one_message() -> None:
    calls = [
        {"type": "function_call", "call_id": f"c{n}", "name": "clock", "arguments": arguments}
        for n, arguments in enumerate(('{"zone": 1}', "broken"))
    ]
    outputs = [{"type": "function_call_output", "call_id": f"c{n}", "output": f"{n}h"} for n in range(2)]

    messages = chat_messages(_kept({"role": "user", "content": "Time?"}, *calls, *outputs), instructions="Be brief.")

    assert [message.role for message in messages] == ["system", "user", "assistant", "tool", "tool"]
    assert [call["function"]["arguments"] for call in messages[2].tool_calls] == [{"zone": 1}, "broken"]
    assert [(m.name, m.content) for m in messages[3:]] == [("clock", "0h"), ("clock", "1h")]


def test_answers_may_be_sent_back_as_they_came() -> None:
    part = {"type": "output_text", "text": "Hi", "annotations": [], "logprobs": []}
    answer = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [part]}
    thoughts = {"id": "rs_1", "type": "reasoning", "summary": [], "encrypted_content": None}

    kept = _kept(answer, thoughts)

    assert kept[0]["content"] == [part]
    assert kept[0]["id"] != "msg_1"
    assert [m.content for m in chat_messages(kept, instructions=None)] == ["Hi"]


def test_nothing_to_answer_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="nothing to answer"):
        chat_messages([], instructions=None)


def test_tools_and_forms_are_handed_on_in_the_shape_of_chat_completions() -> None:
    body = parse(
        CreateResponse,
        {
            "model": "m",
            "input": "x",
            "tools": [{"type": "function", "name": "f", "parameters": None, "strict": True}],
            "tool_choice": {"type": "function", "name": "f"},
            "text": {"format": {"type": "json_object"}},
            "max_output_tokens": 5,
        },
    )
    calling = body.calling()
    assert calling["tools"] == ({"type": "function", "function": {"name": "f", "strict": True}},)
    assert calling["tool_choice"] == {"type": "function", "function": {"name": "f"}}
    assert calling["response_format"] == {"type": "json_object"}
    assert body.sampling()["max_tokens"] == 5
