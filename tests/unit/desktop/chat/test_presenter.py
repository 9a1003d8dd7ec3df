"""The chat's state, on the real engine with a scripted model, without a window."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from desktop.chat.branching import Place
from desktop.chat.marks import Mark
from desktop.chat.outgoing import Letter
from desktop.chat.presenter import PAGE, Presenter
from desktop.chat.turns import Turn
from desktop.live import Live, Phase
from engine.errors import FiresideError, WorkerFailed
from engine.events import Event
from engine.inference.scripted import Reply, ScriptedBackend
from engine.service import Engine
from engine.types import NewMessage, TextPart
from tests.support.gguf import write_gguf


class AtOnce:
    """Runs calls in place."""

    def run(self, op: Any, done: Any = None, failed: Any = None) -> None:
        try:
            result = op()
        except FiresideError as error:
            if failed is not None:
                failed(error)
            return
        if done is not None:
            done(result)

    write = run


@dataclass
class Screen:
    """Remembers what it was told to show."""

    turns: list[Turn] = field(default_factory=list)
    phase: Phase | None = None
    failure: tuple[str, str] | None = None
    waiting: list[str] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    revealed: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    older: bool = False
    newer: bool = False

    def show_turns(self, turns: tuple[Turn, ...], *, older: bool, newer: bool) -> None:
        self.turns, self.older, self.newer = list(turns), older, newer

    def add_older(self, turns: tuple[Turn, ...], *, older: bool) -> None:
        self.turns, self.older = [*turns, *self.turns], older

    def add_newer(self, turns: tuple[Turn, ...], *, newer: bool) -> None:
        self.turns, self.newer = [*self.turns, *turns], newer

    def put(self, turn: Turn) -> None:
        known = [n for n, shown in enumerate(self.turns) if shown.id == turn.id]
        if known:
            self.turns[known[0]] = turn
        else:
            self.turns.append(turn)

    def grow(self, turn_id: str, text: str, marks: tuple[Mark, ...] = ()) -> None:
        from dataclasses import replace

        self.turns = [replace(t, text=t.text + text) if t.id == turn_id else t for t in self.turns]

    def drop(self, turn_id: str) -> None:
        self.turns = [turn for turn in self.turns if turn.id != turn_id]

    def show_phase(self, phase: Phase | None) -> None:
        self.phase = phase

    def show_failure(self, error: tuple[str, str] | None) -> None:
        self.failure = error

    def show_waiting(self, letters: tuple[Letter, ...]) -> None:
        self.waiting = [letter.text for letter in letters]

    def show_branches(self, places: dict[str, Place], at: str | None) -> None:
        self.places = places
        self.revealed += [at] if at else []

    def give_back(self, letter: Letter) -> None:
        self.returned.append(letter.text)

    def refresh(self) -> None:
        pass

    @property
    def texts(self) -> list[str]:
        return [turn.text for turn in self.turns]


@dataclass
class Stage:
    """An engine, its events as they come, and the presenter over both."""

    engine: Engine
    backend: ScriptedBackend
    screen: Screen = field(default_factory=Screen)
    live: Live = field(default_factory=Live)

    def __post_init__(self) -> None:
        self._heard: list[Event] = []
        self._arrived = threading.Condition()
        self.engine.subscribe(self._hear)
        self.presenter = Presenter(self.engine, AtOnce(), self.screen, self.live)

    def _hear(self, event: Event) -> None:
        with self._arrived:
            self._heard.append(event)
            self._arrived.notify_all()

    def deliver(self) -> None:
        """Hand over everything heard so far."""
        with self._arrived:
            events, self._heard = tuple(self._heard), []
        self.presenter.take(events)

    def until(self, condition: Callable[[], object]) -> None:
        """Hand over events as they come until something is so."""
        self.deliver()
        while not condition():
            with self._arrived:
                assert self._arrived.wait_for(lambda: self._heard, 20), "nothing more happened"
            self.deliver()

    def finish(self) -> None:
        self.until(lambda: not self.presenter.running)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    engines: list[Engine] = []

    def build(replies: Any = None, *, model: bool = True) -> Stage:
        backend = ScriptedBackend(replies)
        engine = Engine(tmp_path, backend=backend)
        engines.append(engine)
        if model:
            write_gguf(tmp_path / "models" / "tiny.gguf")
        if not engine.assistants.list().items:
            engine.assistants.create(model="default", name="Ada")
        stage = Stage(engine, backend)
        stage.presenter.load_assistants()
        stage.presenter.open(None)
        return stage

    yield build
    for engine in engines:
        engine.close()


def test_a_first_message_makes_a_thread_and_is_answered(make: Callable[..., Stage]) -> None:
    stage = make(["Hello!"])
    opened: list[str | None] = []
    stage.presenter.on_opened = opened.append

    assert stage.presenter.send(Letter("Hi"))
    stage.finish()

    assert stage.screen.texts == ["Hi", "Hello!"]
    assert [turn.name for turn in stage.screen.turns] == ["", "Ada"]
    assert opened == [stage.presenter.thread_id]
    assert stage.presenter.thread is not None
    assert stage.presenter.thread.title == "Hi"
    assert stage.screen.turns[1].figures is not None


def test_empty_messages_are_not_sent(make: Callable[..., Stage]) -> None:
    stage = make()

    assert not stage.presenter.send(Letter("  \n "))
    assert stage.presenter.thread_id is None


def test_without_a_model_the_text_comes_back_with_a_reason(make: Callable[..., Stage]) -> None:
    stage = make(model=False)
    stage.presenter.send(Letter("Hi"))

    assert stage.screen.failure is not None
    assert stage.screen.failure[0] == "no_model"
    assert stage.screen.returned == ["Hi"]
    assert stage.engine.threads.list().items == ()


def test_messages_wait_for_the_answer_and_go_one_after_the_other(make: Callable[..., Stage]) -> None:
    gate = threading.Event()
    stage = make([Reply(text="first answer", gates={1: gate}), "second answer", "third answer"])
    stage.presenter.send(Letter("One"))
    stage.until(lambda: "first" in stage.screen.texts)
    stage.presenter.send(Letter("Two"))
    stage.presenter.send(Letter("Three"))
    assert stage.screen.waiting == ["Two", "Three"]
    stage.presenter.send(Letter("Never"))
    taken = stage.presenter.take_back(2)
    assert taken is not None
    assert taken.text == "Never"

    gate.set()
    stage.until(lambda: "third answer" in stage.screen.texts and not stage.presenter.running)

    assert stage.screen.texts == ["One", "first answer", "Two", "second answer", "Three", "third answer"]
    assert stage.screen.waiting == []


def test_a_message_that_waits_in_another_thread_is_sent_there(make: Callable[..., Stage]) -> None:
    gate = threading.Event()
    stage = make([Reply(text="first answer", gates={1: gate}), "second answer"])
    stage.presenter.send(Letter("One"))
    stage.until(lambda: "first" in stage.screen.texts)
    stage.presenter.send(Letter("Two"))
    thread = stage.presenter.thread_id
    assert thread is not None
    stage.presenter.open(None)
    assert stage.screen.waiting == []

    gate.set()
    stage.until(lambda: len(stage.engine.messages.list(thread).items) == 4 and not stage.engine.runs.active(thread))
    stage.presenter.open(thread)

    assert stage.screen.texts == ["One", "first answer", "Two", "second answer"]


def test_after_a_stop_the_waiting_message_goes_back_to_the_composer(make: Callable[..., Stage]) -> None:
    gate = threading.Event()
    stage = make([Reply(text="first answer", gates={1: gate})])
    stage.presenter.send(Letter("One"))
    stage.until(lambda: "first" in stage.screen.texts)
    stage.presenter.send(Letter("Two"))
    stage.presenter.send(Letter("Three"))

    stage.presenter.stop()
    gate.set()
    stage.finish()

    assert stage.screen.returned == ["Two\n\nThree"]
    assert stage.screen.turns[1].state == "stopped"


def test_a_failure_after_some_text_belongs_to_the_turn(make: Callable[..., Stage]) -> None:
    broken = Reply(text="half an", failure=WorkerFailed("It ended.", code="worker_died"), fail_at=1)
    stage = make([broken, "whole"])
    stage.presenter.send(Letter("Go"))
    stage.finish()

    assert stage.screen.turns[1].state == "failed"
    assert stage.screen.turns[1].error == ("worker_died", "It ended.")
    assert stage.screen.failure is None

    stage.presenter.retry()
    stage.finish()
    assert stage.screen.texts == ["Go", "whole"]
    assert stage.screen.places == {stage.screen.turns[1].id: Place(2, 2)}
    stage.presenter.choose_branch(stage.screen.turns[1].id, -1)
    stage.deliver()
    assert stage.screen.turns[1].state == "failed"


def test_a_failure_before_any_text_stands_alone(make: Callable[..., Stage]) -> None:
    stage = make([Reply(failure=WorkerFailed("It ended.", code="worker_died"))])
    stage.presenter.send(Letter("Go"))
    stage.until(lambda: stage.screen.failure is not None or any(t.state == "failed" for t in stage.screen.turns))
    thread = stage.presenter.thread_id

    stage.presenter.open(None)
    assert stage.screen.failure is None
    stage.presenter.open(thread)
    stage.until(lambda: (stage.screen.failure or stage.screen.turns[-1].error) == ("worker_died", "It ended."))


def test_opening_in_mid_answer_shows_every_letter_once(make: Callable[..., Stage]) -> None:
    gate = threading.Event()
    stage = make([Reply(text="one two three four", gates={2: gate})])
    stage.presenter.send(Letter("Count"))
    stage.until(lambda: "one two" in stage.screen.texts)
    thread = stage.presenter.thread_id

    stage.presenter.open(None)
    stage.presenter.open(thread)
    assert stage.screen.texts == ["Count", "one two"]
    gate.set()
    stage.finish()

    assert stage.screen.texts == ["Count", "one two three four"]


def test_a_long_thread_is_read_page_by_page_in_both_directions(make: Callable[..., Stage]) -> None:
    stage = make()
    messages = [NewMessage(role="user", content=(TextPart(text=str(n)),)) for n in range(2 * PAGE + 5)]
    thread = stage.engine.threads.create(messages=messages)
    stage.presenter.open(thread.id)
    stage.deliver()
    assert stage.screen.texts == [str(n) for n in range(PAGE + 5, 2 * PAGE + 5)]
    assert stage.screen.older

    stage.presenter.older()
    stage.presenter.older()
    assert stage.screen.texts == [str(n) for n in range(2 * PAGE + 5)]
    assert not stage.screen.older

    kept = stage.screen.turns[:PAGE]
    stage.screen.turns = list(kept)
    stage.presenter.trimmed(last=kept[-1].id)
    stage.presenter.newer()
    stage.presenter.newer()
    assert stage.screen.texts == [str(n) for n in range(2 * PAGE + 5)]
    assert not stage.screen.newer


def test_a_message_deleted_elsewhere_disappears(make: Callable[..., Stage]) -> None:
    stage = make(["ok"])
    stage.presenter.send(Letter("Hi"))
    stage.finish()
    thread = stage.presenter.thread_id
    assert thread is not None

    stage.engine.messages.delete(thread, stage.screen.turns[0].id)
    stage.deliver()
    assert stage.screen.texts == ["ok"]

    stage.engine.threads.delete(thread)
    stage.deliver()
    assert stage.presenter.thread_id is None
    assert stage.screen.turns == []


def test_assistants_come_and_go(make: Callable[..., Stage]) -> None:
    stage = make()
    bob = stage.engine.assistants.create(model="default", name="Bob")
    stage.deliver()
    stage.presenter.choose_assistant(bob.id)
    assert stage.presenter.assistant == bob

    stage.engine.assistants.delete(bob.id)
    stage.deliver()
    assert stage.presenter.assistant is not None
    assert stage.presenter.assistant.name == "Ada"


def test_a_thread_that_is_gone_leads_to_a_new_chat(make: Callable[..., Stage]) -> None:
    stage = make()
    stage.presenter.open("thread_gone")

    assert stage.presenter.thread_id is None
    assert stage.screen.failure is not None
    assert stage.screen.failure[0] == "not_found"


def test_answers_read_from_the_store_come_with_their_figures(make: Callable[..., Stage]) -> None:
    stage = make(["one", "two"])
    for text in ("First", "Second"):
        stage.presenter.send(Letter(text))
        stage.finish()
    stage.presenter.open(stage.presenter.thread_id)

    assert [turn.figures is not None for turn in stage.screen.turns] == [False, True, False, True]


def test_an_edit_makes_a_branch_and_both_can_be_shown(make: Callable[..., Stage]) -> None:
    stage = make(["a1", "a2", "b1"])
    for text in ("q1", "q2"):
        stage.presenter.send(Letter(text))
        stage.finish()
    first = stage.screen.turns[0].id
    assert not stage.presenter.edit(first, "  ")

    assert stage.presenter.edit(first, "q1 other")
    stage.until(lambda: "b1" in stage.screen.texts and not stage.presenter.running)
    stage.deliver()
    assert stage.screen.texts == ["q1 other", "b1"]
    edited = stage.screen.turns[0].id
    assert stage.screen.places == {edited: Place(2, 2)}

    stage.presenter.choose_branch(edited, -1)
    stage.deliver()
    assert stage.screen.texts == ["q1", "a1", "q2", "a2"]
    assert stage.screen.places == {first: Place(1, 2)}
    assert stage.screen.revealed[-1] == first
    stage.presenter.choose_branch(first, -1)
    assert stage.screen.texts[0] == "q1"


def test_a_thread_opens_around_a_message_that_was_looked_for(make: Callable[..., Stage]) -> None:
    stage = make()
    messages = [NewMessage(role="user", content=(TextPart(text=str(n)),)) for n in range(3 * PAGE)]
    thread = stage.engine.threads.create(messages=messages)
    wanted = stage.engine.search.find("40")[-1].message_id

    stage.presenter.open(thread.id, wanted)
    stage.deliver()

    assert stage.screen.texts == [str(n) for n in range(41 + PAGE)]
    assert stage.screen.revealed == [wanted]
    assert (stage.screen.older, stage.screen.newer) == (False, True)
    stage.presenter.open(thread.id, "msg_gone")
    assert stage.screen.texts[-1] == str(3 * PAGE - 1)


def test_a_deleted_message_comes_back_to_its_place(make: Callable[..., Stage]) -> None:
    stage = make(["a1"])
    stage.presenter.send(Letter("q1"))
    stage.finish()
    question = stage.screen.turns[0].id
    told: list[bool] = []
    stage.presenter.delete(question, lambda: told.append(True))
    stage.deliver()
    assert (stage.screen.texts, told) == (["a1"], [True])

    stage.presenter.restore(question)
    stage.deliver()
    assert stage.screen.texts == ["q1", "a1"]
    assert stage.screen.revealed == [question]
