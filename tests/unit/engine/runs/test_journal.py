"""What a run leaves behind: its prompts as the model read them, and its events in order."""

from __future__ import annotations

from engine.inference.port import ChatRequest, Generation
from engine.runs.journal import Journal
from engine.types import RunStatus, Usage
from tests.support.stage import StageFactory

CALL = '<tool_call>\n{"name": "clock", "arguments": {}}\n</tool_call>'
CLOCK = {"type": "function", "function": {"name": "clock", "parameters": {"type": "object"}}}


def test_every_prompt_is_kept_to_the_letter(make_stage: StageFactory) -> None:
    stage = make_stage(lambda request: "Noon." if request.messages[-1].role == "tool" else CALL)
    run = stage.new_run(tools=(CLOCK,), instructions="Be kind.")
    stage.scheduler.submit(run)
    waiting = stage.finish(run)
    stage.scheduler.submit_outputs(run.thread_id, run.id, {waiting.required_calls[0].id: "12:00"})
    assert stage.finish(run).status is RunStatus.COMPLETED

    kept = stage.store.run_logs.of(run.id)
    spec, _ = stage.open_model("m")
    asked: list[ChatRequest] = stage.backend.requests  # type: ignore[attr-defined]
    assert [generation.prompt for generation in kept] == [stage.backend.render(spec, each)[0] for each in asked]
    assert len(kept) == 2
    assert kept[1].measures["prompt_tokens"] > kept[0].measures["prompt_tokens"] > 0
    assert {"first_token_seconds", "read_seconds", "write_seconds", "seed", "finish"} <= set(kept[0].measures)


def test_events_are_kept_in_order_and_deltas_counted(make_stage: StageFactory) -> None:
    stage = make_stage(["one two three"])
    run = stage.new_run()
    stage.scheduler.submit(run)
    stage.finish(run)

    kept = stage.store.run_logs.events(run.id)
    assert [event["event"].removeprefix("thread.") for event in kept] == [
        *("run.created", "run.queued", "run.in_progress", "run.step.created", "run.step.in_progress"),
        *("message.created", "message.in_progress", "message.delta", "message.completed", "run.step.completed"),
        "run.completed",
    ]
    delta = next(event for event in kept if event["event"] == "thread.message.delta")
    assert delta["count"] == 3
    assert [event["at"] for event in kept] == sorted(event["at"] for event in kept)


def test_a_log_that_cannot_be_kept_is_missing_and_no_more(make_stage: StageFactory) -> None:
    stage = make_stage(["one"])
    run = stage.new_run()
    journal = Journal(stage.store, run, lambda: 1.0)
    stage.store.threads.delete(run.thread_id)

    journal.keep()
    journal.generated(
        Generation(finish="stop", usage=Usage(), read_seconds=0.0, write_seconds=0.0, seed=1, prompt="x"),
        first_token=None,
        more={},
    )

    assert stage.store.run_logs.of(run.id) == ()
