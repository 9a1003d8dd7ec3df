"""The model is got ready while somebody types, and gives way to every run."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest

from engine.cancel import CancelToken
from engine.runs.ahead import read_ahead
from engine.runs.world import World
from engine.service import warming
from engine.types import Run
from tests.support.fixtures import EngineFactory


@dataclass
class Reads:
    """What was read ahead; each reading then goes on until somebody cancels it."""

    places: list[str] = field(default_factory=list)
    begun: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def read(self, world: World, run: Run, cancel: CancelToken) -> None:
        read_ahead(world, run, cancel)
        self.places.append(run.thread_id)
        self.begun.set()
        cancel.wait(30)
        self.ended.set()


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    found = Reads()
    monkeypatch.setattr(warming, "read_ahead", found.read)
    return found


def test_the_model_is_loaded_and_a_run_ends_the_reading(make_engine: EngineFactory, reads: Reads) -> None:
    engine = make_engine(["Yes."])
    assistant = engine.assistants.create(model="m", instructions="Be brief.")
    engine.warming.warm(None, assistant.id)
    assert reads.begun.wait(30)
    assert [model.model_id for model in engine.models.loaded()] == ["scripted"]
    message, run = engine.runs.say(None, assistant.id, "Is it?")
    assert reads.ended.wait(30)
    assert engine.runs.wait(run.id, 30).status == "completed"
    assert engine.messages.get(message.thread_id, message.id).text == "Is it?"


def test_the_same_place_is_read_once_until_something_happens_there(make_engine: EngineFactory, reads: Reads) -> None:
    engine = make_engine(["Yes."])
    assistant = engine.assistants.create(model="m")
    engine.warming.warm(None, assistant.id)
    assert reads.begun.wait(30)
    engine.warming.warm(None, assistant.id)
    message, run = engine.runs.say(None, assistant.id, "Is it?")
    engine.runs.wait(run.id, 30)
    reads.begun.clear()
    engine.warming.warm(message.thread_id, assistant.id)
    assert reads.begun.wait(30)
    assert reads.places == ["", message.thread_id]


def test_what_cannot_be_read_is_left(make_engine: EngineFactory, reads: Reads) -> None:
    engine = make_engine([])
    assistant = engine.assistants.create(model="m")
    engine.warming.warm("thread_gone", assistant.id)
    engine.warming.warm(None, assistant.id)
    assert reads.begun.wait(30)
    assert reads.places == [""]
    engine.warming.close()
    engine.warming.close()
    engine.warming.warm(None, assistant.id)


def test_the_thread_somebody_looks_at_goes_first(make_engine: EngineFactory) -> None:
    engine = make_engine([])
    engine.look_at("thread_1")
    assert engine._scheduler._world.front() == "thread_1"
    engine.look_at(None)
    assert engine._scheduler._world.front() == ""
