"""Assistants: checked, stored, announced."""

from __future__ import annotations

import pytest

from engine.errors import InvalidRequest, NotFound
from engine.events import AssistantChanged
from engine.service import Engine
from engine.types import UNSET, PageRequest
from tests.support.fixtures import Recorder


def test_from_creation_to_deletion(engine: Engine, recorder: Recorder) -> None:
    engine.subscribe(recorder)
    made = engine.assistants.create(
        model="gpt-4o", name="Ann", tools=[{"type": "file_search"}], metadata={"a": "b"}, temperature=0.5
    )
    changed = engine.assistants.update(made.id, name="Bea", temperature=None, tools=[], model=UNSET)
    assert (changed.name, changed.temperature, changed.tools, changed.model) == ("Bea", None, (), "gpt-4o")
    assert engine.assistants.get(made.id) == changed
    assert engine.assistants.list().items == (changed,)
    engine.assistants.delete(made.id)
    assert engine.assistants.list(PageRequest(limit=1)).items == ()
    heard = [event.assistant for event in recorder.events if isinstance(event, AssistantChanged)]
    assert heard == [made, changed, None]


def test_what_is_refused(engine: Engine) -> None:
    made = engine.assistants.create(model="m")
    with pytest.raises(InvalidRequest):
        engine.assistants.create(model="", name="x")
    with pytest.raises(InvalidRequest) as caught:
        engine.assistants.update(made.id, colour="red")
    assert caught.value.param == "colour"
    with pytest.raises(InvalidRequest):
        engine.assistants.update(made.id, top_p=7)
    for call in (engine.assistants.get, engine.assistants.delete, engine.assistants.update):
        with pytest.raises(NotFound):
            call("asst_unknown")
