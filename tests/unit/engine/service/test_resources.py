"""Assistants, threads and messages name files and vector stores; what they ask for is made with them, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import InvalidRequest, NotFound
from engine.events import VectorStoreChanged
from engine.service import Engine
from engine.types import ImageFilePart, JsonObject, NewMessage, RunRequest, TextPart
from tests.support.fixtures import Recorder

SEARCH, CODE = {"type": "file_search"}, {"type": "code_interpreter"}


def _file(engine: Engine, content: bytes = b"Tea.") -> str:
    return engine.files.create(content).id


def _said(*attachments: JsonObject, **values: Any) -> NewMessage:
    return NewMessage(role="user", content=(TextPart(text="Look"),), attachments=attachments, **values)


def _inline(**values: Any) -> JsonObject:
    return {"file_search": {"vector_stores": [values]}}


def test_an_inline_store_is_made_with_its_assistant_and_read(engine: Engine, recorder: Recorder) -> None:
    engine.subscribe(recorder)
    assistant = engine.assistants.create(
        model="m", tool_resources=_inline(file_ids=[_file(engine)], metadata={"k": "v"})
    )

    [vector_store_id] = assistant.tool_resources["file_search"]["vector_store_ids"]
    assert engine.vector_stores.wait([vector_store_id], 60)
    vector_store = engine.vector_stores.get(vector_store_id)
    assert (vector_store.file_counts.completed, vector_store.metadata, vector_store.expires_at) == (1, {"k": "v"}, None)
    assert "created" in [event.what for event in recorder.events if isinstance(event, VectorStoreChanged)]
    thread = engine.threads.create(tool_resources=_inline())
    assert thread.tool_resources["file_search"]["vector_store_ids"] != [vector_store_id]


def test_known_ids_are_kept_as_they_are(engine: Engine) -> None:
    vector_store_id, file_id = engine.vector_stores.create().id, _file(engine)
    resources = {"code_interpreter": {"file_ids": [file_id]}, "file_search": {"vector_store_ids": [vector_store_id]}}

    assistant = engine.assistants.create(model="m", tool_resources=resources)
    assert assistant.tool_resources == resources
    thread = engine.threads.create()
    assert engine.threads.update(thread.id, tool_resources=resources).tool_resources == resources
    assert engine.assistants.update(assistant.id, tool_resources=None).tool_resources == {}
    assert engine.threads.update(thread.id, tool_resources={"file_search": None}).tool_resources == {
        "file_search": None
    }


@pytest.mark.parametrize(
    ("resources", "param"),
    [
        ({"code_interpreter": {"file_ids": ["file_x"]}}, "tool_resources.code_interpreter.file_ids[0]"),
        ({"code_interpreter": {"file_ids": ["x"] * 21}}, "tool_resources.code_interpreter.file_ids"),
        ({"file_search": {"vector_store_ids": ["vs_x"]}}, "tool_resources.file_search.vector_store_ids[0]"),
        ({"file_search": {"vector_store_ids": ["a", "b"]}}, "tool_resources.file_search.vector_store_ids"),
        (_inline(file_ids=["file_x"]), "tool_resources.file_search.vector_stores[0].file_ids[0]"),
        (
            {"file_search": {"vector_store_ids": ["vs_x"], "vector_stores": [{}]}},
            "tool_resources.file_search.vector_stores",
        ),
        ({"file_search": {"vector_stores": [{}, {}]}}, "tool_resources.file_search.vector_stores"),
    ],
)
def test_what_does_not_exist_or_is_too_much_is_refused(engine: Engine, resources: JsonObject, param: str) -> None:
    assistant, thread = engine.assistants.create(model="m"), engine.threads.create()
    for call in (
        lambda: engine.assistants.create(model="m", tool_resources=resources),
        lambda: engine.assistants.update(assistant.id, tool_resources=resources),
        lambda: engine.threads.create(tool_resources=resources),
        lambda: engine.threads.update(thread.id, tool_resources=resources),
    ):
        with pytest.raises(InvalidRequest) as caught:
            call()
        assert caught.value.param == param
    assert (engine.vector_stores.list().items, len(engine.assistants.list().items)) == ((), 1)


def test_an_attachment_joins_the_threads_tools(engine: Engine) -> None:
    thread = engine.threads.create()
    table, text, more = _file(engine, b"a,b"), _file(engine), _file(engine, b"Milk.")

    engine.messages.create(thread.id, _said({"file_id": table, "tools": [CODE]}, {"file_id": text, "tools": [SEARCH]}))
    resources = engine.threads.get(thread.id).tool_resources
    assert resources["code_interpreter"] == {"file_ids": [table]}
    [vector_store_id] = resources["file_search"]["vector_store_ids"]
    assert engine.vector_stores.get(vector_store_id).expires_after_days == 7

    engine.messages.create(thread.id, _said({"file_id": more, "tools": [SEARCH, CODE]}, {"file_id": more, "tools": []}))
    resources = engine.threads.get(thread.id).tool_resources
    assert resources["code_interpreter"] == {"file_ids": [table, more]}
    assert resources["file_search"] == {"vector_store_ids": [vector_store_id]}
    assert engine.vector_stores.wait([vector_store_id], 60)
    assert engine.vector_stores.get(vector_store_id).file_counts.completed == 2


def test_a_threads_lost_store_is_made_anew(engine: Engine) -> None:
    attached = _said({"file_id": _file(engine), "tools": [SEARCH]})
    thread = engine.threads.create(messages=[attached])
    [lost] = thread.tool_resources["file_search"]["vector_store_ids"]
    engine.vector_stores.delete(lost)

    engine.messages.create(thread.id, attached)

    [found] = engine.threads.get(thread.id).tool_resources["file_search"]["vector_store_ids"]
    assert found != lost
    assert engine.vector_stores.get(found).file_counts.total == 1


def test_all_ways_to_say_something_take_attachments(engine: Engine) -> None:
    assistant = engine.assistants.create(model="m")
    attached = {"file_id": _file(engine), "tools": [CODE]}
    held = {"file_ids": [attached["file_id"]]}

    run = engine.runs.create_thread_and_run([_said(attached)], RunRequest(assistant_id=assistant.id))
    assert engine.threads.get(run.thread_id).tool_resources["code_interpreter"] == held
    engine.runs.wait(run.id, 30)

    thread = engine.threads.create()
    engine.runs.wait(
        engine.runs.create(thread.id, RunRequest(assistant_id=assistant.id, additional_messages=(_said(attached),))).id,
        30,
    )
    assert engine.threads.get(thread.id).tool_resources["code_interpreter"] == held

    thread = engine.threads.create()
    message, run = engine.runs.say(thread.id, assistant.id, "Look", [attached])
    engine.runs.wait(run.id, 30)
    assert message.attachments == (attached,)
    assert engine.threads.get(thread.id).tool_resources["code_interpreter"] == held


def test_messages_name_only_files_that_exist(engine: Engine) -> None:
    assistant, thread = engine.assistants.create(model="m"), engine.threads.create()
    image = NewMessage(role="user", content=(TextPart(text="x"), ImageFilePart(file_id="file_x")))
    request = RunRequest(assistant_id=assistant.id, additional_messages=(_said(), _said({"file_id": "file_x"})))
    refused: list[tuple[Any, str]] = [
        (lambda: engine.messages.create(thread.id, image), "content[1].image_file.file_id"),
        (lambda: engine.messages.create(thread.id, _said({"file_id": "file_x"})), "attachments[0].file_id"),
        (lambda: engine.threads.create(messages=[_said(), image]), "messages.content[1].image_file.file_id"),
        (lambda: engine.runs.create(thread.id, request), "additional_messages.attachments[0].file_id"),
        (lambda: engine.runs.say(thread.id, assistant.id, "x", [{"file_id": "file_x"}]), "attachments[0].file_id"),
    ]
    for call, param in refused:
        with pytest.raises(InvalidRequest) as caught:
            call()
        assert (caught.value.param, caught.value.code) == (param, "file_not_found")
    assert engine.messages.list(thread.id).items == ()


def test_too_many_code_files_are_refused_with_the_message(engine: Engine) -> None:
    thread = engine.threads.create()
    attachments = [{"file_id": _file(engine, bytes([65 + n])), "tools": [CODE]} for n in range(21)]

    with pytest.raises(InvalidRequest, match="up to 20"):
        engine.messages.create(thread.id, _said(*attachments))

    assert engine.messages.list(thread.id).items == ()
    with pytest.raises(NotFound):
        engine.messages.create("thread_x", _said(*attachments[:1]))
