"""Samples work out of the box, are made once, and come back as the user left them."""

from __future__ import annotations

import json
import queue

import pytest

from engine.errors import NotFound
from engine.events import RunChanged
from engine.inference.port import ChatRequest
from engine.service.samples import HATS
from engine.types import RunStatus
from tests.support.fixtures import EngineFactory

SQL = "SELECT instructor, count(*) FROM Courses GROUP BY instructor ORDER BY 2 DESC LIMIT 2"


def _script(request: ChatRequest) -> str:
    told = [message.content for message in request.messages if message.role == "tool"]
    call = json.dumps({"name": "course_info", "arguments": {"query": SQL}})
    return told[0] if told else f"<tool_call>\n{call}\n</tool_call>"


def test_it_queries_its_22_courses_at_once(make_engine: EngineFactory) -> None:
    engine = make_engine(_script)
    assistant = engine.samples.courses()
    thread = engine.threads.create()
    ended: queue.SimpleQueue[RunStatus] = queue.SimpleQueue()
    engine.subscribe(lambda e: ended.put(e.run.status) if isinstance(e, RunChanged) and e.run.status.terminal else None)

    engine.runs.say(thread.id, assistant.id, "谁上的课最多？")
    assert ended.get(timeout=60) is RunStatus.COMPLETED

    answer, question = engine.messages.list(thread.id).items
    assert question.text == "谁上的课最多？"
    assert answer.text == "[('王卓然', 9), ('孙志岗', 6)]"


def test_it_is_made_once_and_stays_as_the_user_left_it(make_engine: EngineFactory) -> None:
    engine = make_engine()
    first = engine.samples.courses()
    engine.assistants.update(first.id, name="Courses")
    (executor,) = engine.functions.of(first.id)
    engine.functions.set_approval(executor.id, "ask")

    again = engine.samples.courses()

    assert (again.id, again.name) == (first.id, "Courses")
    assert [e.approval for e in engine.functions.of(first.id)] == ["ask"]


@pytest.mark.parametrize("language", ["en", "zh_CN", "fr"])
def test_every_sample_of_the_gallery_can_be_made(make_engine: EngineFactory, language: str) -> None:
    engine = make_engine()
    for sample in engine.samples.catalogue(language):
        made = engine.samples.add(sample.id, language)
        shown = sample.members or (sample,)
        assert [a.name for a in made] == [each.name for each in shown]
        assert all(a.instructions and a.metadata["starter_1"] and a.metadata["glyph"] for a in made)
    by_name = {a.metadata["fireside"]: a for a in engine.assistants.list().items}
    [csv] = by_name["sample-analyst"].tool_resources["code_interpreter"]["file_ids"]
    assert b"".join(engine.files.read(csv)[1]).startswith(b"month,region,product")
    [store] = by_name["sample-documents"].tool_resources["file_search"]["vector_store_ids"]
    assert engine.vector_stores.get(store).file_counts.total == 1


def test_the_six_hats_are_told_apart(make_engine: EngineFactory) -> None:
    engine = make_engine()
    hats = engine.samples.add(HATS, "zh_CN")

    assert len({(a.metadata["avatar"], a.metadata["glyph"]) for a in hats}) == 6
    with pytest.raises(NotFound):
        engine.samples.add("seventh", "en")
