"""A growing answer: chunks and whole agree, calls are told from text."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from engine.inference.port import Generation, TextDelta
from engine.server.completion import Answer, completion_usage_json
from engine.types import JsonObject, Usage

_TOOL: JsonObject = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
_USAGE = Usage(prompt_tokens=3, completion_tokens=2, cached_tokens=1)
_ENDED = Generation(finish="stop", usage=_USAGE, read_seconds=0, write_seconds=0, seed=1)


def _answer(pieces: list[str], tools: tuple[JsonObject, ...] = ()) -> tuple[list[JsonObject], JsonObject]:
    answer = Answer(model="m", tools=tools, with_logprobs=False)
    chunks = [answer.opening()]
    for piece in pieces:
        chunks += answer.take(TextDelta(text=piece, tokens=1))
    chunks += answer.close(_ENDED)
    return chunks, answer.whole(_ENDED)


def _text(chunks: list[JsonObject]) -> str:
    return "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks)


@given(st.lists(st.text(max_size=10)))
def test_pieces_and_whole_say_the_same(pieces: list[str]) -> None:
    chunks, whole = _answer(pieces)

    assert _text(chunks) == (whole["choices"][0]["message"]["content"] or "")
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"


def test_a_call_comes_with_name_first_and_arguments_after() -> None:
    text = '<tool_call>{"name": "weather", "arguments": {"city": "Oslo"}}</tool_call>'
    chunks, whole = _answer(list(text), (_TOOL,))

    deltas = [c["choices"][0]["delta"]["tool_calls"][0] for c in chunks if "tool_calls" in c["choices"][0]["delta"]]
    assert deltas[0]["function"] == {"name": "weather", "arguments": ""}
    assert all("id" not in delta for delta in deltas[1:])
    (call,) = whole["choices"][0]["message"]["tool_calls"]
    assert "".join(d["function"]["arguments"] for d in deltas) == call["function"]["arguments"]
    assert json.loads(call["function"]["arguments"]) == {"city": "Oslo"}
    assert (whole["choices"][0]["finish_reason"], whole["choices"][0]["message"]["content"]) == ("tool_calls", None)
    assert _text(chunks) == ""


def test_thoughts_are_kept_apart() -> None:
    chunks, whole = _answer(["<think>hm", "m</think>", "Yes."])

    message = whole["choices"][0]["message"]
    assert (message["content"].strip(), message["reasoning_content"]) == ("Yes.", "hmm")
    assert _text(chunks).strip() == "Yes."


def test_usage_tells_what_was_not_read_again() -> None:
    assert completion_usage_json(_ENDED.usage) == {
        "prompt_tokens": 3,
        "completion_tokens": 2,
        "total_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": 1, "audio_tokens": 0},
    }
