"""The events of one answer: text, calls, text again, and the end."""

from __future__ import annotations

import pytest

from engine.errors import WorkerFailed
from engine.inference.port import Generation, TextDelta
from engine.server.responding import Responding
from engine.server.wire.body import parse
from engine.server.wire.responses import CreateResponse
from engine.types import Usage

_TOOL = {"type": "function", "function": {"name": "clock", "parameters": {}}}
_ENDED = Generation(
    finish="stop", usage=Usage(prompt_tokens=3, completion_tokens=2), read_seconds=0.1, write_seconds=0.1, seed=1
)


@pytest.fixture
def answer() -> Responding:
    return Responding(parse(CreateResponse, {"model": "m", "input": "x"}), model="local", tools=(_TOOL,))


def test_text_and_calls_are_items_of_their_own(answer: Responding) -> None:
    text = 'Let me look.\n<tool_call>{"name": "clock", "arguments": {}}</tool_call>'
    events = [*answer.opening(), *answer.take(TextDelta(text=text, tokens=9)), *answer.close(), answer.end(_ENDED)]

    assert [item["type"] for item in answer.output] == ["message", "function_call"]
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    added = [event["output_index"] for event in events if event["type"] == "response.output_item.added"]
    assert added == [0, 1]
    whole = events[-1]["response"]
    assert (whole["status"], whole["model"], whole["usage"]["total_tokens"]) == ("completed", "local", 5)
    assert all(item["status"] == "completed" for item in whole["output"])


def test_an_empty_answer_is_an_empty_message(answer: Responding) -> None:
    answer.close()
    assert answer.output[0]["content"][0]["text"] == ""


def test_a_failure_carries_its_words(answer: Responding) -> None:
    event = answer.fail(WorkerFailed("It stopped."))
    assert event["type"] == "response.failed"
    assert event["response"]["error"] == {"code": "server_error", "message": "It stopped."}
