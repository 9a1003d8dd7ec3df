"""The model of a run, asked for notes apart from its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled
from engine.events import RunProgress
from engine.service import Engine
from engine.service.mind import RunMind
from engine.types import NewMessage, Run, TextPart
from tests.support.fixtures import SCRIPTED_MODEL, Recorder


def _run(engine: Engine) -> Run:
    assistant = engine.assistants.create(model="gpt-4o")
    thread = engine.threads.create(messages=[NewMessage(role="user", content=(TextPart(text="Hi"),))])
    run, _ = engine._retrieval._store.runs.create(thread.id, assistant_id=assistant.id, model="gpt-4o")
    return replace(run, trace={"model": SCRIPTED_MODEL})


def _mind(engine: Engine) -> RunMind:
    return RunMind(engine.chat, engine._loader, engine.bus, lambda: engine.settings.current)


def test_it_answers_in_the_settings_of_the_user(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine(replies=["Tea is green.【0:0†source】"])
    mind, run = _mind(engine), _run(engine)

    assert mind.ask(run, "Take notes.", "Tea is green.", 50, CancelToken()) == "Tea is green.【0:0†source】"
    assert mind.context(run) > 0
    assert mind.most_passes() == 12
    engine.settings.set(whole_file_passes=0)
    assert mind.most_passes() == 0


def test_a_stopped_run_gets_no_notes(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine(replies=["Tea"])
    stopped = CancelToken()
    stopped.set()
    with pytest.raises(Cancelled):
        _mind(engine).ask(_run(engine), "Take notes.", "Tea is green.", 50, stopped)


def test_who_waits_hears_how_far_it_is(engine: Engine, recorder: Recorder) -> None:
    run = _run(engine)
    engine.subscribe(recorder)
    _mind(engine).progress(run, 5, 10)
    heard = [event for event in recorder.events if isinstance(event, RunProgress)]
    assert [(event.phase, event.done, event.total) for event in heard] == [("reading", 5, 10)]
