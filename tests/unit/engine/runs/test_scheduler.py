"""Turns, cancelling, deadlines, restarts: runs that really run, on a scripted model."""

from __future__ import annotations

import threading

import pytest

from engine.errors import InvalidRequest, NotFound
from engine.events import MessageDelta, RunChanged
from engine.inference.scripted import Reply, ScriptedBackend
from engine.types import FunctionCall, PageRequest, RunStatus
from tests.support.stage import Stage, StageFactory

STEP = {
    "type": "tool_calls",
    "tool_calls": [
        {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}", "output": None}}
    ],
}
ORDER = [
    *("run.in_progress", "step.created", "step.in_progress", "message.created", "message.in_progress"),
    *("message.delta", "message.completed", "step.completed", "run.completed"),
]


def gated(text: str, at: int = 1) -> tuple[Reply, threading.Event]:
    gate = threading.Event()
    return Reply(text=text, gates={at: gate}), gate


def deltas_heard(stage: Stage, number: int = 1) -> threading.Event:
    """Return an event set once that many deltas were published."""
    heard, seen = threading.Event(), []

    def listen(event: object) -> None:
        if isinstance(event, MessageDelta):
            seen.append(event)
            if len(seen) >= number:
                heard.set()

    stage.bus.subscribe(listen)
    return heard


def waiting_run(stage: Stage, expires_at: int | None = None) -> object:
    """Store a run as the last process left it: waiting for its client."""
    run = stage.new_run()
    stage.store.steps.create(
        run_id=run.id, thread_id=run.thread_id, assistant_id=run.assistant_id, type="tool_calls", details=STEP
    )
    calls = (FunctionCall(id="call_1", name="weather", arguments="{}"),)
    return stage.store.runs.update(
        run.id, status=RunStatus.REQUIRES_ACTION, required_calls=calls, expires_at=expires_at
    )


class TestTurns:
    def test_a_run_goes_through_its_states_in_order(self, make_stage: StageFactory) -> None:
        stage = make_stage([["Hi!"]])
        run = stage.new_run()
        stage.scheduler.submit(run)
        assert stage.finish(run).status is RunStatus.COMPLETED
        assert stage.heard.names() == ORDER

    def test_runs_on_one_model_take_turns_in_order(self, make_stage: StageFactory) -> None:
        first, gate = gated("one two")
        stage = make_stage([first, "second", "third"], max_loaded_models=2)
        heard = deltas_heard(stage)
        runs = [stage.new_run() for _ in range(3)]
        for run in runs:
            stage.scheduler.submit(run)
        assert heard.wait(30)
        assert [stage.stored(run).status for run in runs] == ["in_progress", "queued", "queued"]
        gate.set()
        assert [stage.finish(run).status for run in runs] == ["completed"] * 3
        assert [stage.answer(run).text for run in runs] == ["one two", "second", "third"]

    def test_another_model_need_not_wait(self, make_stage: StageFactory) -> None:
        def script(request: object) -> Reply | str:
            text = request.messages[-1].content  # type: ignore[attr-defined]
            return first if text == "slow" else "quick"

        first, gate = gated("one two")
        stage = make_stage(script, max_loaded_models=2)
        heard = deltas_heard(stage)
        slow = stage.new_run(stage.thread("slow"), model="a")
        stage.scheduler.submit(slow)
        assert heard.wait(30)
        quick = stage.new_run(stage.thread("quick"), model="b")
        stage.scheduler.submit(quick)
        assert stage.finish(quick).status is RunStatus.COMPLETED
        assert stage.stored(slow).status is RunStatus.IN_PROGRESS
        gate.set()
        assert stage.finish(slow).status is RunStatus.COMPLETED

    def test_with_room_for_one_model_the_other_waits(self, make_stage: StageFactory) -> None:
        first, gate = gated("one two")
        stage = make_stage([first, "second"], max_loaded_models=1)
        heard = deltas_heard(stage)
        slow, other = stage.new_run(model="a"), stage.new_run(model="b")
        stage.scheduler.submit(slow)
        stage.scheduler.submit(other)
        assert heard.wait(30)
        assert stage.stored(other).status is RunStatus.QUEUED
        gate.set()
        assert stage.finish(other).status is RunStatus.COMPLETED

    def test_waiting_may_take_too_long(self, make_stage: StageFactory) -> None:
        first, gate = gated("one two")
        stage = make_stage([first])
        run = stage.new_run()
        stage.scheduler.submit(run)
        assert not stage.scheduler.wait(run.id, 0)
        gate.set()
        assert stage.scheduler.wait(run.id, 30)
        assert stage.scheduler.wait("run_unknown", 0)


class TestCancel:
    def test_a_queued_run_at_once(self, make_stage: StageFactory) -> None:
        first, gate = gated("one two")
        stage = make_stage([first, "second"])
        working, queued = stage.new_run(), stage.new_run()
        stage.scheduler.submit(working)
        stage.scheduler.submit(queued)
        assert stage.scheduler.cancel(queued.thread_id, queued.id).status is RunStatus.CANCELLED
        assert stage.heard.statuses(queued.id) == ["cancelling", "cancelled"]
        gate.set()
        assert stage.finish(working).status is RunStatus.COMPLETED
        assert stage.stored(queued).usage.total_tokens == 0  # type: ignore[union-attr]

    def test_a_writing_run_keeps_its_text(self, make_stage: StageFactory) -> None:
        reply, _ = gated("one two three", at=2)
        stage = make_stage([reply])
        heard = deltas_heard(stage, 2)
        run = stage.new_run()
        stage.scheduler.submit(run)
        assert heard.wait(30)
        assert stage.scheduler.cancel(run.thread_id, run.id).status is RunStatus.CANCELLING
        ended = stage.finish(run)
        assert (ended.status, ended.cancelled_at is not None) == (RunStatus.CANCELLED, True)
        answer = stage.answer(run)
        assert (answer.text, answer.status, answer.incomplete_reason) == ("one two", "incomplete", "run_cancelled")
        assert stage.heard.names()[-4:] == [
            *("run.cancelling", "message.incomplete", "step.cancelled", "run.cancelled")
        ]

    def test_from_inside_a_listener(self, make_stage: StageFactory) -> None:
        reply, _ = gated("one two three", at=1)
        stage = make_stage([reply])
        run = stage.new_run()

        def stop(event: object) -> None:
            if isinstance(event, MessageDelta):
                stage.scheduler.cancel(run.thread_id, run.id)

        stage.bus.subscribe(stop)
        stage.scheduler.submit(run)
        assert stage.finish(run).status is RunStatus.CANCELLED

    def test_an_ended_run_is_refused(self, make_stage: StageFactory) -> None:
        stage = make_stage(["Hi"])
        run = stage.new_run()
        stage.scheduler.submit(run)
        stage.finish(run)
        with pytest.raises(InvalidRequest, match="Cannot cancel run with status 'completed'"):
            stage.scheduler.cancel(run.thread_id, run.id)
        with pytest.raises(NotFound):
            stage.scheduler.cancel(run.thread_id, "run_unknown")

    def test_a_run_nobody_carries_out_is_closed(self, make_stage: StageFactory) -> None:
        stage = make_stage()
        run = stage.new_run()
        assert stage.scheduler.cancel(run.thread_id, run.id).status is RunStatus.FAILED
        assert not stage.scheduler.reclaim(run.thread_id)

    def test_closing_cancels_what_works_and_what_waits_its_turn(self, make_stage: StageFactory) -> None:
        reply, _ = gated("one two three")
        stage = make_stage([reply, "second"])
        heard = deltas_heard(stage)
        working, queued = stage.new_run(), stage.new_run()
        stage.scheduler.submit(working)
        stage.scheduler.submit(queued)
        assert heard.wait(30)
        assert stage.scheduler.close(30)
        assert [stage.stored(run).status for run in (working, queued)] == ["cancelled", "cancelled"]

    def test_a_run_that_comes_while_closing_is_cancelled(self, make_stage: StageFactory) -> None:
        stage = make_stage(["Hi"])
        assert stage.scheduler.close(30)
        run = stage.new_run()
        stage.scheduler.submit(run)
        assert stage.finish(run).status is RunStatus.CANCELLED


class TestDeadlines:
    def test_a_run_over_its_time_expires(self, make_stage: StageFactory) -> None:
        reply, _ = gated("one two three")
        stage = make_stage([reply])
        readings = iter([10**9])  # when it began; every later look at the clock is an hour on
        stage.now = lambda: next(readings, 10**9 + 3600)
        run = stage.new_run()
        stage.scheduler.submit(run)
        ended = stage.finish(run)
        assert (ended.status, ended.expires_at) == (RunStatus.EXPIRED, 10**9 + 3600)
        assert stage.heard.statuses(run.id) == ["in_progress", "expired"]

    def test_a_client_that_never_answers(self, make_stage: StageFactory) -> None:
        stage = make_stage()
        stage.now = lambda: 1000
        run = waiting_run(stage, expires_at=1001)
        expired = threading.Event()
        stage.bus.subscribe(lambda e: expired.set() if isinstance(e, RunChanged) and e.what == "expired" else None)
        stage.scheduler.recover()
        assert expired.wait(30)
        assert stage.stored(run).status is RunStatus.EXPIRED  # type: ignore[arg-type]


class TestOutputs:
    def test_the_run_goes_on_with_them(self, make_stage: StageFactory) -> None:
        stage = make_stage(["It rains."])
        run = waiting_run(stage)
        stage.scheduler.recover()
        assert stage.scheduler.wait(run.id, 30)  # type: ignore[attr-defined]
        after = stage.scheduler.submit_outputs(run.thread_id, run.id, {"call_1": "rain"})  # type: ignore[attr-defined]
        assert after.status in (RunStatus.QUEUED, RunStatus.IN_PROGRESS)
        assert stage.finish(run).status is RunStatus.COMPLETED  # type: ignore[arg-type]
        assert stage.heard.names() == ["step.completed", "run.queued", *ORDER[:5], *["message.delta"] * 3, *ORDER[6:]]
        assert isinstance(stage.backend, ScriptedBackend)
        roles = [(m.role, m.content) for m in stage.backend.requests[0].messages]
        assert roles == [("user", "Hello there"), ("assistant", ""), ("tool", "rain")]
        assert stage.store.steps.list(run.id, PageRequest(order="asc")).items[0].completed_at  # type: ignore[attr-defined]

    def test_they_must_be_those_asked_for(self, make_stage: StageFactory) -> None:
        stage = make_stage()
        run = waiting_run(stage)
        stage.scheduler.recover()
        with pytest.raises(InvalidRequest, match="call_1"):
            stage.scheduler.submit_outputs(run.thread_id, run.id, {"call_9": "x"})  # type: ignore[attr-defined]

    def test_a_run_that_does_not_wait_refuses_them(self, make_stage: StageFactory) -> None:
        stage = make_stage(["Hi"])
        run = stage.new_run()
        stage.scheduler.submit(run)
        stage.finish(run)
        with pytest.raises(InvalidRequest, match='Runs in status "completed" do not'):
            stage.scheduler.submit_outputs(run.thread_id, run.id, {})

    def test_a_waiting_run_can_be_cancelled_and_survives_closing(self, make_stage: StageFactory) -> None:
        stage = make_stage()
        run, other = waiting_run(stage), waiting_run(stage)
        stage.scheduler.recover()
        assert stage.scheduler.cancel(run.thread_id, run.id).status is RunStatus.CANCELLED  # type: ignore[attr-defined]
        assert stage.scheduler.close(30)
        assert stage.stored(other).status is RunStatus.REQUIRES_ACTION  # type: ignore[arg-type]


class TestRecovery:
    def test_what_the_last_process_left(self, make_stage: StageFactory) -> None:
        stage = make_stage()
        queued, cancelling = stage.new_run(), stage.new_run()
        stage.store.runs.update(cancelling.id, status=RunStatus.CANCELLING)
        late, waits = waiting_run(stage, expires_at=5), waiting_run(stage, expires_at=10**10)
        stage.scheduler.recover()
        found = [stage.stored(run).status for run in (queued, cancelling, late, waits)]  # type: ignore[arg-type]
        assert found == ["failed", "cancelled", "expired", "requires_action"]

    def test_a_run_that_is_carried_out_is_not_reclaimed(self, make_stage: StageFactory) -> None:
        reply, gate = gated("one two")
        stage = make_stage([reply])
        run = stage.new_run()
        stage.scheduler.submit(run)
        assert not stage.scheduler.reclaim(run.thread_id)
        gate.set()
        assert stage.finish(run).status is RunStatus.COMPLETED
