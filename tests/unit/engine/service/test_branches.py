"""Editing and answering again: another branch, one transaction, and what listeners hear."""

from __future__ import annotations

import pytest

from engine.errors import InvalidRequest
from engine.events import MessagesMoved
from engine.service import Engine
from engine.types import NewMessage, PageRequest, RunStatus, TextPart
from tests.support.fixtures import EngineFactory, Recorder

ASCENDING = PageRequest(order="asc", limit=100)


def _texts(engine: Engine, thread_id: str) -> list[str]:
    return [message.text for message in engine.messages.list(thread_id, ASCENDING).items]


def _said(engine: Engine, assistant_id: str, *texts: str) -> str:
    thread_id: str | None = None
    for text in texts:
        message, run = engine.runs.say(thread_id, assistant_id, text)
        engine.runs.wait(run.id, 30)
        thread_id = message.thread_id
    assert thread_id is not None
    return thread_id


def test_an_edit_branches_and_is_answered(make_engine: EngineFactory, recorder: Recorder) -> None:
    engine = make_engine(["a1", "a2", "a1 other"])
    assistant = engine.assistants.create(model="m")
    thread_id = _said(engine, assistant.id, "q1", "q2")
    first = engine.messages.list(thread_id, ASCENDING).items[0]
    engine.subscribe(recorder)

    message, run = engine.branches.edit(thread_id, first.id, assistant.id, "q1 other")
    assert engine.runs.wait(run.id, 30).status is RunStatus.COMPLETED

    assert _texts(engine, thread_id) == ["q1 other", "a1 other"]
    assert isinstance(recorder.events[0], MessagesMoved)
    assert recorder.names()[:2] == ["message.created", "thread.updated"]
    [fork] = engine.branches.forks(thread_id)
    assert (fork.message_id, fork.chosen) == (message.id, 1)
    engine.branches.choose(thread_id, fork.branches[0])
    assert _texts(engine, thread_id) == ["q1", "a1", "q2", "a2"]
    assert not engine.branches.show(thread_id, first.id)
    assert engine.branches.show(thread_id, message.id)
    assert _texts(engine, thread_id) == ["q1 other", "a1 other"]


def test_an_answer_is_written_again_where_it_is(make_engine: EngineFactory) -> None:
    engine = make_engine(["a1", "a2", "a1 again", "a1 third"])
    assistant = engine.assistants.create(model="m")
    thread_id = _said(engine, assistant.id, "q1", "q2")
    question, answer = engine.messages.list(thread_id, ASCENDING).items[:2]

    engine.runs.wait(engine.branches.answer_again(thread_id, answer.id, assistant.id).id, 30)
    assert _texts(engine, thread_id) == ["q1", "a1 again"]
    engine.runs.wait(engine.branches.answer_again(thread_id, question.id, assistant.id).id, 30)

    assert _texts(engine, thread_id) == ["q1", "a1 third"]
    assert [len(fork.branches) for fork in engine.branches.forks(thread_id)] == [3]


def test_what_was_not_answered_is_answered_without_a_branch(make_engine: EngineFactory) -> None:
    engine = make_engine(["a1"])
    assistant = engine.assistants.create(model="m")
    thread = engine.threads.create(messages=[NewMessage(role="user", content=(TextPart(text="q1"),))])
    [question] = engine.messages.list(thread.id, ASCENDING).items

    engine.runs.wait(engine.branches.answer_again(thread.id, question.id, assistant.id).id, 30)

    assert _texts(engine, thread.id) == ["q1", "a1"]
    assert engine.branches.forks(thread.id) == ()


def test_an_edit_that_is_refused_changes_nothing(make_engine: EngineFactory) -> None:
    engine = make_engine(["a1"])
    assistant = engine.assistants.create(model="m")
    thread_id = _said(engine, assistant.id, "q1")
    question, answer = engine.messages.list(thread_id, ASCENDING).items
    for message_id, text in ((question.id, "  "), (answer.id, "no")):
        with pytest.raises(InvalidRequest):
            engine.branches.edit(thread_id, message_id, assistant.id, text)

    assert _texts(engine, thread_id) == ["q1", "a1"]
    assert engine.branches.forks(thread_id) == ()
