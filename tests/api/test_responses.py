"""The Responses API and conversations by hand: order of events, chains and forks, functions, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.errors import WorkerFailed
from engine.inference.port import ChatRequest
from engine.inference.scripted import Reply
from tests.api.conftest import Live, Serve

_WEATHER = {"type": "function", "name": "weather", "parameters": {"type": "object", "properties": {}}}
_TEXT = [
    *("response.created", "response.in_progress", "response.output_item.added", "response.content_part.added"),
    *("response.output_text.delta", "response.output_text.done", "response.content_part.done"),
    *("response.output_item.done", "response.completed"),
]
_CALL = [
    *("response.created", "response.in_progress", "response.output_item.added"),
    *("response.function_call_arguments.delta", "response.function_call_arguments.done"),
    *("response.output_item.done", "response.completed"),
]


def _said(request: ChatRequest) -> str:
    """Repeat the whole conversation, so that a test sees what the model was given."""
    return " | ".join(f"{message.role}: {message.content}" for message in request.messages)


def _ask(live: Live, path: str = "/v1/responses", method: str = "POST", **body: Any) -> Any:
    answer = live.ask(method, path, json={"model": "gpt-4o", **body} if path == "/v1/responses" else body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _text(response: Any) -> str:
    return "".join(part["text"] for item in response["output"] if item["type"] == "message" for part in item["content"])


def _events(live: Live, **body: Any) -> list[tuple[str, Any]]:
    answer = live.ask("POST", "/v1/responses", json={"model": "gpt-4o", "stream": True, **body})
    frames = [frame.split("\n") for frame in answer.text.strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in frames]


def _names(events: list[tuple[str, Any]]) -> list[str]:
    names = [name for name, _ in events]
    return [name for i, name in enumerate(names) if not name.endswith(".delta") or names[i - 1] != name]


def test_a_text_streams_in_the_canonical_order(serve: Serve) -> None:
    events = _events(serve(["Good morning to you."]), input="Hello")

    assert _names(events) == _TEXT
    assert [data["sequence_number"] for _, data in events] == list(range(len(events)))
    assert all(data["type"] == name for name, data in events)
    deltas = [data for name, data in events if name == "response.output_text.delta"]
    assert "".join(data["delta"] for data in deltas) == "Good morning to you."
    whole = events[-1][1]["response"]
    assert _text(whole) == "Good morning to you."
    assert whole["usage"]["total_tokens"] > 0
    assert {data["item_id"] for data in deltas} == {whole["output"][0]["id"]}


def test_an_answer_is_gone_on_from_more_than_once(serve: Serve) -> None:
    live = serve(_said)
    first = _ask(live, input="One", instructions="Be kind.")
    assert _text(first) == "system: Be kind. | user: One"

    left, right = (_ask(live, input=words, previous_response_id=first["id"]) for words in ("Left", "Right"))

    assert _text(left) == f"user: One | assistant: {_text(first)} | user: Left"  # instructions are not carried on
    assert _text(right).endswith("user: Right")
    assert "Left" not in _text(right)
    third = _ask(live, input="Third", previous_response_id=left["id"])
    assert third["previous_response_id"] == left["id"]
    assert _text(third).startswith("user: One")
    assert live.ask("GET", f"/v1/responses/{third['id']}").json() == third
    asked = live.ask("GET", f"/v1/responses/{third['id']}/input_items").json()
    assert [item["content"][0]["text"] for item in asked["data"]] == ["Third"]


def test_functions_are_called_and_answered(serve: Serve) -> None:
    call = '<tool_call>{"name": "weather", "arguments": {"city": "Oslo"}}</tool_call>'
    live = serve([call, "It rains."])

    events = _events(live, input="Weather?", tools=[_WEATHER])
    assert _names(events) == _CALL
    called = events[-1][1]["response"]
    [item] = called["output"]
    assert (item["type"], item["name"], json.loads(item["arguments"])) == ("function_call", "weather", {"city": "Oslo"})
    output = {"type": "function_call_output", "call_id": item["call_id"], "output": "rain"}
    assert _text(_ask(live, input=[output], previous_response_id=called["id"], tools=[_WEATHER])) == "It rains."
    told = live.engine._backend.requests[-1].messages  # type: ignore[attr-defined]
    assert [message.role for message in told] == ["user", "assistant", "tool"]
    assert told[1].tool_calls[0]["function"] == {"name": "weather", "arguments": {"city": "Oslo"}}


def test_a_conversation_collects_what_is_asked_and_answered(serve: Serve) -> None:
    live = serve(_said)
    first = {"type": "message", "role": "developer", "content": "Be brief."}
    conversation = _ask(live, "/v1/conversations", metadata={"k": "v"}, items=[first])
    path = f"/v1/conversations/{conversation['id']}"

    _ask(live, input="One", conversation=conversation["id"])
    second = _ask(live, input="Two", conversation={"id": conversation["id"]}, store=False)

    assert _text(second) == "system: Be brief. | user: One | assistant: system: Be brief. | user: One | user: Two"
    items = live.ask("GET", f"{path}/items?order=asc&limit=3").json()
    assert [item["role"] for item in items["data"]] == ["developer", "user", "assistant"]
    assert items["has_more"] is True
    item_id = items["first_id"]
    assert live.ask("GET", f"{path}/items/{item_id}").json()["content"][0]["text"] == "Be brief."
    assert live.ask("DELETE", f"{path}/items/{item_id}").json()["id"] == conversation["id"]
    added = _ask(live, f"{path}/items", items=[{"role": "user", "content": [{"type": "input_text", "text": "X"}]}])
    assert added["data"][0]["content"] == [{"type": "input_text", "text": "X"}]
    assert _ask(live, path, metadata={"k": "w"})["metadata"] == {"k": "w"}
    assert live.ask("DELETE", path).json()["deleted"] is True
    assert live.ask("GET", f"{path}/items").status_code == 404


def test_nothing_is_kept_that_should_not_be(serve: Serve) -> None:
    live = serve()
    unkept = _ask(live, input="One", store=False)
    kept = _ask(live, input="One")

    assert live.ask("GET", f"/v1/responses/{unkept['id']}").status_code == 404
    assert live.ask("DELETE", f"/v1/responses/{kept['id']}").json()["deleted"] is True
    refused = live.ask("POST", "/v1/responses", json={"model": "m", "input": "x", "previous_response_id": kept["id"]})
    assert refused.status_code == 404


def test_a_cut_answer_is_incomplete_and_a_form_is_passed_on(serve: Serve) -> None:
    live = serve(["one two three", "{}"])
    cut = _ask(live, input="Count", max_output_tokens=2)
    assert (cut["status"], cut["incomplete_details"]) == ("incomplete", {"reason": "max_output_tokens"})

    form = {"type": "json_schema", "name": "thing", "schema": {"type": "object"}}
    assert _ask(live, input="Think", text={"format": form})["text"]["format"] == form
    passed = live.engine._backend.requests[-1].response_format  # type: ignore[attr-defined]
    assert passed == {"type": "json_schema", "json_schema": {"name": "thing", "schema": {"type": "object"}}}


def test_an_answer_that_breaks_off_ends_its_stream(serve: Serve) -> None:
    live = serve([Reply(text="One two", failure=WorkerFailed("The model stopped."), fail_at=1)])

    name, last = _events(live, input="Hello")[-1]

    assert name == "response.failed"
    assert last["response"]["error"]["message"] == "The model stopped."


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"input": [{"type": "input_image"}]}, "input[0].type"),
        ({"input": [{"role": "user"}]}, "input[0]"),
        ({"input": [{"type": "function_call_output", "call_id": "c", "output": "x"}]}, "input"),
        ({"input": "x", "previous_response_id": "a", "conversation": "b"}, None),
        ({"input": "x", "tools": [{"type": "web_search"}]}, "tools[0].type"),
        ({"input": "x", "background": True}, "background"),
        ({"input": "x", "prompt": {"id": "p"}}, "prompt"),
        ({"input": "x", "tool_choice": "required"}, None),
        ({}, "input"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(shared: Live, body: Any, param: str | None) -> None:
    answer = shared.ask("POST", "/v1/responses", json={"model": "gpt-4o", **body})

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param
