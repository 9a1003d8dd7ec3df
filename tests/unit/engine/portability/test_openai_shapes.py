"""Single objects of the old API, read as Fireside's own: parts, states that cannot go on, odd values."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.portability import openai_shapes as shapes
from engine.types import ImageFilePart, ImageUrlPart, RefusalPart, RunStatus, TextPart

_MESSAGE: dict[str, Any] = {"id": "msg_1", "created_at": 5, "thread_id": "thread_1", "role": "assistant"}
_RUN: dict[str, Any] = {"id": "run_1", "created_at": 5, "thread_id": "thread_1", "status": "failed"}
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_KEYS = (
    *("id", "created_at", "thread_id", "role", "content", "status", "metadata", "tools", "tool_resources", "usage"),
    *("step_details", "type", "run_id", "last_error", "temperature", "incomplete_details", "response_format"),
)


def test_all_kinds_of_parts_are_kept() -> None:
    note = {"type": "file_citation", "text": "【1】", "start_index": 0, "end_index": 3}
    message = shapes.message(
        {
            **_MESSAGE,
            "content": [
                {"type": "text", "text": {"value": "See【1】", "annotations": [note, "junk"]}},
                {"type": "image_file", "image_file": {"file_id": "file-1", "detail": "odd"}},
                {"type": "image_url", "image_url": {"url": "https://example.org/x.png", "detail": "low"}},
                {"type": "refusal", "refusal": "No."},
            ],
            "attachments": [{"file_id": "file-1", "tools": []}, 7],
        }
    )

    assert message.content == (
        TextPart(text="See【1】", annotations=(note,)),
        ImageFilePart(file_id="file-1"),
        ImageUrlPart(url="https://example.org/x.png", detail="low"),
        RefusalPart(refusal="No."),
    )
    assert message.attachments == ({"file_id": "file-1", "tools": []},)
    assert (message.status, message.completed_at) == ("completed", 5)


def test_what_was_still_being_written_is_incomplete() -> None:
    message = shapes.message({**_MESSAGE, "status": "in_progress"})
    assert (message.status, message.incomplete_reason, message.incomplete_at) == ("incomplete", "run_failed", 5)
    assert shapes.run({**_RUN, "status": "requires_action"}).status is RunStatus.EXPIRED


def test_errors_and_counts_of_a_run_are_kept() -> None:
    run = shapes.run(
        {
            **_RUN,
            "last_error": {"code": "rate_limit_exceeded", "message": "Slow down."},
            "usage": {"prompt_tokens": 1, "completion_tokens": 2},
            "response_format": {"type": "json_object"},
        }
    )
    assert run.last_error is not None
    assert run.last_error.code == "rate_limit_exceeded"
    assert run.usage is not None
    assert run.usage.total_tokens == 3
    assert run.response_format == {"type": "json_object"}
    assert shapes.run({**_RUN, "usage": {"prompt_tokens": -1}}).usage is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(_KEYS, _json)))
def test_nonsense_is_refused_and_never_crashes(untrusted: dict[str, Any]) -> None:
    readers = (shapes.assistant, shapes.thread, shapes.message, shapes.run, shapes.step, shapes.file)
    for reader in (*readers, shapes.vector_store):
        with contextlib.suppress(shapes.NotTaken):
            reader({**_MESSAGE, **_RUN, **untrusted})


def test_ids_cannot_lead_elsewhere() -> None:
    for untrusted in ("../../etc/passwd", "", "a b", "x" * 257, None, 5):
        with pytest.raises(shapes.NotTaken):
            shapes.id_of({"id": untrusted})
