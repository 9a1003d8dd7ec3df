"""A thread as Markdown and as the API's objects."""

from __future__ import annotations

import json

import pytest

from engine.errors import NotFound
from engine.portability.export_thread import ExportWords, markdown, objects
from engine.types import ImageFilePart, NewMessage, TextPart
from tests.support.fixtures import EngineFactory


def test_markdown_reads_like_the_conversation(make_engine: EngineFactory) -> None:
    engine = make_engine(["Three **minutes**."])
    ada = engine.assistants.create(model="m", name="Ada")
    file = engine.files.create(b"tea", filename="tea 茶.txt")
    attachment = {"file_id": file.id, "tools": [{"type": "code_interpreter"}]}
    message, run = engine.runs.say(None, ada.id, "How long\ndoes tea steep?", [attachment])
    engine.runs.wait(run.id, 30)

    text = "".join(markdown(engine, message.thread_id, ExportWords(you="我", files="文件")))

    assert text.startswith("# How long does tea steep?\n\n## 我 · ")
    assert "\n\nHow long\ndoes tea steep?\n\n*文件: tea 茶.txt*\n\n## Ada · " in text
    assert text.endswith("\n\nThree **minutes**.\n")


def test_json_holds_what_the_api_returns(make_engine: EngineFactory) -> None:
    engine = make_engine(["fine"])
    message, run = engine.runs.say(None, engine.assistants.create(model="m").id, "Hi")
    engine.runs.wait(run.id, 30)

    found = json.loads("".join(objects(engine, message.thread_id)))

    assert found["thread"]["object"] == "thread"
    assert [each["role"] for each in found["messages"]] == ["user", "assistant"]
    assert [each["status"] for each in found["runs"]] == ["completed"]
    assert [each["type"] for each in found["steps"]] == ["message_creation"]


def test_a_long_thread_a_picture_and_nobody(make_engine: EngineFactory) -> None:
    engine = make_engine()
    picture = engine.files.create(b"x", filename="a.png", purpose="vision")
    many = [NewMessage(role="user", content=(TextPart(text=str(n)),)) for n in range(205)]
    seen = NewMessage(role="assistant", content=(ImageFilePart(file_id=picture.id),))
    thread = engine.threads.create(messages=[*many, seen], title=" Two\nlines ")

    text = "".join(markdown(engine, thread.id))

    assert text.startswith("# Two lines\n")
    assert text.count("## You") == 205
    assert f"## Assistant · {text.rsplit(' · ', 1)[1]}" in text
    assert picture.id in text
    assert len(json.loads("".join(objects(engine, thread.id)))["messages"]) == 206
    with pytest.raises(NotFound):
        "".join(markdown(engine, "thread_unknown"))
