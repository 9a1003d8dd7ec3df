"""The steps of an Assistants lesson, in our own words: make an assistant, talk on a thread, poll, stream."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openai import AssistantEventHandler, OpenAI
from typing_extensions import override

from tests.api.conftest import Live, Serve


def _dump(value: Any) -> Any:
    return json.loads(value.model_dump_json())


def test_assistants_are_created_listed_and_cleaned_up(client: OpenAI) -> None:
    names = ("Tea", "Coffee", "Cocoa")
    for name in names:
        client.beta.assistants.create(name=name, instructions="You know drinks.", model="gpt-4o")

    found = list(client.beta.assistants.list())
    assert [a.name for a in found] == list(reversed(names))
    assert found[0].model == "gpt-4o"

    for assistant in found:
        gone = client.beta.assistants.delete(assistant.id)
        assert (gone.id, gone.deleted) == (assistant.id, True)
    assert list(client.beta.assistants.list()) == []


def test_a_thread_is_created_with_metadata_and_found_again(client: OpenAI) -> None:
    assert _dump(client.beta.threads.create())["tool_resources"] == {"code_interpreter": None, "file_search": None}

    thread = client.beta.threads.create(metadata={"fullname": "李雷", "username": "lilei"})
    again = client.beta.threads.retrieve(thread.id)
    assert again == thread
    assert again.metadata == {"fullname": "李雷", "username": "lilei"}

    changed = client.beta.threads.update(thread.id, metadata={"username": "hanmeimei"})
    assert changed.metadata == {"username": "hanmeimei"}
    assert client.beta.threads.delete(thread.id).deleted


def test_messages_are_added_and_listed_newest_first(client: OpenAI) -> None:
    thread = client.beta.threads.create(
        messages=[
            {"role": "user", "content": "你好"},
            {"role": "assistant", "content": "有什么可以帮您？"},
            {"role": "user", "content": "你会什么？"},
        ]
    )
    message = client.beta.threads.messages.create(thread_id=thread.id, role="user", content="讲个故事")

    assert message.content[0].type == "text"
    assert (message.content[0].text.value, message.content[0].text.annotations) == ("讲个故事", [])
    assert (message.assistant_id, message.run_id, message.attachments) == (None, None, [])
    texts = [_dump(m)["content"][0]["text"]["value"] for m in client.beta.threads.messages.list(thread.id)]
    assert texts == ["讲个故事", "你会什么？", "有什么可以帮您？", "你好"]


def test_a_run_is_polled_to_its_end(serve: Serve) -> None:
    client = serve(["I am Guagua."]).client()
    assistant = client.beta.assistants.create(name="Guagua", instructions="You are Guagua.", model="gpt-4o")
    thread = client.beta.threads.create(messages=[{"role": "user", "content": "Who are you?"}])

    run = client.beta.threads.runs.create_and_poll(thread_id=thread.id, assistant_id=assistant.id)

    assert run.status == "completed"
    assert run.usage is not None
    assert run.usage.total_tokens == run.usage.prompt_tokens + run.usage.completion_tokens > 0
    assert (run.instructions, run.model) == ("You are Guagua.", "gpt-4o")
    newest = client.beta.threads.messages.list(thread_id=thread.id).data[0]
    assert newest.content[0].type == "text"
    assert newest.content[0].text.value == "I am Guagua."
    assert (newest.assistant_id, newest.run_id, newest.status) == (assistant.id, run.id, "completed")
    assert [r.id for r in client.beta.threads.runs.list(thread.id)] == [run.id]
    steps = client.beta.threads.runs.steps.list(thread_id=thread.id, run_id=run.id).data
    assert [s.type for s in steps] == ["message_creation"]
    assert client.beta.threads.runs.steps.retrieve(steps[0].id, thread_id=thread.id, run_id=run.id) == steps[0]


class _Handler(AssistantEventHandler):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.calls: list[str] = []

    @override
    def on_text_created(self, text: Any) -> None:
        self.calls.append("created")

    @override
    def on_text_delta(self, delta: Any, snapshot: Any) -> None:
        self.said.append(delta.value)
        assert snapshot.value == "".join(self.said)

    @override
    def on_text_done(self, text: Any) -> None:
        self.calls.append(f"done: {text.value}")

    @override
    def on_message_done(self, message: Any) -> None:
        self.calls.append(message.status)

    @override
    def on_end(self) -> None:
        self.calls.append("end")


def test_a_run_is_streamed_to_a_handler(serve: Serve) -> None:
    client = serve(["Say again, please?", "Now I see."]).client()
    assistant = client.beta.assistants.create(model="gpt-4o")
    thread = client.beta.threads.create(messages=[{"role": "user", "content": "What?"}])

    for text in ("Say again, please?", "Now I see."):
        handler = _Handler()
        with client.beta.threads.runs.stream(
            thread_id=thread.id, assistant_id=assistant.id, event_handler=handler
        ) as stream:
            stream.until_done()
        assert "".join(handler.said) == text
        assert handler.calls == ["created", f"done: {text}", "completed", "end"]
        assert len(handler.said) > 1


def test_a_second_turn_carries_the_first(live: Live) -> None:
    client = live.client()
    assistant = client.beta.assistants.create(model="gpt-4o", instructions="Be brief.")
    thread = client.beta.threads.create()
    for text in ("one", "two"):
        client.beta.threads.messages.create(thread.id, role="user", content=text)
        client.beta.threads.runs.create_and_poll(thread_id=thread.id, assistant_id=assistant.id)

    said = [m.content for m in live.engine._backend.requests[-1].messages]  # type: ignore[attr-defined]
    assert said == ["Be brief.", "one", "one", "two"]


@pytest.mark.parametrize("method", ["update", "retrieve"])
def test_a_missing_object_is_a_404(client: OpenAI, method: str) -> None:
    import openai

    with pytest.raises(openai.NotFoundError) as missing:
        getattr(client.beta.threads, method)("thread_none")

    assert missing.value.body == {
        "message": "No thread found with id 'thread_none'.",
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    }
