"""Streams on the wire: canonical order, what the client needs, cancel, tool outputs, pings, the end of the app."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import openai
import pytest

from engine.errors import WorkerFailed
from engine.inference.scripted import Reply
from engine.store import Store
from engine.types import FunctionCall, NewMessage, RunStatus, TextPart
from tests.api.conftest import KEY, Live, Serve
from tests.support.fixtures import EngineFactory

_TEXT_RUN = [
    *("thread.run.created", "thread.run.queued", "thread.run.in_progress"),
    *("thread.run.step.created", "thread.run.step.in_progress"),
    *("thread.message.created", "thread.message.in_progress", "thread.message.delta"),
    *("thread.message.completed", "thread.run.step.completed", "thread.run.completed", "done"),
]
_WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}


def _events(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    """Yield (event, data) of each frame, and ("", "ping") for comments."""
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data = line.removeprefix("data: ")
            yield name, data if data == "[DONE]" else json.loads(data)
            name = ""
        elif line.startswith(":"):
            yield "", line[1:].strip()


def _post(live: Live, path: str, body: dict[str, Any]) -> Any:
    headers = {"authorization": f"Bearer {KEY}"}
    return live.http.stream("POST", f"{live.server.url}{path}", json=body, headers=headers)


def _squeezed(names: list[str]) -> list[str]:
    return [name for i, name in enumerate(names) if name != "thread.message.delta" or names[i - 1] != name]


def _start(live: Live, **assistant: Any) -> tuple[str, str]:
    client = live.client()
    made = client.beta.assistants.create(model="gpt-4o", **assistant)
    return made.id, client.beta.threads.create(messages=[{"role": "user", "content": "Hello"}]).id


def test_a_text_run_streams_in_the_canonical_order(serve: Serve) -> None:
    live = serve(["Good morning to you."])
    assistant_id, thread_id = _start(live)

    with _post(live, f"/threads/{thread_id}/runs", {"assistant_id": assistant_id, "stream": True}) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-request-id"]
        events = list(_events(answer.iter_lines()))

    assert _squeezed([name for name, _ in events]) == _TEXT_RUN
    assert events[-1] == ("done", "[DONE]")
    deltas = [data["delta"]["content"][0] for name, data in events if name == "thread.message.delta"]
    assert "".join(d["text"]["value"] for d in deltas) == "Good morning to you."
    assert {d["index"] for d in deltas} == {0}


def test_create_and_run_says_the_thread_first(serve: Serve) -> None:
    live = serve(["Hi."])
    assistant_id, _ = _start(live)
    body = {"assistant_id": assistant_id, "stream": True, "thread": {"messages": [{"role": "user", "content": "Hey"}]}}

    with _post(live, "/threads/runs", body) as answer:
        names = [name for name, _ in _events(answer.iter_lines())]

    assert _squeezed(names) == ["thread.created", *_TEXT_RUN]


def _waiting(make_engine: EngineFactory) -> tuple[str, str]:
    """Leave a run in a home folder that waits for the output of one call; return thread and run id."""
    engine = make_engine()
    assistant = engine.assistants.create(model="gpt-4o", tools=[_WEATHER])
    thread = engine.threads.create(messages=[NewMessage(role="user", content=(TextPart(text="Weather?"),))])
    engine.close()
    function = {"name": "weather", "arguments": '{"city": "Oslo"}', "output": None}
    details = {"type": "tool_calls", "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}
    with Store(engine.paths.database, engine.paths.blobs) as store:
        known = {"model": "gpt-4o", "tools": (_WEATHER,), "trace": {"model": "scripted"}}
        run, _ = store.runs.create(thread.id, assistant_id=assistant.id, **known)
        call = FunctionCall(id="call_1", name="weather", arguments='{"city": "Oslo"}')
        store.steps.create(
            run_id=run.id, thread_id=thread.id, assistant_id=assistant.id, type="tool_calls", details=details
        )
        store.runs.update(run.id, status=RunStatus.REQUIRES_ACTION, required_calls=(call,), expires_at=2**33)
    return thread.id, run.id


def test_a_waiting_run_shows_its_calls_and_keeps_its_thread_locked(make_engine: EngineFactory, serve: Serve) -> None:
    thread_id, run_id = _waiting(make_engine)
    client = serve().client()

    run = client.beta.threads.runs.retrieve(run_id, thread_id=thread_id)
    assert (run.status, run.usage) == ("requires_action", None)
    assert run.required_action is not None
    assert [c.id for c in run.required_action.submit_tool_outputs.tool_calls] == ["call_1"]
    step = client.beta.threads.runs.steps.list(run_id, thread_id=thread_id).data[0]
    assert (step.status, step.usage, step.step_details.type) == ("in_progress", None, "tool_calls")
    with pytest.raises(openai.BadRequestError) as refused:
        client.beta.threads.messages.create(thread_id, role="user", content="Well?")
    assert refused.value.body == {
        "message": f"Can't add messages to {thread_id} while a run {run_id} is active.",
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    }
    outputs: Any = [{"tool_call_id": "call_2", "output": "rain"}]
    with pytest.raises(openai.BadRequestError, match="Expected tool outputs"):
        client.beta.threads.runs.submit_tool_outputs(run_id, thread_id=thread_id, tool_outputs=outputs)


def test_tool_outputs_go_on_as_a_stream(make_engine: EngineFactory, serve: Serve) -> None:
    thread_id, run_id = _waiting(make_engine)
    live = serve(["It rains in Oslo."])
    outputs = [{"tool_call_id": "call_1", "output": "rain"}]

    with live.client().beta.threads.runs.submit_tool_outputs_stream(
        thread_id=thread_id,
        run_id=run_id,
        tool_outputs=outputs,  # type: ignore[arg-type]
    ) as stream:
        names = _squeezed([event.event for event in stream])

    assert names == ["thread.run.step.completed", *_TEXT_RUN[1:-1]]
    assert stream.get_final_messages()[0].content[0].text.value == "It rains in Oslo."  # type: ignore[union-attr]
    steps = live.client().beta.threads.runs.steps.list(run_id, thread_id=thread_id).data
    assert [step.type for step in steps] == ["message_creation", "tool_calls"]
    assert steps[1].step_details.tool_calls[0].function.output == "rain"  # type: ignore[union-attr]


def test_tool_outputs_go_on_while_polled_and_only_once(make_engine: EngineFactory, serve: Serve) -> None:
    thread_id, run_id = _waiting(make_engine)
    client = serve(["Rain."]).client()
    outputs: Any = [{"tool_call_id": "call_1", "output": "rain"}]

    run = client.beta.threads.runs.submit_tool_outputs_and_poll(
        run_id=run_id, thread_id=thread_id, tool_outputs=outputs
    )

    assert run.status == "completed"
    with pytest.raises(openai.BadRequestError, match='Runs in status "completed" do not accept tool outputs'):
        client.beta.threads.runs.submit_tool_outputs(run_id, thread_id=thread_id, tool_outputs=outputs)


def test_a_waiting_run_can_be_cancelled(make_engine: EngineFactory, serve: Serve) -> None:
    thread_id, run_id = _waiting(make_engine)
    client = serve().client()

    assert client.beta.threads.runs.cancel(run_id, thread_id=thread_id).status == "cancelled"
    with pytest.raises(openai.BadRequestError, match="Cannot cancel run with status 'cancelled'"):
        client.beta.threads.runs.cancel(run_id, thread_id=thread_id)


def test_a_run_at_work_locks_its_thread_and_can_be_cancelled(serve: Serve) -> None:
    gate = threading.Event()
    live = serve([Reply(text="one two three four", gates={2: gate})])
    client = live.client()
    assistant_id, thread_id = _start(live)

    with client.beta.threads.runs.stream(thread_id=thread_id, assistant_id=assistant_id) as stream:
        names = []
        for event in stream:
            names.append(event.event)
            if event.event == "thread.message.delta" and names.count(event.event) == 2:
                run = stream.current_run
                assert run is not None
                with pytest.raises(openai.BadRequestError) as refused:
                    client.beta.threads.runs.create(thread_id, assistant_id=assistant_id)
                assert refused.value.body == {
                    "message": f"Thread {thread_id} already has an active run {run.id}.",
                    "type": "invalid_request_error",
                    "param": None,
                    "code": None,
                }
                assert client.beta.threads.runs.cancel(run.id, thread_id=thread_id).status == "cancelling"
    tail = ["thread.run.cancelling", "thread.message.incomplete", "thread.run.step.cancelled", "thread.run.cancelled"]
    assert [name for name in names if name in tail] == tail
    message = client.beta.threads.messages.list(thread_id).data[0]
    assert (message.status, message.content[0].text.value) == ("incomplete", "one two")  # type: ignore[union-attr]
    assert message.incomplete_details is not None
    assert message.incomplete_details.reason == "run_cancelled"
    client.beta.threads.messages.create(thread_id, role="user", content="Free again?")


def test_a_run_cut_off_before_its_first_word_does_not_confuse_the_client(serve: Serve) -> None:
    gate = threading.Event()
    live = serve([Reply(text="late", gates={0: gate})])
    client = live.client()
    assistant_id, thread_id = _start(live)

    with client.beta.threads.runs.stream(thread_id=thread_id, assistant_id=assistant_id) as stream:
        for event in stream:
            if event.event == "thread.run.in_progress":
                client.beta.threads.runs.cancel(event.data.id, thread_id=thread_id)
    assert stream.current_run is not None
    assert stream.current_run.status == "cancelled"


@pytest.mark.allow_log("engine.runs")
def test_a_failed_run_ends_its_stream_with_a_reason(serve: Serve) -> None:
    live = serve([Reply(text="half an answer", failure=WorkerFailed("The model process died."), fail_at=2)])
    client = live.client()
    assistant_id, thread_id = _start(live)

    with client.beta.threads.runs.stream(thread_id=thread_id, assistant_id=assistant_id) as stream:
        events = list(stream)

    assert events[-1].event == "thread.run.failed"
    run = client.beta.threads.runs.list(thread_id).data[0]
    assert run.last_error is not None
    assert run.last_error.code == "server_error"
    assert client.beta.threads.messages.list(thread_id).data[0].status == "incomplete"


def test_a_slow_model_is_waited_for_with_comments(serve: Serve) -> None:
    reading = threading.Event()
    live = serve([Reply(text="done", reading=reading)], ping_seconds=0.05)
    assistant_id, thread_id = _start(live)

    with _post(live, f"/threads/{thread_id}/runs", {"assistant_id": assistant_id, "stream": True}) as answer:
        names = []
        for name, data in _events(answer.iter_lines()):
            names.append(name)
            if data == "ping":
                reading.set()
    assert "" in names
    assert _squeezed([name for name in names if name]) == _TEXT_RUN


def test_a_client_that_leaves_does_not_stop_the_run(serve: Serve) -> None:
    gate = threading.Event()
    live = serve([Reply(text="one two three", gates={1: gate})])
    client = live.client()
    assistant_id, thread_id = _start(live)
    with client.beta.threads.runs.stream(thread_id=thread_id, assistant_id=assistant_id) as stream:
        for event in stream:
            if event.event == "thread.message.delta":
                break
    run = stream.current_run
    assert run is not None
    gate.set()

    assert live.engine.runs.wait(run.id, 30).status == "completed"
    assert client.beta.threads.messages.list(thread_id).data[0].content[0].text.value == "one two three"  # type: ignore[union-attr]


def test_deleting_the_thread_ends_its_stream(serve: Serve) -> None:
    gate = threading.Event()
    live = serve([Reply(text="one two three", gates={1: gate})])
    client = live.client()
    assistant_id, thread_id = _start(live)

    with client.beta.threads.runs.stream(thread_id=thread_id, assistant_id=assistant_id) as stream:
        for event in stream:
            if event.event == "thread.message.delta":
                client.beta.threads.delete(thread_id)
        names = event.event
    assert names == "thread.run.cancelled"


def test_stopping_the_server_ends_a_stream_with_an_error(serve: Serve) -> None:
    gate = threading.Event()
    live = serve([Reply(text="one two three", gates={1: gate})])
    client = live.client()
    assistant_id, thread_id = _start(live)

    with (
        pytest.raises(openai.APIError, match="being closed"),
        client.beta.threads.runs.stream(thread_id=thread_id, assistant_id=assistant_id) as stream,
    ):
        for event in stream:
            if event.event == "thread.message.delta":
                threading.Thread(target=live.server.stop).start()


async def _talk_async(live: Live) -> str:
    async with live.async_client() as client:
        assistant = await client.beta.assistants.create(model="gpt-4o")
        thread = await client.beta.threads.create(messages=[{"role": "user", "content": "Echo me"}])
        async with client.beta.threads.runs.stream(thread_id=thread.id, assistant_id=assistant.id) as stream:
            await stream.until_done()
        messages = await client.beta.threads.messages.list(thread.id)
        run = await client.beta.threads.runs.create_and_poll(thread_id=thread.id, assistant_id=assistant.id)
        assert run.status == "completed"
        return str(messages.data[0].content[0].text.value)  # type: ignore[union-attr]


def test_the_async_client_streams_and_polls(live: Live) -> None:
    import asyncio

    assert asyncio.run(_talk_async(live)) == "Echo me"
