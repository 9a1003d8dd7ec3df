"""Stream events keep the client's accumulator happy: calls open empty, cut-off messages have their parts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.events import (
    Event,
    LibraryChanged,
    MessageChanged,
    MessageDelta,
    RunChanged,
    RunProgress,
    StepChanged,
    StepDelta,
    ThreadChanged,
)
from engine.server.wire.events import StreamEvents, ends_stream
from engine.types import Message, Run, RunStatus, RunStep, TextPart, Thread

_RUN = Run(id="run_1", created_at=1, thread_id="t", assistant_id="a", status=RunStatus.QUEUED, model="m")
_STEP = RunStep(
    id="step_1",
    created_at=1,
    run_id="run_1",
    thread_id="t",
    assistant_id="a",
    type="tool_calls",
    status="in_progress",
    details={"type": "tool_calls", "tool_calls": []},
)
_MESSAGE = Message(id="msg_1", created_at=1, thread_id="t", role="assistant", content=(), status="incomplete")


def _names(*events: Event) -> list[str]:
    stream = StreamEvents()
    return [name for event in events for name, _ in stream.translate(event)]


def test_each_event_has_its_name() -> None:
    assert _names(
        ThreadChanged(what="created", thread=Thread(id="t", created_at=1)),
        RunChanged(what="created", run=_RUN),
        RunChanged(what="requires_action", run=_RUN),
        StepChanged(what="expired", step=_STEP),
        MessageChanged(what="created", message=_MESSAGE),
        MessageChanged(what="incomplete", message=_MESSAGE),
        MessageDelta(message_id="msg_1", index=0, text="x"),
    ) == [
        "thread.created",
        "thread.run.created",
        "thread.run.requires_action",
        "thread.run.step.expired",
        "thread.message.created",
        "thread.message.incomplete",
        "thread.message.delta",
    ]


def test_what_the_api_has_no_name_for_is_left_out() -> None:
    assert not _names(
        ThreadChanged(what="updated", thread=Thread(id="t", created_at=1)),
        ThreadChanged(what="deleted", thread=None),
        RunChanged(what="updated", run=_RUN),
        MessageChanged(what="updated", message=_MESSAGE),
        MessageChanged(what="deleted", message=_MESSAGE),
        RunProgress(phase="reading"),
        LibraryChanged(),
    )


def _pieces(*deltas: dict[str, Any]) -> list[dict[str, Any]]:
    stream = StreamEvents()
    sent = [data for d in deltas for _, data in stream.translate(StepDelta(step_id="step_1", tool_calls=(d,)))]
    return [call for data in sent for call in data["delta"]["step_details"]["tool_calls"]]


def test_a_calls_first_delta_opens_it_empty() -> None:
    first = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "f", "arguments": '{"a"'}}
    second = {"index": 0, "type": "function", "function": {"arguments": ": 1}"}}

    opening, *rest = _pieces(first, second)

    assert opening == {
        "index": 0,
        "id": "call_1",
        "type": "function",
        "function": {"name": "f", "arguments": "", "output": None},
    }
    assert [piece["function"] for piece in rest] == [{"arguments": '{"a"'}, {"arguments": ": 1}"}]
    assert all("id" not in piece for piece in rest)


def test_code_opens_empty_too_and_other_openings_stay() -> None:
    code = {"index": 0, "id": "c", "type": "code_interpreter", "code_interpreter": {"input": "1+1"}}
    search = {"index": 1, "id": "s", "type": "file_search", "file_search": {}}

    pieces = _pieces(code, search)

    assert [p.get("code_interpreter") for p in pieces] == [{"input": "", "outputs": []}, {"input": "1+1"}, None]
    assert pieces[2] == search


def test_a_cut_off_message_has_as_many_parts_as_the_client_looks_for() -> None:
    stream = StreamEvents()
    list(stream.translate(MessageDelta(message_id="msg_0", index=1, text="x")))

    ((_, data),) = stream.translate(MessageChanged(what="incomplete", message=_MESSAGE))
    ((_, full),) = stream.translate(
        MessageChanged(what="completed", message=replace(_MESSAGE, content=(TextPart(text="a"), TextPart(text="b"))))
    )

    empty = {"type": "text", "text": {"value": "", "annotations": []}}
    assert data["content"] == [empty, empty]
    assert [part["text"]["value"] for part in full["content"]] == ["a", "b"]


@pytest.mark.parametrize("status", list(RunStatus))
def test_a_stream_ends_with_its_run_or_when_it_waits(status: RunStatus) -> None:
    event = RunChanged(what=status.value, run=replace(_RUN, status=status))

    assert ends_stream(event) is (status.terminal or status is RunStatus.REQUIRES_ACTION)
    assert not ends_stream(RunChanged(what="updated", run=replace(_RUN, status=status)))
