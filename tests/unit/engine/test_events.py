"""Events could leave the process: they survive pickling, and the union names all of them."""

from __future__ import annotations

import dataclasses
import inspect
import pickle  # noqa: TID251 - our own bytes: events must be able to cross processes
from typing import get_args

import pytest

from engine import events
from engine.types import Run, RunStatus, Thread

RUN = Run(id="run_1", created_at=1, thread_id="thread_1", assistant_id="asst_1", status=RunStatus.QUEUED, model="m")


@pytest.mark.parametrize(
    "event",
    [
        events.RunChanged(seq=3, thread_id="thread_1", run_id="run_1", what="queued", run=RUN),
        events.ThreadChanged(thread_id="t", what="created", thread=Thread(id="t", created_at=1)),
        events.MessageDelta(message_id="msg_1", index=0, text="x"),
        events.ThoughtDelta(number=0, text="x", seconds=0.5),
    ],
)
def test_events_survive_pickling(event: events.Event) -> None:
    assert pickle.loads(pickle.dumps(event)) == event


def test_the_union_names_every_event() -> None:
    classes = {
        kind
        for name, kind in inspect.getmembers(events, inspect.isclass)
        if kind.__module__ == events.__name__ and not name.startswith("_")
    }
    assert set(get_args(events.Event)) == classes


def test_every_event_is_frozen_and_can_be_numbered() -> None:
    for kind in get_args(events.Event):
        names = {field.name for field in dataclasses.fields(kind)}
        assert {"seq", "thread_id", "run_id"} <= names
        assert kind.__dataclass_params__.frozen
