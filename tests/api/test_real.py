"""The same API on a real model: SmolLM2 answers threads and chat completions, can be stopped, repeats with a seed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from engine.service import Engine
from tests.api.conftest import Live

pytestmark = pytest.mark.real
_HI: Any = [{"role": "user", "content": "Say hello in one short sentence."}]


@pytest.fixture(scope="module")
def smol(tmp_path_factory: pytest.TempPathFactory, smollm2: Path) -> Iterator[Live]:
    with ExitStack() as opened:
        engine = opened.enter_context(Engine(tmp_path_factory.mktemp("home")))
        engine.settings.set(context_length=2048)
        engine.models.import_file(smollm2, copy=False)
        yield Live.start(engine, opened)


def test_a_thread_is_answered_streamed_and_continued(smol: Live) -> None:
    client = smol.client()
    assistant = client.beta.assistants.create(model="gpt-4o", instructions="Be brief.", temperature=0)
    thread = client.beta.threads.create(messages=_HI)

    with client.beta.threads.runs.stream(
        thread_id=thread.id, assistant_id=assistant.id, max_completion_tokens=256
    ) as stream:
        said = "".join(stream.text_deltas)
    run = stream.current_run
    assert run is not None
    assert run.status == "completed"
    assert run.usage is not None
    assert run.usage.prompt_tokens > 10
    newest = client.beta.threads.messages.list(thread.id).data[0]
    assert newest.content[0].text.value == said != ""  # type: ignore[union-attr]

    client.beta.threads.messages.create(thread.id, role="user", content="Now say goodbye.")
    again = client.beta.threads.runs.create_and_poll(
        thread_id=thread.id, assistant_id=assistant.id, max_completion_tokens=256
    )
    assert again.status in ("completed", "incomplete")
    assert again.usage is not None
    assert again.usage.prompt_tokens > run.usage.prompt_tokens


def test_a_run_at_work_is_cancelled_between_tokens(smol: Live) -> None:
    client = smol.client()
    assistant = client.beta.assistants.create(model="gpt-4o")
    thread = client.beta.threads.create(messages=[{"role": "user", "content": "Tell a very long story."}])

    with client.beta.threads.runs.stream(thread_id=thread.id, assistant_id=assistant.id) as stream:
        for event in stream:
            if event.event == "thread.message.delta" and stream.current_run is not None:
                client.beta.threads.runs.cancel(stream.current_run.id, thread_id=thread.id)
                break
        names = [event.event for event in stream]

    assert names[-1] == "thread.run.cancelled"
    message = client.beta.threads.messages.list(thread.id).data[0]
    assert (message.status, bool(message.content)) == ("incomplete", True)


def test_a_seed_repeats_an_answer_with_its_numbers(smol: Live) -> None:
    client = smol.client()
    options: Any = {
        "model": "gpt-4o",
        "messages": _HI,
        "seed": 11,
        "temperature": 1,
        "max_tokens": 12,
        "logprobs": True,
        "top_logprobs": 2,
    }
    first, second = (client.chat.completions.create(**options) for _ in range(2))

    assert first.choices[0].message.content == second.choices[0].message.content
    logprobs = first.choices[0].logprobs
    assert logprobs is not None
    assert logprobs.content is not None
    assert "".join(t.token for t in logprobs.content) == first.choices[0].message.content
    assert all(t.logprob <= 0 and len(t.top_logprobs) == 2 for t in logprobs.content)
    assert first.usage is not None
    assert first.usage.completion_tokens <= 12


def test_a_stop_string_never_shows(smol: Live) -> None:
    stream = smol.client().chat.completions.create(
        model="gpt-4o", messages=_HI, temperature=0, stop=["!", "."], max_tokens=60, stream=True
    )
    said = "".join(chunk.choices[0].delta.content or "" for chunk in stream)

    assert said
    assert not set("!.") & set(said)


def test_too_long_a_prompt_is_told(smol: Live) -> None:
    import openai

    with pytest.raises(openai.BadRequestError) as refused:
        smol.client().chat.completions.create(model="m", messages=[{"role": "user", "content": "word " * 4000}])

    assert refused.value.code == "context_length_exceeded"
