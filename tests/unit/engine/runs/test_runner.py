"""One run on a scripted model: what is recorded, and what every kind of trouble ends in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from engine.errors import Cancelled, FiresideError, InvalidRequest, Unavailable, WorkerFailed
from engine.events import MessageDelta, RunProgress, ThoughtDelta
from engine.inference.port import ChatRequest
from engine.inference.scripted import Reply, ScriptedBackend
from engine.runs import machine as m
from engine.runs.runner import INTERNAL_ERROR, ActiveRun
from engine.types import LastError, Run, RunStatus
from tests.support.stage import Stage, StageFactory

ExpectedLog = Callable[[str], AbstractContextManager[None]]


def carry_out(stage: Stage, run: Run) -> Run:
    """Work on the run in this thread, to its end."""
    active = ActiveRun(stage.world, run, lambda _run: None, lambda _run: None)
    active.work()
    assert active.wait(0)
    return stage.stored(run)


def test_the_trace_says_what_happened(make_stage: StageFactory) -> None:
    stage = make_stage(["Hello, dear friend."], context=2048, seed=7)
    ended = carry_out(stage, stage.new_run(instructions="Be kind."))
    trace = ended.trace
    assert (trace["model"], trace["context"], trace["template"], trace["seed"]) == ("m", 2048, "fallback", 7)
    assert (trace["prompt_tokens"], trace["completion_tokens"]) == (11, 5)
    assert trace["first_token_seconds"] >= 0
    assert {"read_seconds", "write_seconds", "tokens_per_second", "load_seconds", "cached_tokens"} <= set(trace)
    assert (trace["dropped"], trace["more_dropped"], trace["image_stand_ins"]) == ([], False, [])
    assert ended.usage is not None
    assert ended.usage.total_tokens == 16


def test_the_user_sees_what_the_model_is_at(make_stage: StageFactory) -> None:
    stage = make_stage(["Hi"])
    carry_out(stage, stage.new_run())
    phases = [event.phase for event in stage.heard.events if isinstance(event, RunProgress)]
    assert (phases[0], phases[-1]) == ("loading", "writing")
    assert "reading" in phases


def test_the_runs_own_sampling_comes_before_the_settings(make_stage: StageFactory) -> None:
    stage = make_stage(["a", "b"], temperature=0.3, top_p=0.4, seed=5, max_answer_tokens=99)
    carry_out(stage, stage.new_run(temperature=0.0, max_completion_tokens=50))
    carry_out(stage, stage.new_run(top_p=1.0))
    assert isinstance(stage.backend, ScriptedBackend)
    first, second = (request.sampling for request in stage.backend.requests)
    assert (first.temperature, first.top_p, first.max_tokens, first.seed) == (0.0, 0.4, 50, 5)
    assert (second.temperature, second.top_p, second.max_tokens) == (0.3, 1.0, 99)


def test_the_chat_template_hears_how_much_the_model_should_think(make_stage: StageFactory) -> None:
    stage = make_stage(["a", "b"])
    carry_out(stage, stage.new_run(reasoning_effort="none"))
    carry_out(stage, stage.new_run())
    assert isinstance(stage.backend, ScriptedBackend)
    assert [request.extra for request in stage.backend.requests] == [
        {"reasoning_effort": "none", "enable_thinking": False},
        {},
    ]


def test_partial_text_is_in_the_store_while_the_model_writes(make_stage: StageFactory) -> None:
    gate = threading.Event()
    stage = make_stage([Reply(text="one two three", gates={2: gate})])
    clock = iter(range(100))
    object.__setattr__(stage.world, "clock", lambda: float(next(clock)))
    run = stage.new_run()
    two = threading.Event()
    stage.bus.subscribe(lambda e: two.set() if isinstance(e, MessageDelta) and e.text == " two" else None)
    stage.scheduler.submit(run)
    assert two.wait(30)
    assert (stage.answer(run).text, stage.answer(run).status) == ("one two", "in_progress")
    gate.set()
    assert stage.finish(run).status is RunStatus.COMPLETED


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (WorkerFailed("The inference process died.", code="worker_died", pid=7), "server_error"),
        (Unavailable("Not enough memory.", code="no_memory"), "server_error"),
        (InvalidRequest("The template refuses.", code="template_failed"), "invalid_prompt"),
        (Cancelled("Stopped."), "server_error"),
    ],
)
def test_a_failure_keeps_the_text_and_says_why(make_stage: StageFactory, failure: FiresideError, code: str) -> None:
    stage = make_stage([Reply(text="one two three", failure=failure, fail_at=2)])
    run = stage.new_run()
    ended = carry_out(stage, run)
    assert (ended.status, ended.last_error) == (
        RunStatus.FAILED,
        LastError(code=code, message=failure.message),
    )
    assert ended.trace["error"] == {"code": failure.code, "details": failure.details}
    assert (stage.answer(run).text, stage.answer(run).incomplete_reason) == ("one two", "run_failed")


def test_after_a_failure_the_thread_is_free(make_stage: StageFactory) -> None:
    stage = make_stage([Reply(text="one two", failure=WorkerFailed("It died."), fail_at=1), "fine"])
    run = stage.new_run()
    carry_out(stage, run)
    assert carry_out(stage, stage.new_run(run.thread_id)).status is RunStatus.COMPLETED


def test_a_bug_is_logged_and_told_in_safe_words(make_stage: StageFactory, expected_log: ExpectedLog) -> None:
    def broken(_request: ChatRequest) -> str:
        raise RuntimeError("secret chat text")

    stage = make_stage(broken)
    with expected_log("failed"):
        ended = carry_out(stage, stage.new_run())
    assert ended.last_error == LastError(code="server_error", message=INTERNAL_ERROR)


def test_a_model_that_cannot_be_loaded(make_stage: StageFactory) -> None:
    backend = ScriptedBackend(broken={"m": Unavailable("The file is damaged.", code="model_unloadable")})
    stage = make_stage(backend=backend)
    ended = carry_out(stage, stage.new_run())
    assert ended.last_error == LastError(code="server_error", message="The file is damaged.")
    assert ended.trace["error"]["code"] == "model_unloadable"


class TestTooLong:
    def test_for_the_context(self, make_stage: StageFactory) -> None:
        stage = make_stage(context=100)
        ended = carry_out(stage, stage.new_run(stage.thread("word " * 300)))
        assert (ended.status, ended.last_error.code if ended.last_error else "") == (RunStatus.FAILED, "invalid_prompt")
        assert ended.trace["error"]["code"] == "context_exceeded"

    def test_for_the_callers_limit(self, make_stage: StageFactory) -> None:
        stage = make_stage()
        run = stage.new_run(stage.thread("word " * 400), max_prompt_tokens=256)
        ended = carry_out(stage, run)
        assert (ended.status, ended.incomplete_reason) == (RunStatus.INCOMPLETE, "max_prompt_tokens")

    def test_old_turns_are_dropped_and_named(self, make_stage: StageFactory) -> None:
        stage = make_stage(["short"], context=400)
        thread = stage.thread(*["word " * 60 for _ in range(8)])
        ended = carry_out(stage, stage.new_run(thread))
        assert ended.status is RunStatus.COMPLETED
        assert 1 <= len(ended.trace["dropped"]) <= 7
        assert {item["reason"] for item in ended.trace["dropped"]} == {"context"}


class TestCancelling:
    def test_before_the_model_is_asked(self, make_stage: StageFactory) -> None:
        stage = make_stage(["never said"])
        run = stage.new_run()
        active = ActiveRun(stage.world, run, lambda _run: None, lambda _run: None)
        stage.bus.subscribe(
            lambda event: (
                active.send(m.CancelRequested(now=1))
                if isinstance(event, RunProgress) and event.phase == "loading"
                else None
            )
        )
        active.work()
        assert stage.stored(run).status is RunStatus.CANCELLED
        assert isinstance(stage.backend, ScriptedBackend)
        assert stage.backend.requests == []

    def test_a_token_limit_is_no_cancelling(self, make_stage: StageFactory) -> None:
        stage = make_stage(["word " * 400])
        ended = carry_out(stage, stage.new_run(max_completion_tokens=256))
        assert (ended.status, ended.incomplete_reason) == (RunStatus.INCOMPLETE, "max_completion_tokens")


class TestFullDisk:
    def test_the_end_is_announced_and_the_thread_freed_later(
        self, make_stage: StageFactory, expected_log: ExpectedLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage = make_stage(["Hello there"])
        run = stage.new_run()

        def full(*_args: object, **_kwargs: object) -> None:
            raise Unavailable("The disk is full.", code="disk_full")

        monkeypatch.setattr(stage.store.messages, "finish", full)
        monkeypatch.setattr(stage.store.runs, "update", full)
        with expected_log("could not be stored"):
            stage.scheduler.submit(run)
            assert stage.scheduler.wait(run.id, 30)
        assert stage.heard.statuses(run.id) == ["failed"]
        monkeypatch.undo()
        assert stage.stored(run).status is RunStatus.QUEUED
        assert stage.scheduler.reclaim(run.thread_id)
        assert stage.stored(run).status is RunStatus.FAILED

    def test_a_message_that_cannot_be_opened_fails_the_run(
        self, make_stage: StageFactory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage = make_stage(["Hello there"])
        run = stage.new_run()

        def full(*_args: object, **_kwargs: object) -> None:
            raise Unavailable("The disk is full.", code="disk_full")

        monkeypatch.setattr(stage.store.steps, "create", full)
        ended = carry_out(stage, run)
        assert ended.last_error == LastError(code="server_error", message="The disk is full.")

    def test_a_full_disk_does_not_keep_the_model_from_stopping(
        self, make_stage: StageFactory, monkeypatch: pytest.MonkeyPatch, expected_log: ExpectedLog
    ) -> None:
        gate = threading.Event()
        stage = make_stage([Reply(text="one two three", gates={1: gate})])
        run = stage.new_run()
        one = threading.Event()
        stage.bus.subscribe(lambda e: one.set() if isinstance(e, MessageDelta) else None)
        stage.scheduler.submit(run)
        assert one.wait(30)

        def full(*_args: object, **_kwargs: object) -> None:
            raise Unavailable("The disk is full.", code="disk_full")

        monkeypatch.setattr(stage.store.runs, "update", full)
        with expected_log("could not be stored"):
            with pytest.raises(Unavailable):
                stage.scheduler.cancel(run.thread_id, run.id)
            assert stage.scheduler.wait(run.id, 30)
        monkeypatch.undo()
        assert stage.heard.statuses(run.id) == ["in_progress", "cancelled"]


def test_a_deleted_thread_ends_its_run_without_a_word(make_stage: StageFactory) -> None:
    gate = threading.Event()
    stage = make_stage([Reply(text="one two three", gates={1: gate})])
    run = stage.new_run()
    one = threading.Event()
    stage.bus.subscribe(lambda e: one.set() if isinstance(e, MessageDelta) else None)
    stage.scheduler.submit(run)
    assert one.wait(30)
    stage.store.threads.delete(run.thread_id)
    gate.set()
    assert stage.scheduler.wait(run.id, 30)
    assert stage.heard.statuses(run.id)[-1] in ("completed", "failed")


def test_thoughts_are_announced_before_what_they_lead_to(make_stage: StageFactory) -> None:
    stage = make_stage(["<think>\nOne, two.</think>\nIt is three."])
    carry_out(stage, stage.new_run())

    heard = [e for e in stage.heard.events if isinstance(e, ThoughtDelta | MessageDelta)]
    thoughts = [e for e in heard if isinstance(e, ThoughtDelta)]
    assert "".join(e.text for e in thoughts).strip() == "One, two."
    assert {e.number for e in thoughts} == {0}
    assert heard[: len(thoughts)] == thoughts
