"""Grading: the suite is put to a model, its card is kept and announced."""

from __future__ import annotations

import json

import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled
from engine.events import LibraryChanged
from engine.inference.port import ChatRequest
from engine.tools.grading import Case, Verdict, suite
from tests.support.fixtures import EngineFactory, Recorder


def _perfect(request: ChatRequest) -> str:
    """Answer as a model that knows the suite by heart, in the form of the Hermes tags."""
    said = tuple((message.role, message.content) for message in request.messages)
    (case,) = (c for c in suite() if tuple((m["role"], m["content"]) for m in c.messages) == said)
    calls = [
        {"name": call["name"], "arguments": {key: _plain(values[0]) for key, values in call["arguments"].items()}}
        for call in case.calls
    ]
    return "\n".join(f"<tool_call>\n{json.dumps(call)}\n</tool_call>" for call in calls) or "No function does that."


def _plain(value: object) -> object:
    return value.replace("*", "") if isinstance(value, str) else value


def test_a_model_that_is_always_right_has_a_full_card(make_engine: EngineFactory) -> None:
    engine = make_engine(_perfect)
    heard: list[tuple[str, Verdict]] = []
    recorder = Recorder()
    engine.subscribe(recorder)

    assert engine.grading.card("scripted") is None
    card = engine.grading.grade("scripted", on_case=lambda case, verdict: heard.append((case.id, verdict)))

    assert (card.passed, card.total, card.parallel, card.chinese) == (20, 20, True, True)
    assert heard == [(case.id, "right") for case in suite()]
    assert engine.grading.card("scripted") == card
    assert any(isinstance(event, LibraryChanged) for event in recorder.events)


def test_a_model_that_only_talks_is_right_where_no_function_fits(make_engine: EngineFactory) -> None:
    engine = make_engine(lambda _request: "I would rather talk.")

    card = engine.grading.grade("scripted")

    assert card.passed == sum(not case.calls for case in suite())
    assert (card.parallel, card.chinese) == (False, False)


def test_stopping_keeps_nothing(make_engine: EngineFactory) -> None:
    engine = make_engine(lambda _request: "…")
    cancel = CancelToken()

    def stop(_case: Case, _verdict: Verdict) -> None:
        cancel.set()

    with pytest.raises(Cancelled):
        engine.grading.grade("scripted", on_case=stop, cancel=cancel)
    assert engine.grading.card("scripted") is None
