"""One program that uses the whole API through whatever openai client it runs with: `scenario.py URL KEY [--real]`.

Every answer is checked strictly by the client, and nothing is repeated. What was tried is printed as JSON lines; the
first thing that fails ends it with a traceback. It holds to what the scripted model of `test_versions` answers:
"slowly" never ends, a tool at hand is called, a tool's output is told, and everything else is repeated. `--real` is
for a model that answers freely: only what holds for any answer is tried.
"""

from __future__ import annotations

import asyncio
import json
import sys
import warnings
from collections.abc import Callable
from typing import Any

import openai
from openai import AssistantEventHandler, AsyncAssistantEventHandler, AsyncOpenAI, OpenAI

warnings.filterwarnings("ignore", category=DeprecationWarning)
WEATHER: Any = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}
PASSAGES: Any = ["step_details.tool_calls[*].file_search.results[*].content"]
NOTE = b"Fireside keeps assistants at home. The kettle is in the green cupboard.\n" * 4
HI: Any = [{"role": "user", "content": "Hello there"}]


def text_of(message: Any) -> str:
    return "".join(part.text.value for part in message.content if part.type == "text")


def stores_of(client: Any) -> Any:
    """Vector stores were in beta before 1.66."""
    return client.vector_stores if hasattr(client, "vector_stores") else client.beta.vector_stores


def outputs_of(run: Any) -> Any:
    calls = run.required_action.submit_tool_outputs.tool_calls
    return [{"tool_call_id": call.id, "output": "rain"} for call in calls]


def refused(kind: type[openai.APIStatusError], call: Callable[[], Any]) -> Any:
    try:
        call()
    except kind as error:
        if not error.request_id:
            raise AssertionError("an answer without x-request-id") from error
        return error
    raise AssertionError(f"{kind.__name__} was expected")


def assistants(client: OpenAI) -> None:
    api = client.beta.assistants
    made = api.create(model="gpt-4o", name="A", metadata={"a": "1"}, tools=[{"type": "file_search"}, WEATHER])
    assert api.retrieve(made.id) == made
    changed = api.update(made.id, name=None, description="Helps", tools=[])
    assert (changed.name, changed.description, changed.tools, changed.metadata) == (None, "Helps", [], {"a": "1"})
    more = [api.create(model="gpt-4o").id for _ in range(3)]
    assert {*more, made.id} <= {each.id for each in api.list(limit=2)}
    assert [each.id for each in api.list(limit=2, order="desc").data] == more[:0:-1]
    assert api.delete(made.id).deleted
    error = refused(openai.NotFoundError, lambda: api.retrieve(made.id))
    assert error.type == "invalid_request_error"
    assert refused(openai.BadRequestError, lambda: api.create(model="m", temperature=3)).param == "temperature"


def threads_and_messages(client: OpenAI) -> None:
    threads = client.beta.threads
    thread = threads.create(messages=[*HI, {"role": "assistant", "content": "Hi."}], metadata={"k": "v"})
    assert threads.update(thread.id, metadata={"k": "w"}).metadata == {"k": "w"}
    assert threads.retrieve(thread.id).metadata == {"k": "w"}
    said = threads.messages.create(thread.id, role="user", content=[{"type": "text", "text": "More"}])
    assert threads.messages.retrieve(said.id, thread_id=thread.id) == said
    assert threads.messages.update(said.id, thread_id=thread.id, metadata={"x": "y"}).metadata == {"x": "y"}
    texts = [text_of(message) for message in threads.messages.list(thread.id, order="asc", limit=1)]
    assert texts == ["Hello there", "Hi.", "More"]
    assert threads.messages.delete(said.id, thread_id=thread.id).deleted
    assert threads.delete(thread.id).deleted
    refused(openai.NotFoundError, lambda: threads.messages.list(thread.id))


def runs(client: OpenAI) -> None:
    threads = client.beta.threads
    assistant = client.beta.assistants.create(model="gpt-4o", instructions="Be kind.")
    thread = threads.create(messages=HI)
    run = threads.runs.create(thread.id, assistant_id=assistant.id, metadata={"n": "1"})
    done = threads.runs.poll(run.id, thread_id=thread.id)
    assert (done.status, done.last_error, done.metadata) == ("completed", None, {"n": "1"})
    assert done.usage is not None
    assert done.usage.total_tokens > 0
    assert text_of(threads.messages.list(thread.id, run_id=run.id).data[0]) == "You said: Hello there"
    second = threads.runs.create_and_poll(
        thread_id=thread.id,
        assistant_id=assistant.id,
        additional_messages=[{"role": "user", "content": "And more"}],
        max_prompt_tokens=1000,
        max_completion_tokens=1000,
        truncation_strategy={"type": "last_messages", "last_messages": 2},
        temperature=0,
    )
    assert second.status == "completed"
    assert [each.id for each in threads.runs.list(thread.id)] == [second.id, run.id]
    assert threads.runs.update(run.id, thread_id=thread.id, metadata={"n": "2"}).metadata == {"n": "2"}
    steps = threads.runs.steps.list(run.id, thread_id=thread.id, include=PASSAGES)
    assert [step.type for step in steps] == ["message_creation"]
    step = threads.runs.steps.retrieve(steps.data[0].id, thread_id=thread.id, run_id=run.id, include=PASSAGES)
    assert step.status == "completed"
    both = threads.create_and_run_poll(assistant_id=assistant.id, thread={"messages": HI})
    assert both.status == "completed"


def cancelling(client: OpenAI) -> None:
    threads = client.beta.threads
    assistant = client.beta.assistants.create(model="gpt-4o")
    thread = threads.create(messages=[{"role": "user", "content": "Count slowly"}])
    with threads.runs.stream(thread_id=thread.id, assistant_id=assistant.id) as stream:
        for event in stream:
            if event.event == "thread.message.created":
                run = stream.current_run
                assert run is not None
                error = refused(
                    openai.BadRequestError, lambda: threads.messages.create(thread.id, role="user", content="Now")
                )
                assert "while a run" in error.message
                assert threads.runs.cancel(run.id, thread_id=thread.id).status in ("cancelling", "cancelled")
    assert stream.current_run is not None
    assert stream.current_run.status == "cancelled"
    assert threads.messages.list(thread.id).data[0].status == "incomplete"


class Heard(AssistantEventHandler):
    """Counts what the helper reports."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.text = ""

    def on_event(self, event: Any) -> None:
        self.names.append(event.event)

    def on_text_delta(self, delta: Any, snapshot: Any) -> None:
        self.text += delta.value or ""

    def on_tool_call_created(self, tool_call: Any) -> None:
        self.names.append(f"called {tool_call.function.name}")


def streams(client: OpenAI) -> None:
    threads = client.beta.threads
    assistant = client.beta.assistants.create(model="gpt-4o")
    thread = threads.create(messages=HI)
    with threads.runs.stream(thread_id=thread.id, assistant_id=assistant.id, event_handler=Heard()) as heard:
        heard.until_done()
    assert heard.text == "You said: Hello there"
    assert heard.names[0] == "thread.run.created"
    assert heard.names[-1] == "thread.run.completed"
    assert text_of(heard.get_final_messages()[0]) == heard.text
    plain = [e.event for e in threads.runs.create(thread_id=thread.id, assistant_id=assistant.id, stream=True)]
    assert (plain[0], plain[-1]) == ("thread.run.created", "thread.run.completed")
    with threads.create_and_run_stream(assistant_id=assistant.id, thread={"messages": HI}) as stream:
        assert "".join(stream.text_deltas) == "You said: Hello there"
    plain = [e.event for e in threads.create_and_run(assistant_id=assistant.id, thread={"messages": HI}, stream=True)]
    assert plain[0] == "thread.created"


def functions(client: OpenAI) -> None:
    runs = client.beta.threads.runs
    assistant = client.beta.assistants.create(model="gpt-4o", tools=[WEATHER])

    def waiting() -> Any:
        run = client.beta.threads.create_and_run_poll(assistant_id=assistant.id, thread={"messages": HI})
        assert run.status == "requires_action", run.status
        return run

    run = waiting()
    done = runs.submit_tool_outputs_and_poll(run_id=run.id, thread_id=run.thread_id, tool_outputs=outputs_of(run))
    assert done.status == "completed"
    assert text_of(client.beta.threads.messages.list(run.thread_id).data[0]) == "The tool said: rain"
    steps = runs.steps.list(run.id, thread_id=run.thread_id, order="asc").data
    assert [step.type for step in steps] == ["tool_calls", "message_creation"]
    assert steps[0].step_details.tool_calls[0].function.output == "rain"  # type: ignore[union-attr]

    run = waiting()
    assert runs.submit_tool_outputs(run_id=run.id, thread_id=run.thread_id, tool_outputs=outputs_of(run)).status in (
        "queued",
        "in_progress",
    )
    assert runs.poll(run.id, thread_id=run.thread_id).status == "completed"

    run = waiting()
    with runs.submit_tool_outputs_stream(
        run_id=run.id, thread_id=run.thread_id, tool_outputs=outputs_of(run)
    ) as stream:
        assert "".join(stream.text_deltas) == "The tool said: rain"

    run = waiting()
    events = runs.submit_tool_outputs(run_id=run.id, thread_id=run.thread_id, tool_outputs=outputs_of(run), stream=True)
    assert [event.event for event in events][-1] == "thread.run.completed"

    thread = client.beta.threads.create(messages=HI)
    with runs.stream(thread_id=thread.id, assistant_id=assistant.id, event_handler=Heard()) as heard:
        heard.until_done()
    assert "called weather" in heard.names
    assert heard.names[-2:] == ["thread.run.requires_action", "called weather"] or (
        heard.names[-1] == "thread.run.requires_action"
    )
    run = heard.current_run
    assert run is not None
    runs.cancel(run.id, thread_id=thread.id)
    assert runs.poll(run.id, thread_id=thread.id).status == "cancelled"


def files(client: OpenAI) -> None:
    made = client.files.create(file=("note.txt", NOTE), purpose="assistants")
    assert (made.bytes, made.filename, made.purpose) == (len(NOTE), "note.txt", "assistants")
    assert client.files.retrieve(made.id) == made
    assert made.id in {each.id for each in client.files.list(purpose="assistants")}
    assert client.files.content(made.id).read() == NOTE
    assert client.files.wait_for_processing(made.id).id == made.id
    assert client.files.delete(made.id).deleted
    refused(openai.NotFoundError, lambda: client.files.content(made.id))


def uploads(client: OpenAI) -> None:
    upload = client.uploads.create(bytes=len(NOTE), filename="big.txt", mime_type="text/plain", purpose="assistants")
    half = len(NOTE) // 2
    parts = [client.uploads.parts.create(upload.id, data=data).id for data in (NOTE[:half], NOTE[half:])]
    done = client.uploads.complete(upload.id, part_ids=parts)
    assert done.status == "completed"
    assert done.file is not None
    assert client.files.content(done.file.id).read() == NOTE
    other = client.uploads.create(bytes=9, filename="x.txt", mime_type="text/plain", purpose="assistants")
    assert client.uploads.cancel(other.id).status == "cancelled"
    chunked = client.uploads.upload_file_chunked(
        file=NOTE, filename="c.txt", bytes=len(NOTE), mime_type="text/plain", purpose="assistants", part_size=100
    )
    assert chunked.status == "completed"


def vector_stores(client: OpenAI) -> None:
    stores = stores_of(client)
    file = client.files.create(file=("note.txt", NOTE), purpose="assistants")
    store = stores.create(name="Notes", metadata={"a": "b"}, expires_after={"anchor": "last_active_at", "days": 7})
    assert stores.retrieve(store.id).name == "Notes"
    assert stores.update(store.id, name="Papers", expires_after=None).name == "Papers"
    assert store.id in {each.id for each in stores.list(limit=1)}
    added = stores.files.create_and_poll(file.id, vector_store_id=store.id)
    assert added.status == "completed", added.last_error
    assert stores.files.retrieve(file.id, vector_store_id=store.id).status == "completed"
    assert [each.id for each in stores.files.list(store.id, filter="completed")] == [file.id]
    batch = stores.file_batches.upload_and_poll(store.id, files=[("other.txt", NOTE), ("third.md", NOTE)])
    assert (batch.status, batch.file_counts.completed) == ("completed", 2)
    assert stores.file_batches.retrieve(batch.id, vector_store_id=store.id).id == batch.id
    assert len(stores.file_batches.list_files(batch.id, vector_store_id=store.id).data) == 2
    if hasattr(stores, "search"):
        found = stores.search(store.id, query="Where is the kettle?", max_num_results=2).data
        assert "kettle" in found[0].content[0].text
        assert stores.files.update(file.id, vector_store_id=store.id, attributes={"year": 2026}).attributes
        assert "kettle" in stores.files.content(file.id, vector_store_id=store.id).data[0].text
    assert stores.files.delete(file.id, vector_store_id=store.id).deleted
    assert stores.delete(store.id).deleted


def completions(client: OpenAI) -> None:
    whole = client.chat.completions.create(model="gpt-4o", messages=HI)
    assert whole.choices[0].message.content == "You said: Hello there"
    chunks = list(
        client.chat.completions.create(model="gpt-4o", messages=HI, stream=True, stream_options={"include_usage": True})
    )
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert said == "You said: Hello there"
    assert chunks[-1].usage is not None
    called = client.chat.completions.create(model="gpt-4o", messages=HI, tools=[WEATHER]).choices[0]
    assert called.finish_reason == "tool_calls"
    assert called.message.tool_calls is not None
    assert called.message.tool_calls[0].function.name == "weather"  # type: ignore[union-attr]
    refused(openai.BadRequestError, lambda: client.chat.completions.create(model="gpt-4o", messages=[]))


def models_and_embeddings(client: OpenAI) -> None:
    names = [model.id for model in client.models.list()]
    assert "scripted" in names
    assert client.models.retrieve("scripted").id == "scripted"
    refused(openai.NotFoundError, lambda: client.models.retrieve("nobody"))
    refused(openai.NotFoundError, lambda: client.models.delete("nobody"))
    vectors = client.embeddings.create(model="text-embedding-3-small", input=["a", "b"], encoding_format="float")
    assert [item.index for item in vectors.data] == [0, 1]


def responses(client: OpenAI) -> None:
    first = client.responses.create(model="gpt-4o", input="Hello there", instructions="Be kind.")
    assert first.output_text == "You said: Hello there"
    assert client.responses.retrieve(first.id).output_text == first.output_text
    second = client.responses.create(model="gpt-4o", input="Again", previous_response_id=first.id)
    assert second.previous_response_id == first.id
    events = list(client.responses.create(model="gpt-4o", input="Hello there", stream=True))
    assert [events[0].type, events[-1].type] == ["response.created", "response.completed"]
    assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == "You said: Hello there"
    tool: Any = {
        "type": "function",
        "name": "weather",
        "parameters": {"type": "object", "properties": {}},
        "strict": None,
    }
    with client.responses.stream(model="gpt-4o", input="Hello there", tools=[tool]) as stream:
        called = stream.get_final_response()
    call = called.output[0]
    assert call.type == "function_call"
    answered: Any = [{"type": "function_call_output", "call_id": call.call_id, "output": "rain"}]
    last = client.responses.create(model="gpt-4o", input=answered, previous_response_id=called.id, tools=[tool])
    assert last.output_text == "The tool said: rain"
    if hasattr(client, "conversations"):
        conversation = client.conversations.create(metadata={"a": "b"})
        client.responses.create(model="gpt-4o", input="Hello there", conversation=conversation.id)
        items = client.conversations.items.list(conversation.id, order="asc").data
        assert [(item.type, item.role) for item in items] == [("message", "user"), ("message", "assistant")]  # type: ignore[union-attr]
        assert client.conversations.update(conversation.id, metadata={"c": "d"}).metadata == {"c": "d"}
        assert client.conversations.delete(conversation.id).deleted
    client.responses.delete(first.id)
    refused(openai.NotFoundError, lambda: client.responses.retrieve(first.id))


async def asynchronously(client: AsyncOpenAI) -> None:
    threads = client.beta.threads
    assistant = await client.beta.assistants.create(model="gpt-4o", tools=[WEATHER])
    assert assistant.id in [each.id async for each in client.beta.assistants.list(limit=1)]
    thread = await threads.create(messages=HI)
    run = await threads.runs.create_and_poll(thread_id=thread.id, assistant_id=assistant.id)
    assert run.status == "requires_action"
    done = await threads.runs.submit_tool_outputs_and_poll(
        run_id=run.id, thread_id=thread.id, tool_outputs=outputs_of(run)
    )
    assert done.status == "completed"

    class AsyncHeard(AsyncAssistantEventHandler):
        text = ""

        async def on_text_delta(self, delta: Any, snapshot: Any) -> None:
            self.text += delta.value or ""

    async with threads.runs.stream(
        thread_id=thread.id, assistant_id=assistant.id, tools=[], event_handler=AsyncHeard()
    ) as heard:
        await heard.until_done()
    assert heard.text
    events = await threads.runs.create(thread_id=thread.id, assistant_id=assistant.id, tools=[], stream=True)
    assert [event.event async for event in events][-1] == "thread.run.completed"
    texts = [text_of(message) async for message in threads.messages.list(thread.id, order="asc", limit=1)]
    assert texts[0] == "Hello there"
    assert len(texts) == 4
    file = await client.files.create(file=("a.txt", NOTE), purpose="assistants")
    assert (await client.files.content(file.id)).read() == NOTE
    answers = await asyncio.gather(*(client.chat.completions.create(model="gpt-4o", messages=HI) for _ in range(4)))
    assert {answer.choices[0].message.content for answer in answers} == {"You said: Hello there"}
    chunks = await client.chat.completions.create(model="gpt-4o", messages=HI, stream=True)
    assert "".join([chunk.choices[0].delta.content or "" async for chunk in chunks]) == "You said: Hello there"
    assert (await client.beta.assistants.delete(assistant.id)).deleted
    assert (await threads.delete(thread.id)).deleted


def real_model(client: OpenAI) -> None:
    assistant = client.beta.assistants.create(model="gpt-4o", temperature=0)
    thread = client.beta.threads.create(messages=HI)
    options: Any = {"thread_id": thread.id, "assistant_id": assistant.id, "max_completion_tokens": 256}
    with client.beta.threads.runs.stream(**options) as stream:
        said = "".join(stream.text_deltas)
    assert said == text_of(client.beta.threads.messages.list(thread.id).data[0]) != ""
    answer = client.chat.completions.create(model="gpt-4o", messages=HI, max_tokens=8, temperature=0)
    assert answer.choices[0].message.content


SECTIONS: tuple[Callable[[OpenAI], None], ...] = (
    assistants,
    threads_and_messages,
    runs,
    cancelling,
    streams,
    functions,
    files,
    uploads,
    vector_stores,
    completions,
    models_and_embeddings,
)


def main(url: str, key: str, *flags: str) -> None:
    options: Any = {"base_url": url, "api_key": key, "max_retries": 0, "timeout": 60}
    sections = SECTIONS if not flags else (real_model,)
    with OpenAI(_strict_response_validation=True, **options) as client:
        if not flags and hasattr(client, "responses"):
            sections = (*sections, responses)
        for section in sections:
            section(client)
            _report(section.__name__)
    if not flags:
        asyncio.run(_async_main(options))
        _report("asynchronously")


async def _async_main(options: Any) -> None:
    async with AsyncOpenAI(_strict_response_validation=True, **options) as client:
        await asynchronously(client)


def _report(name: str) -> None:
    sys.stdout.write(json.dumps(name) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
