"""Objects: every field the description lists, null told from absent, limits, and what is refused by name."""

from __future__ import annotations

from typing import Any

import openai
import pytest
from openai import OpenAI

from tests.api.conftest import Live

_TOOL: Any = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
_FIELDS = {
    "assistant": "id object created_at name description model instructions tools tool_resources metadata temperature "
    "top_p response_format",
    "thread": "id object created_at tool_resources metadata",
    "thread.message": "id object created_at thread_id status incomplete_details completed_at incomplete_at role "
    "content assistant_id run_id attachments metadata",
    "thread.run": "id object created_at thread_id assistant_id status required_action last_error expires_at "
    "started_at cancelled_at failed_at completed_at incomplete_details model instructions tools metadata usage "
    "temperature top_p max_prompt_tokens max_completion_tokens truncation_strategy tool_choice parallel_tool_calls "
    "response_format",
    "thread.run.step": "id object created_at assistant_id thread_id run_id type status step_details last_error "
    "expired_at cancelled_at failed_at completed_at metadata usage",
}


def _check_fields(value: Any) -> None:
    missing = set(_FIELDS[value.object].split()) - value.model_fields_set - set(value.model_extra or ())
    assert missing == set()


def test_every_field_is_there(live: Live) -> None:
    client = live.client()
    assistant = client.beta.assistants.create(model="gpt-4o")
    thread = client.beta.threads.create(messages=[{"role": "user", "content": "Hi"}])
    run = client.beta.threads.runs.create_and_poll(thread_id=thread.id, assistant_id=assistant.id)

    for value in (
        assistant,
        thread,
        run,
        *client.beta.threads.messages.list(thread.id),
        *client.beta.threads.runs.steps.list(run.id, thread_id=thread.id),
    ):
        _check_fields(value)
    assert (run.expires_at, run.required_action, run.last_error) == (None, None, None)
    assert run.started_at is not None
    assert run.completed_at is not None


def test_an_assistant_keeps_all_it_is_given(client: OpenAI) -> None:
    given: Any = {
        "model": "gpt-4o",
        "name": "名字",
        "description": "d",
        "instructions": "i",
        "tools": [_TOOL, {"type": "code_interpreter"}, {"type": "file_search"}],
        "metadata": {"k": "v"},
        "temperature": 0.5,
        "top_p": 0.9,
        "response_format": {"type": "json_object"},
        "reasoning_effort": "low",
    }
    made = client.beta.assistants.create(**given)
    kept = client.beta.assistants.retrieve(made.id)

    assert kept == made
    assert {k: v for k, v in kept.model_dump(exclude_unset=True).items() if k in given} == given


def test_null_clears_and_absent_keeps(client: OpenAI) -> None:
    made = client.beta.assistants.create(
        model="gpt-4o", name="n", description="d", metadata={"k": "v"}, temperature=0.5, tools=[_TOOL]
    )
    changed = client.beta.assistants.update(made.id, name=None, temperature=None, model="gpt-4o-mini")

    assert (changed.name, changed.temperature, changed.model) == (None, None, "gpt-4o-mini")
    assert (changed.description, changed.metadata) == ("d", {"k": "v"})
    assert [t.type for t in changed.tools] == ["function"]
    changed = client.beta.assistants.update(made.id, metadata=None, tools=[])
    assert (changed.metadata, changed.tools, changed.description) == ({}, [], "d")
    assert client.beta.assistants.update(made.id) == changed
    with pytest.raises(openai.BadRequestError) as refused:
        client.beta.assistants.update(made.id, extra_body={"model": None})
    assert refused.value.param == "model"


def test_metadata_of_messages_and_runs_can_change_but_nothing_else(live: Live) -> None:
    client = live.client()
    assistant = client.beta.assistants.create(model="gpt-4o")
    run = client.beta.threads.create_and_run_poll(
        assistant_id=assistant.id, thread={"messages": [{"role": "user", "content": "Hi"}]}
    )
    message = client.beta.threads.messages.list(run.thread_id).data[0]

    assert client.beta.threads.messages.update(message.id, thread_id=run.thread_id, metadata={"a": "b"}).metadata == {
        "a": "b"
    }
    assert client.beta.threads.runs.update(run.id, thread_id=run.thread_id, metadata={"a": "b"}).metadata == {"a": "b"}
    assert client.beta.threads.runs.update(run.id, thread_id=run.thread_id).metadata == {"a": "b"}
    with pytest.raises(openai.BadRequestError):
        client.beta.threads.messages.update(message.id, thread_id=run.thread_id, extra_body={"role": "user"})
    assert client.beta.threads.messages.delete(message.id, thread_id=run.thread_id).deleted
    with pytest.raises(openai.NotFoundError):
        client.beta.threads.messages.retrieve(message.id, thread_id=run.thread_id)


def test_a_run_overrides_its_assistant_and_says_so(live: Live) -> None:
    client = live.client()
    assistant = client.beta.assistants.create(model="gpt-4o", instructions="I", temperature=0.1, tools=[_TOOL])
    thread = client.beta.threads.create()
    run = client.beta.threads.runs.create_and_poll(
        thread_id=thread.id,
        assistant_id=assistant.id,
        additional_instructions="II",
        additional_messages=[{"role": "user", "content": "Hi"}],
        temperature=0.9,
        top_p=0.8,
        tools=[],
        max_prompt_tokens=1000,
        max_completion_tokens=300,
        truncation_strategy={"type": "last_messages", "last_messages": 3},
        tool_choice="none",
        parallel_tool_calls=False,
        metadata={"r": "1"},
        model="gpt-4o-mini",
    )

    assert (run.instructions, run.temperature, run.top_p, run.model) == ("I\n\nII", 0.9, 0.8, "gpt-4o-mini")
    assert (run.tools, run.max_prompt_tokens, run.max_completion_tokens) == ([], 1000, 300)
    assert run.truncation_strategy is not None
    assert (run.truncation_strategy.type, run.truncation_strategy.last_messages) == ("last_messages", 3)
    assert (run.tool_choice, run.parallel_tool_calls, run.metadata) == ("none", False, {"r": "1"})
    assert [m.role for m in client.beta.threads.messages.list(thread.id)] == ["assistant", "user"]


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"max_prompt_tokens": 255}, "max_prompt_tokens"),
        ({"tools": [{"type": "code_interpreter"}] * 21}, "tools"),
        ({"top_p": 1.5}, "top_p"),
        ({"truncation_strategy": {"type": "first"}}, "truncation_strategy.type"),
        ({"additional_messages": [{"role": "robot", "content": "x"}]}, "additional_messages[0].role"),
        ({"tool_choice": "maybe"}, "tool_choice"),
        ({"assistant_id": None}, "assistant_id"),
    ],
)
def test_a_bad_run_is_refused_by_name_and_stores_nothing(client: OpenAI, fields: Any, param: str) -> None:
    assistant = client.beta.assistants.create(model="gpt-4o")
    thread = client.beta.threads.create()

    with pytest.raises(openai.BadRequestError) as refused:
        client.beta.threads.runs.create(thread.id, **{"assistant_id": assistant.id, **fields})

    assert refused.value.param == param
    assert list(client.beta.threads.runs.list(thread.id)) == []
    assert list(client.beta.threads.messages.list(thread.id)) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "content"),
        ([], "content"),
        ([{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}], "offline"),
        ([{"type": "image_file", "image_file": {"file_id": "file_none"}}], "No file found with id 'file_none'"),
        ([{"type": "video"}], "content"),
        (1, "content"),
    ],
)
def test_messages_that_cannot_be_are_refused(client: OpenAI, content: Any, words: str) -> None:
    thread = client.beta.threads.create()

    with pytest.raises(openai.BadRequestError, match=words):
        client.beta.threads.messages.create(thread.id, role="user", content=content)

    assert list(client.beta.threads.messages.list(thread.id)) == []


def test_parts_keep_their_order(client: OpenAI) -> None:
    url = "data:image/png;base64,iVBORw0KGgo="
    thread = client.beta.threads.create()
    parts: Any = [
        {"type": "text", "text": "Look"},
        {"type": "image_url", "image_url": {"url": url, "detail": "low"}},
        {"type": "text", "text": "there"},
    ]
    message = client.beta.threads.messages.create(thread.id, role="user", content=parts)

    assert [part.type for part in message.content] == ["text", "image_url", "text"]
    assert client.beta.threads.messages.retrieve(message.id, thread_id=thread.id) == message


def test_models_are_listed_and_hosted_names_are_known(live: Live) -> None:
    client = live.client()
    assert [model.id for model in client.models.list()] == ["scripted"]
    assert client.models.retrieve("scripted").owned_by == "fireside"
    assert client.models.retrieve("gpt-4o").id == "gpt-4o"
    with pytest.raises(openai.NotFoundError) as missing:
        client.models.retrieve("no/such/model")
    assert missing.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError):
        client.models.delete("gpt-4o")
    assert client.models.delete("scripted").deleted
    assert list(client.models.list()) == []
