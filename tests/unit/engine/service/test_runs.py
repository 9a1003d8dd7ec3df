"""Runs: one call stores what was said and the run that answers it."""

from __future__ import annotations

import threading

import pytest

from engine.errors import InvalidRequest, NotFound, ThreadBusy, Unavailable
from engine.events import MessageDelta
from engine.inference.scripted import Reply
from engine.service import Engine
from engine.types import NewMessage, PageRequest, RunRequest, RunStatus, TextPart
from tests.support.fixtures import SCRIPTED_MODEL, EngineFactory, Recorder


def user(text: str) -> NewMessage:
    return NewMessage(role="user", content=(TextPart(text=text),))


class TestFields:
    def test_the_request_comes_before_the_assistant(self, engine: Engine) -> None:
        assistant = engine.assistants.create(
            model="gpt-4o", instructions="Be kind.", temperature=0.1, tools=[{"type": "file_search"}]
        )
        thread = engine.threads.create(messages=[user("Hi")])
        request = RunRequest(
            assistant_id=assistant.id,
            model="gpt-4",
            instructions="Be brief.",
            additional_instructions="In Chinese.",
            temperature=0.9,
            tools=(),
            metadata={"a": "b"},
            truncation_strategy={"type": "last_messages", "last_messages": 3},
            max_completion_tokens=300,
        )
        run = engine.runs.create(thread.id, request)
        assert (run.model, run.instructions, run.tools) == ("gpt-4", "Be brief.\n\nIn Chinese.", ())
        assert (run.temperature, run.metadata, run.max_completion_tokens) == (0.9, {"a": "b"}, 300)
        assert run.truncation_strategy == {"type": "last_messages", "last_messages": 3}
        assert run.trace["model"] == SCRIPTED_MODEL
        assert run.expires_at == pytest.approx(run.created_at + 3600, abs=5)
        engine.runs.wait(run.id, 30)

    def test_the_assistant_fills_the_gaps(self, engine: Engine) -> None:
        assistant = engine.assistants.create(
            model="gpt-4o", instructions="Be kind.", temperature=0.1, tools=[{"type": "file_search"}]
        )
        thread = engine.threads.create(messages=[user("Hi")])
        run = engine.runs.create(thread.id, RunRequest(assistant_id=assistant.id, additional_instructions="Now."))
        assert (run.model, run.instructions) == ("gpt-4o", "Be kind.\n\nNow.")
        assert (run.temperature, run.tools) == (0.1, ({"type": "file_search"},))
        assert run.truncation_strategy == {"type": "auto", "last_messages": None}
        engine.runs.wait(run.id, 30)


class TestCreating:
    def test_additional_messages_come_first(self, make_engine: EngineFactory, recorder: Recorder) -> None:
        engine = make_engine(["Fine."])
        engine.subscribe(recorder)
        assistant, thread = engine.assistants.create(model="m"), engine.threads.create()
        request = RunRequest(assistant_id=assistant.id, additional_messages=(user("Hi"), user("How are you?")))
        run = engine.runs.wait(engine.runs.create(thread.id, request).id, 30)
        assert run.status is RunStatus.COMPLETED
        texts = [m.text for m in engine.messages.list(thread.id, PageRequest(order="asc")).items]
        assert texts == ["Hi", "How are you?", "Fine."]
        assert engine.threads.get(thread.id).title == "Hi"
        assert recorder.names()[1:6] == [
            *("message.created", "message.created", "thread.updated", "run.created", "run.queued")
        ]

    def test_a_thread_and_its_run_in_one(self, make_engine: EngineFactory, recorder: Recorder) -> None:
        engine = make_engine(["Fine."])
        assistant = engine.assistants.create(model="m")
        engine.subscribe(recorder)
        run = engine.runs.create_thread_and_run(
            [user("How are you?")], RunRequest(assistant_id=assistant.id), metadata={"a": "b"}
        )
        assert engine.runs.wait(run.id, 30).status is RunStatus.COMPLETED
        assert engine.threads.get(run.thread_id).metadata == {"a": "b"}
        assert recorder.names()[:5] == [
            *("thread.created", "message.created", "thread.updated", "run.created", "run.queued")
        ]

    def test_saying_names_the_thread_once(self, make_engine: EngineFactory) -> None:
        engine = make_engine(["One.", "Two."])
        assistant, thread = engine.assistants.create(model="m"), engine.threads.create()
        for text in ("First question", "Second question"):
            message, run = engine.runs.say(thread.id, assistant.id, text)
            assert (message.text, message.role) == (text, "user")
            engine.runs.wait(run.id, 30)
        assert engine.threads.get(thread.id).title == "First question"
        assert len(engine.runs.list(thread.id).items) == 2
        assert engine.runs.active(thread.id) is None

    def test_a_busy_thread_refuses_another_run(self, make_engine: EngineFactory) -> None:
        gate, writing = threading.Event(), threading.Event()
        engine = make_engine([Reply(text="one two", gates={1: gate})])
        engine.subscribe(lambda event: writing.set() if isinstance(event, MessageDelta) else None)
        assistant, thread = engine.assistants.create(model="m"), engine.threads.create()
        _, run = engine.runs.say(thread.id, assistant.id, "Hi")
        assert writing.wait(30)
        assert engine.runs.active(thread.id) is not None
        with pytest.raises(ThreadBusy, match=f"Thread {thread.id} already has an active run {run.id}."):
            engine.runs.say(thread.id, assistant.id, "More")
        assert len(engine.messages.list(thread.id, PageRequest()).items) == 2
        gate.set()
        engine.runs.wait(run.id, 30)

    def test_without_a_model_nothing_is_stored(self, make_engine: EngineFactory) -> None:
        engine = make_engine(models=())
        assistant, thread = engine.assistants.create(model="m"), engine.threads.create()
        with pytest.raises(Unavailable, match="No language model is installed") as caught:
            engine.runs.say(thread.id, assistant.id, "Hi")
        assert caught.value.code == "no_model"
        assert engine.messages.list(thread.id).items == ()

    @pytest.mark.parametrize("text", ["", "  \n ", "x" * 256_001])
    def test_nothing_and_too_much_are_refused(self, engine: Engine, text: str) -> None:
        assistant, thread = engine.assistants.create(model="m"), engine.threads.create()
        with pytest.raises(InvalidRequest) as caught:
            engine.runs.say(thread.id, assistant.id, text)
        assert caught.value.param == "text"

    def test_unknown_things_are_not_found(self, engine: Engine) -> None:
        assistant, thread = engine.assistants.create(model="m"), engine.threads.create()
        with pytest.raises(NotFound, match="asst_unknown"):
            engine.runs.say(thread.id, "asst_unknown", "Hi")
        with pytest.raises(NotFound, match="thread_unknown"):
            engine.runs.say("thread_unknown", assistant.id, "Hi")
        with pytest.raises(NotFound):
            engine.runs.wait("run_unknown", 0)
        with pytest.raises(InvalidRequest):
            engine.runs.create(thread.id, RunRequest(assistant_id=assistant.id, top_p=2))


class TestLookingAndChanging:
    def test_an_ended_run(self, make_engine: EngineFactory, recorder: Recorder) -> None:
        engine = make_engine(["Fine."])
        assistant, thread = engine.assistants.create(model="m"), engine.threads.create()
        _, run = engine.runs.say(thread.id, assistant.id, "Hi")
        ended = engine.runs.wait(run.id, 30)
        assert engine.runs.get(thread.id, run.id) == ended
        (step,) = engine.runs.steps(run.id).items
        assert engine.runs.step(run.id, step.id) == step
        engine.subscribe(recorder)
        assert engine.runs.update(thread.id, run.id, metadata={"a": "b"}).metadata == {"a": "b"}
        assert recorder.names() == ["run.updated"]
        assert engine.runs.list(None).items[0].id == run.id
        with pytest.raises(InvalidRequest, match="Cannot cancel"):
            engine.runs.cancel(thread.id, run.id)
        with pytest.raises(InvalidRequest, match="do not accept tool outputs"):
            engine.runs.submit_tool_outputs(thread.id, run.id, {"call_1": "x"})
        with pytest.raises(NotFound):
            engine.runs.update("thread_other", run.id, metadata={})

    def test_cancelling(self, make_engine: EngineFactory) -> None:
        engine = make_engine([Reply(text="one two", gates={1: threading.Event()})])
        writing = threading.Event()
        engine.subscribe(lambda event: writing.set() if isinstance(event, MessageDelta) else None)
        assistant, thread = engine.assistants.create(model="m"), engine.threads.create()
        _, run = engine.runs.say(thread.id, assistant.id, "Hi")
        assert writing.wait(30)
        assert engine.runs.cancel(thread.id, run.id).status is RunStatus.CANCELLING
        assert engine.runs.wait(run.id, 30).status is RunStatus.CANCELLED
