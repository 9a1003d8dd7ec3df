"""Runs that a crash left open are closed with what was written."""

from __future__ import annotations

import pytest

from engine.runs.recovery import INTERRUPTED, close_orphan, open_step
from engine.types import PageRequest, RunStatus, TextPart
from tests.support.stage import Stage, StageFactory


@pytest.fixture
def stage(make_stage: StageFactory) -> Stage:
    return make_stage()


@pytest.mark.parametrize(
    ("status", "end", "reason", "step_end"),
    [
        (RunStatus.IN_PROGRESS, RunStatus.FAILED, "run_failed", "failed"),
        (RunStatus.CANCELLING, RunStatus.CANCELLED, "run_cancelled", "cancelled"),
    ],
)
def test_a_run_killed_while_writing(
    stage: Stage, status: RunStatus, end: RunStatus, reason: str, step_end: str
) -> None:
    run = stage.new_run()
    message = stage.store.messages.begin(run.thread_id, run.assistant_id, run.id)
    details = {"type": "message_creation", "message_creation": {"message_id": message.id}}
    step = stage.store.steps.create(
        run_id=run.id, thread_id=run.thread_id, assistant_id=run.assistant_id, type="message_creation", details=details
    )
    stage.store.messages.save_partial(message.id, (TextPart(text="Half of"),))
    run = stage.store.runs.update(run.id, status=status)
    assert open_step(stage.store, run) == step
    events = close_orphan(stage.store, run, now=99)
    assert [event.what for event in events] == ["incomplete", step_end, end.value]  # type: ignore[union-attr]
    stored, answer = stage.stored(run), stage.answer(run)
    assert stored.status is end
    assert (answer.text, answer.status, answer.incomplete_reason) == ("Half of", "incomplete", reason)
    assert stage.store.steps.get(run.id, step.id).status == step_end
    assert open_step(stage.store, run) is None
    if end is RunStatus.FAILED:
        assert stored.last_error is not None
        assert (stored.last_error.code, stored.last_error.message) == ("server_error", INTERRUPTED)
        assert stored.trace["error"]["code"] == "interrupted"
    else:
        assert stored.last_error is None


def test_a_run_killed_while_queued(stage: Stage) -> None:
    run = stage.new_run()
    close_orphan(stage.store, run, now=99)
    assert stage.stored(run).status is RunStatus.FAILED
    assert stage.store.runs.active(run.thread_id) is None
    assert stage.store.messages.list(run.thread_id, PageRequest()).items[0].role == "user"


def test_a_question_nobody_answered_in_time(stage: Stage) -> None:
    run = stage.new_run()
    run = stage.store.runs.update(run.id, status=RunStatus.REQUIRES_ACTION, expires_at=50)
    close_orphan(stage.store, run, now=99)
    assert (stage.stored(run).status, stage.stored(run).expires_at) == (RunStatus.EXPIRED, 50)
