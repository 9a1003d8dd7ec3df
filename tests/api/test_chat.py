"""Chat completions: whole and streamed, with usage, stops, numbers, tools; nothing runs on for a client that left."""

from __future__ import annotations

import json
import threading
from typing import Any

import openai
import pytest

from engine.errors import InvalidRequest, WorkerFailed
from engine.inference.scripted import Reply, ScriptedBackend
from tests.api.conftest import KEY, Live, Serve

_HI: Any = [{"role": "user", "content": "Hi"}]
_WEATHER: Any = {
    "type": "function",
    "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
}


def _backend(live: Live) -> ScriptedBackend:
    backend = live.engine._backend
    assert isinstance(backend, ScriptedBackend)
    return backend


def test_an_answer_comes_whole(serve: Serve) -> None:
    answer = serve(["Hello there."]).client().chat.completions.create(model="gpt-4o", messages=_HI)

    choice = answer.choices[0]
    assert (choice.message.role, choice.message.content, choice.finish_reason) == ("assistant", "Hello there.", "stop")
    assert (choice.message.tool_calls, choice.logprobs, answer.model) == (None, None, "scripted")
    assert answer.id.startswith("chatcmpl-")
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 3
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + 3


def test_an_answer_comes_in_pieces(serve: Serve) -> None:
    stream = (
        serve(["Hello there."])
        .client()
        .chat.completions.create(model="gpt-4o", messages=_HI, stream=True, stream_options={"include_usage": True})
    )
    chunks = list(stream)

    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == "Hello there."
    assert [c.choices[0].finish_reason for c in chunks if c.choices and c.choices[0].finish_reason] == ["stop"]
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == 3
    assert all(c.usage is None for c in chunks[:-1])
    assert len({c.id for c in chunks}) == 1


def test_usage_is_left_out_unless_asked_for(serve: Serve) -> None:
    stream = serve(["Hello."]).client().chat.completions.create(model="gpt-4o", messages=_HI, stream=True)

    assert all(chunk.choices and chunk.usage is None for chunk in stream)


def test_what_is_asked_for_reaches_the_model(live: Live) -> None:
    live.client().chat.completions.create(
        model="gpt-4o",
        messages=[
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "A"}, {"type": "text", "text": "B"}], "name": "Li"},
        ],
        temperature=0.1,
        top_p=0.2,
        seed=7,
        max_completion_tokens=9,
        stop=["X", "Y"],
        presence_penalty=0.5,
        frequency_penalty=-0.5,
        logit_bias={"5": -100},
        extra_body={"top_k": 3, "min_p": 0.3, "repeat_penalty": 1.2},
        user="u",
        metadata={"a": "b"},
    )
    request = _backend(live).requests[-1]
    sampling = request.sampling

    assert [(m.role, m.content, m.name) for m in request.messages] == [
        ("system", "Be brief.", None),
        ("user", "AB", "Li"),
    ]
    assert (sampling.temperature, sampling.top_p, sampling.seed, sampling.max_tokens) == (0.1, 0.2, 7, 9)
    assert (sampling.stop, sampling.presence_penalty, sampling.frequency_penalty) == (("X", "Y"), 0.5, -0.5)
    assert (sampling.logit_bias, sampling.top_k, sampling.min_p, sampling.repeat_penalty) == ({5: -100}, 3, 0.3, 1.2)
    assert sampling.logprobs is None


def test_what_is_left_open_is_as_in_the_settings(live: Live) -> None:
    live.engine.settings.set(temperature=0.33, max_answer_tokens=77)

    live.client().chat.completions.create(model="gpt-4o", messages=_HI)

    sampling = _backend(live).requests[-1].sampling
    assert (sampling.temperature, sampling.max_tokens) == (0.33, 77)


def test_stop_strings_and_limits_end_an_answer(serve: Serve) -> None:
    client = serve(["one two three", "one two three"]).client()

    stopped = client.chat.completions.create(model="gpt-4o", messages=_HI, stop=" three")
    assert (stopped.choices[0].message.content, stopped.choices[0].finish_reason) == ("one two", "stop")
    cut = client.chat.completions.create(model="gpt-4o", messages=_HI, max_tokens=2)
    assert (cut.choices[0].message.content, cut.choices[0].finish_reason) == ("one two", "length")


@pytest.mark.parametrize("streamed", [False, True])
def test_logprobs_are_given_for_every_token(serve: Serve, streamed: bool) -> None:
    client = serve(["one two"]).client()
    options: Any = {"model": "gpt-4o", "messages": _HI, "logprobs": True, "top_logprobs": 1}

    if streamed:
        chunks = client.chat.completions.create(**options, stream=True)
        found = [t for c in chunks if c.choices[0].logprobs for t in c.choices[0].logprobs.content or ()]
    else:
        logprobs = client.chat.completions.create(**options).choices[0].logprobs
        assert logprobs is not None
        found = list(logprobs.content or ())

    assert [t.token for t in found] == ["one", " two"]
    assert [t.top_logprobs[0].token for t in found] == ["one", " two"]


def test_a_tool_call_is_told_from_text(serve: Serve) -> None:
    call = '<tool_call>{"name": "weather", "arguments": {"city": "Oslo"}}</tool_call>'
    live = serve([call, call, "It rains."])
    client = live.client()

    answer = client.chat.completions.create(model="gpt-4o", messages=_HI, tools=[_WEATHER])
    message = answer.choices[0].message
    assert (message.content, answer.choices[0].finish_reason) == (None, "tool_calls")
    assert message.tool_calls is not None
    made = message.tool_calls[0]
    assert (made.function.name, json.loads(made.function.arguments)) == ("weather", {"city": "Oslo"})
    assert _backend(live).requests[-1].tools == (_WEATHER,)

    with client.beta.chat.completions.stream(model="gpt-4o", messages=_HI, tools=[_WEATHER]) as stream:
        streamed = stream.get_final_completion().choices[0].message.tool_calls
    assert streamed is not None
    assert (streamed[0].function.name, json.loads(streamed[0].function.arguments)) == ("weather", {"city": "Oslo"})

    history: Any = [
        *_HI,
        message.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": made.id, "content": "rain"},
    ]
    client.chat.completions.create(model="gpt-4o", messages=history, tools=[_WEATHER], tool_choice="none")
    request = _backend(live).requests[-1]
    assert request.tools == ()
    assert request.messages[1].tool_calls[0]["function"]["arguments"] == {"city": "Oslo"}
    assert (request.messages[2].role, request.messages[2].tool_call_id) == ("tool", made.id)


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"n": 2}, "n"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "user"}]}, "messages[0]"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0]"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]}, None),
        ({"max_tokens": 0}, "max_tokens"),
        ({"top_logprobs": 2}, None),
        ({"temperature": -1}, "temperature"),
        ({"functions": []}, "functions"),
        ({"store": True}, "store"),
        ({"logit_bias": {"word": 1}}, "logit_bias.word"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(live: Live, fields: Any, param: str | None) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        live.client().chat.completions.create(**{"model": "gpt-4o", "messages": _HI, **fields})

    assert param is None or refused.value.param == param
    assert _backend(live).requests == []


@pytest.mark.parametrize("streamed", [False, True])
def test_a_refusal_of_the_model_is_an_http_error(serve: Serve, streamed: bool) -> None:
    failure = InvalidRequest("The prompt is longer than the context.", code="context_exceeded")
    live = serve([Reply(failure=failure)])

    with pytest.raises(openai.BadRequestError) as refused:
        list(live.client().chat.completions.create(model="gpt-4o", messages=_HI, stream=streamed))

    assert refused.value.code == "context_length_exceeded"


def test_a_crash_in_the_middle_of_a_stream_is_an_error_in_it(serve: Serve) -> None:
    live = serve([Reply(text="one two three", failure=WorkerFailed("The model process died."), fail_at=2)])
    said = []

    with pytest.raises(openai.APIError, match="The model process died"):
        for chunk in live.client().chat.completions.create(model="gpt-4o", messages=_HI, stream=True):
            said.append(chunk.choices[0].delta.content or "")

    assert "".join(said) == "one two"


def test_a_crash_before_the_answer_is_worth_another_try(serve: Serve) -> None:
    live = serve([Reply(failure=WorkerFailed("The model process died.", code="worker_died")), "All good."])

    answer = live.client(max_retries=1).chat.completions.create(model="gpt-4o", messages=_HI)

    assert answer.choices[0].message.content == "All good."


def test_a_client_that_leaves_a_stream_stops_the_model(serve: Serve) -> None:
    gate, ended = threading.Event(), threading.Event()
    live = serve([Reply(text="one two three", gates={2: gate})])
    _tell_end(live, ended)

    stream = live.client().chat.completions.create(model="gpt-4o", messages=_HI, stream=True)
    for chunk in stream:
        if chunk.choices[0].delta.content:
            break
    stream.close()

    assert ended.wait(20)
    assert not gate.is_set()


def test_a_client_that_gives_up_waiting_stops_the_model(serve: Serve) -> None:
    gate, ended = threading.Event(), threading.Event()
    live = serve([Reply(text="one two three", gates={2: gate})])
    _tell_end(live, ended)

    with pytest.raises(openai.APITimeoutError):
        live.client(timeout=0.5).chat.completions.create(model="gpt-4o", messages=_HI)

    assert ended.wait(20)
    assert not gate.is_set()


def _tell_end(live: Live, ended: threading.Event) -> None:
    backend = _backend(live)
    real = backend.chat

    def chat(*args: Any, **more: Any) -> Any:
        try:
            return real(*args, **more)
        finally:
            ended.set()

    backend.chat = chat  # type: ignore[method-assign]


def test_a_slow_model_keeps_the_stream_alive(serve: Serve) -> None:
    reading = threading.Event()
    live = serve([Reply(text="done", reading=reading)], ping_seconds=0.05)
    body = {"model": "gpt-4o", "messages": _HI, "stream": True}
    headers = {"authorization": f"Bearer {KEY}"}

    with live.http.stream("POST", f"{live.server.url}/chat/completions", json=body, headers=headers) as answer:
        lines = []
        for line in answer.iter_lines():
            lines.append(line)
            if line == ": ping":
                reading.set()

    assert ": ping" in lines
    assert lines[-2] == "data: [DONE]"
