"""Function calling over the real client: announced once, streamed, waited for, answered, several at once."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest
from openai import AssistantEventHandler, OpenAI
from typing_extensions import override

from tests.api.conftest import Serve

_WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather in a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def _call(*cities: str) -> str:
    calls = [json.dumps({"name": "weather", "arguments": {"city": city}}) for city in cities]
    return "\n".join(f"<tool_call>{call}</tool_call>" for call in calls)


class _Weather(AssistantEventHandler):
    """Answers calls in user code while the first stream is still open, as examples for the hosted API do."""

    def __init__(self, client: OpenAI) -> None:
        super().__init__()
        self._client = client
        self.log: list[str] = []
        self.arguments: dict[str, str] = {}
        self.said = ""

    @override
    def on_event(self, event: Any) -> None:
        if event.event != "thread.run.requires_action":
            return
        calls = event.data.required_action.submit_tool_outputs.tool_calls
        outputs: Any = [{"tool_call_id": call.id, "output": "rain"} for call in calls]
        with self._client.beta.threads.runs.submit_tool_outputs_stream(
            thread_id=event.data.thread_id, run_id=event.data.id, tool_outputs=outputs
        ) as stream:
            self.said = "".join(stream.text_deltas)

    @override
    def on_tool_call_created(self, tool_call: Any) -> None:
        self.log.append(f"created {tool_call.function.name} {tool_call.function.arguments!r}")

    @override
    def on_tool_call_delta(self, delta: Any, snapshot: Any) -> None:
        self.arguments[snapshot.id] = snapshot.function.arguments
        assert delta.id is None
        assert delta.function.name is None


def _ask(client: OpenAI, text: str = "Weather?") -> tuple[str, str]:
    assistant = client.beta.assistants.create(model="gpt-4o", tools=[_WEATHER])
    return assistant.id, client.beta.threads.create(messages=[{"role": "user", "content": text}]).id


def test_a_handler_answers_a_call_while_it_listens(serve: Serve) -> None:
    client = serve([_call("Oslo"), "It rains in Oslo."]).client()
    assistant_id, thread_id = _ask(client)
    handler = _Weather(client)

    with client.beta.threads.runs.stream(
        thread_id=thread_id, assistant_id=assistant_id, event_handler=handler
    ) as stream:
        stream.until_done()

    assert handler.log == ["created weather ''"]
    assert [json.loads(text) for text in handler.arguments.values()] == [{"city": "Oslo"}]
    assert handler.said == "It rains in Oslo."
    texts = [m.content[0].text.value for m in client.beta.threads.messages.list(thread_id)]  # type: ignore[union-attr]
    assert texts == ["It rains in Oslo.", "Weather?"]


def test_no_step_is_completed_before_the_run_waits(serve: Serve) -> None:
    client = serve([_call("Oslo"), "Rain."]).client()
    assistant_id, thread_id = _ask(client)

    with client.beta.threads.runs.stream(thread_id=thread_id, assistant_id=assistant_id) as stream:
        names = [event.event for event in stream]
    assert names[:5] == [
        *("thread.run.created", "thread.run.queued", "thread.run.in_progress"),
        *("thread.run.step.created", "thread.run.step.in_progress"),
    ]
    assert set(names[5:-1]) == {"thread.run.step.delta"}
    assert names[-1] == "thread.run.requires_action"
    run = stream.current_run
    assert run is not None
    (step,) = client.beta.threads.runs.steps.list(run.id, thread_id=thread_id)
    (snapshot,) = stream.get_final_run_steps()
    assert step.step_details.type == snapshot.step_details.type == "tool_calls"
    stored, streamed = step.step_details.tool_calls[0], snapshot.step_details.tool_calls[0]
    assert stored.type == streamed.type == "function"
    assert (stored.id, stored.function) == (streamed.id, streamed.function)


def test_calls_made_at_once_are_answered_at_once(serve: Serve) -> None:
    client = serve([_call("Oslo", "Bergen"), "Rain in both."]).client()
    assistant_id, thread_id = _ask(client)
    run = client.beta.threads.runs.create_and_poll(thread_id=thread_id, assistant_id=assistant_id)
    assert run.required_action is not None
    calls = run.required_action.submit_tool_outputs.tool_calls
    assert [json.loads(call.function.arguments)["city"] for call in calls] == ["Oslo", "Bergen"]
    assert len({call.id for call in calls}) == 2

    half: Any = [{"tool_call_id": calls[0].id, "output": "rain"}]
    with pytest.raises(openai.BadRequestError, match="Expected tool outputs"):
        client.beta.threads.runs.submit_tool_outputs(run.id, thread_id=thread_id, tool_outputs=half)
    both: Any = [{"tool_call_id": call.id, "output": "rain"} for call in calls]
    ended = client.beta.threads.runs.submit_tool_outputs_and_poll(run_id=run.id, thread_id=thread_id, tool_outputs=both)

    assert ended.status == "completed"
    assert ended.required_action is None
    steps = client.beta.threads.runs.steps.list(run.id, thread_id=thread_id, order="asc").data
    assert [step.type for step in steps] == ["tool_calls", "message_creation"]
    outputs = [call.function.output for call in steps[0].step_details.tool_calls]  # type: ignore[union-attr]
    assert outputs == ["rain", "rain"]


def test_what_was_answered_reaches_the_model(serve: Serve) -> None:
    live = serve([_call("Oslo"), "Rain."])
    client = live.client()
    assistant_id, thread_id = _ask(client)
    run = client.beta.threads.runs.create_and_poll(thread_id=thread_id, assistant_id=assistant_id)
    assert run.required_action is not None
    call = run.required_action.submit_tool_outputs.tool_calls[0]
    outputs: Any = [{"tool_call_id": call.id, "output": "It rains cats."}]
    client.beta.threads.runs.submit_tool_outputs_and_poll(run_id=run.id, thread_id=thread_id, tool_outputs=outputs)

    said = live.engine._backend.requests[-1].messages  # type: ignore[attr-defined]
    assert [m.role for m in said] == ["user", "assistant", "tool"]
    assert said[2].content == "It rains cats."
    assert said[1].tool_calls[0]["function"]["name"] == "weather"
    settings = live.engine.settings.current
    temperatures = [request.sampling.temperature for request in live.engine._backend.requests]  # type: ignore[attr-defined]
    assert temperatures == [settings.temperature, settings.grounded_temperature]
