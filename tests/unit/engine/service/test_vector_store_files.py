"""Files in vector stores at the front door."""

from __future__ import annotations

import pytest

from engine.errors import InvalidRequest, NotFound
from engine.events import VectorStoreChanged, VectorStoreFileChanged
from engine.service import Engine
from tests.support.fixtures import Recorder


@pytest.fixture
def vs(engine: Engine) -> str:
    return engine.vector_stores.create().id


def _said(recorder: Recorder) -> list[str]:
    return [event.what for event in recorder.events if isinstance(event, VectorStoreFileChanged)]


def test_a_file_goes_in_is_read_and_comes_out(engine: Engine, vs: str, recorder: Recorder) -> None:
    file = engine.files.create(b"Tea steeps.")
    engine.subscribe(recorder)

    put = engine.vector_stores.files.create(vs, file.id, attributes={"a": 1})
    assert (put.id, put.attributes) == (file.id, {"a": 1})
    assert engine.vector_stores.wait([vs], 60)
    assert engine.vector_stores.files.get(vs, file.id).status == "completed"
    assert [chunk.text for chunk in engine.vector_stores.files.content(vs, file.id)] == ["Tea steeps."]
    assert engine.vector_stores.files.list(vs, status="completed").items[0].id == file.id
    assert engine.vector_stores.files.list(vs, status="failed").items == ()

    engine.vector_stores.files.delete(vs, file.id)
    assert engine.files.get(file.id) == file
    assert _said(recorder)[0] == "created"
    assert _said(recorder)[-2:] == ["completed", "deleted"]
    assert isinstance(recorder.events[-1], VectorStoreChanged)
    for call in (engine.vector_stores.files.get, engine.vector_stores.files.delete, engine.vector_stores.files.content):
        with pytest.raises(NotFound):
            call(vs, file.id)


def test_the_same_file_again_only_gets_its_attributes(engine: Engine, vs: str, recorder: Recorder) -> None:
    file = engine.files.create(b"Tea.")
    engine.vector_stores.files.create(vs, file.id)
    assert engine.vector_stores.wait([vs], 60)
    engine.subscribe(recorder)

    again = engine.vector_stores.files.create(vs, file.id, attributes={"b": True})

    assert (again.status, again.attributes) == ("completed", {"b": True})
    assert _said(recorder) == ["updated"]


def test_attributes_are_replaced(engine: Engine, vs: str, recorder: Recorder) -> None:
    file = engine.files.create(b"Tea.")
    engine.vector_stores.files.create(vs, file.id, attributes={"a": 1})
    assert engine.vector_stores.wait([vs], 60)
    engine.subscribe(recorder)

    assert engine.vector_stores.files.update(vs, file.id, attributes={"b": "x"}).attributes == {"b": "x"}
    assert engine.vector_stores.files.update(vs, file.id, attributes=None).attributes == {}
    assert _said(recorder) == ["updated", "updated"]
    with pytest.raises(InvalidRequest):
        engine.vector_stores.files.update(vs, file.id, attributes={"a": [1]})


def test_what_is_refused(engine: Engine, vs: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        engine.vector_stores.files.create(vs, "file_x")
    assert (caught.value.param, caught.value.code) == ("file_id", "file_not_found")
    with pytest.raises(NotFound):
        engine.vector_stores.files.create("vs_x", engine.files.create(b"x").id)
    with pytest.raises(NotFound):
        engine.vector_stores.files.list("vs_x")
