"""Commands become rows and events, all or nothing."""

from __future__ import annotations

import pytest

from engine.errors import NotFound
from engine.events import RunChanged, StepChanged, StepDelta
from engine.runs import machine as m
from engine.runs.ledger import Ledger
from engine.types import JsonObject, LastError, PageRequest, RunStatus, Usage
from tests.support.stage import Stage, StageFactory

CALL = m.ToolCall(id="call_1", kind="function", name="weather", arguments="{}")
SEARCH = m.ToolCall(id="call_2", kind="file_search", name="file_search", arguments="rent")
CODE = m.ToolCall(id="call_3", kind="code_interpreter", name="python", arguments="1+1")


@pytest.fixture
def stage(make_stage: StageFactory) -> Stage:
    return make_stage()


def test_an_answer_from_its_first_word_to_its_end(stage: Stage) -> None:
    run = stage.new_run()
    ledger = Ledger(stage.store, run)
    ledger.carry_out([m.MarkRun(status=RunStatus.IN_PROGRESS, now=5, expires_at=65)])
    opened = ledger.carry_out([m.CreateStep(type="message_creation"), m.CreateMessage(), m.AppendText(text="Hel")])
    assert [type(event).__name__ for event in opened] == [
        *("StepChanged", "StepChanged", "MessageChanged", "MessageChanged"),
        "MessageDelta",
    ]
    ledger.carry_out([m.AppendText(text="lo"), m.FlushPart()])
    assert stage.answer(run).text == "Hello"
    ledger.trace["seed"] = 7
    usage = Usage(prompt_tokens=3, completion_tokens=2)
    closed = ledger.carry_out(
        [
            m.CompleteMessage(now=9),
            m.CompleteStep(status="completed", now=9, usage=usage),
            m.Finish(status=RunStatus.COMPLETED, now=9, usage=usage),
        ]
    )
    assert [event.what for event in closed] == ["completed"] * 3  # type: ignore[union-attr]
    stored = stage.stored(run)
    assert (stored.status, stored.started_at, stored.completed_at) == (RunStatus.COMPLETED, 5, 9)
    assert (stored.expires_at, stored.usage, stored.trace["seed"]) == (None, usage, 7)
    (step,) = stage.store.steps.list(run.id, PageRequest()).items
    assert step.details["message_creation"]["message_id"] == stage.answer(run).id
    assert (step.completed_at, step.usage) == (9, usage)


@pytest.mark.parametrize(
    ("status", "step_status", "field"),
    [
        (RunStatus.FAILED, "failed", "failed_at"),
        (RunStatus.CANCELLED, "cancelled", "cancelled_at"),
        (RunStatus.EXPIRED, "expired", None),
        (RunStatus.INCOMPLETE, "completed", None),
    ],
)
def test_each_end_has_its_time(stage: Stage, status: RunStatus, step_status: str, field: str | None) -> None:
    run = stage.new_run(expires_at=50)
    error = LastError(code="server_error", message="It broke.") if status is RunStatus.FAILED else None
    ledger = Ledger(stage.store, run)
    ledger.carry_out(
        [
            m.CreateStep(type="message_creation"),
            m.CreateMessage(),
            m.CompleteMessage(now=9, reason="run_failed"),
            m.CompleteStep(status=step_status, now=9, error=error),  # type: ignore[arg-type]
            m.Finish(status=status, now=9, usage=Usage(), error=error),
        ]
    )
    stored = stage.stored(run)
    (step,) = stage.store.steps.list(run.id, PageRequest()).items
    assert (stored.status, stored.last_error) == (status, error)
    assert [name for name in ("completed_at", "failed_at", "cancelled_at") if getattr(stored, name)] == (
        [field] if field else []
    )
    assert stored.expires_at == (50 if status is RunStatus.EXPIRED else None)
    assert (step.status, getattr(step, f"{step_status}_at"), step.last_error) == (step_status, 9, error)
    answer = stage.answer(run)
    assert (answer.status, answer.incomplete_reason, answer.text) == ("incomplete", "run_failed", "")


def test_calls_wait_for_their_outputs(stage: Stage) -> None:
    run = stage.new_run()
    ledger = Ledger(stage.store, run)
    asked = (m.FunctionCall(id="call_1", name="weather", arguments="{}"),)
    opened = ledger.carry_out([m.CreateStep(type="tool_calls"), m.OpenCall(index=0, call=CALL)])
    (delta,) = ledger.carry_out([m.ExtendCall(index=0, kind="function", text="{}")])
    assert [type(event) for event in (*opened, delta)] == [StepChanged, StepChanged, StepDelta, StepDelta]
    assert isinstance(opened[0], StepChanged)
    assert opened[0].step.details["tool_calls"] == []
    assert isinstance(delta, StepDelta)
    assert delta.tool_calls == ({"index": 0, "type": "function", "function": {"arguments": "{}"}},)
    assert ledger.carry_out([m.ExtendCall(index=1, kind="file_search", text="{}")]) == []
    ledger.carry_out([m.StoreCalls(calls=(CALL, SEARCH, CODE)), m.AskClient(calls=asked, now=5, expires_at=65)])
    stored = stage.stored(run)
    assert (stored.status, stored.required_calls, stored.expires_at) == (RunStatus.REQUIRES_ACTION, asked, 65)
    events = ledger.carry_out(
        [
            m.StoreOutputs(outputs=(("call_1", "rain"),)),
            m.CompleteStep(status="completed", now=7),
            m.MarkRun(status=RunStatus.QUEUED, now=7),
        ]
    )
    assert [type(event) for event in events] == [StepChanged, RunChanged]
    (step,) = stage.store.steps.list(run.id, PageRequest()).items
    assert step.details["tool_calls"] == [
        {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}", "output": "rain"}},
        {"id": "call_2", "type": "file_search", "file_search": {}},
        {"id": "call_3", "type": "code_interpreter", "code_interpreter": {"input": "1+1", "outputs": []}},
    ]
    assert stage.stored(run).required_calls == ()


def test_what_fails_leaves_nothing_behind(stage: Stage) -> None:
    run = stage.new_run()
    ledger = Ledger(stage.store, run)
    stage.store.threads.delete(run.thread_id)
    with pytest.raises(NotFound):
        ledger.carry_out([m.CreateStep(type="message_creation"), m.CreateMessage(), m.AppendText(text="x")])
    assert ledger.carry_out([m.AppendText(text="x")]) == []
    assert ledger.carry_out([m.CompleteMessage(now=1)]) == []
    assert ledger.carry_out([m.CompleteStep(status="failed", now=1)]) == []
    assert ledger.carry_out([m.StoreOutputs(outputs=())]) == []
    assert ledger.carry_out([m.OpenCall(index=0, call=CALL)]) == []


def test_an_end_that_cannot_be_stored_is_announced_all_the_same(stage: Stage) -> None:
    run = stage.new_run()
    ledger = Ledger(stage.store, run)
    error = LastError(code="server_error", message="The disk is full.")
    event = ledger.give_up(m.Finish(status=RunStatus.FAILED, now=1, usage=Usage(), error=error))
    assert isinstance(event, RunChanged)
    assert (event.what, event.run.last_error) == ("failed", error)
    assert stage.stored(run).status is RunStatus.QUEUED


@pytest.mark.parametrize(
    ("printed", "logs", "rest"),
    [
        (("1\n", "2\n"), "1\n2", None),
        (("1\n", "2\n"), "1\n2\n[Variables are lost.]", "[Variables are lost.]"),
        (("1\n2",), "1\n2\n… 5 characters left out …", "\n… 5 characters left out …"),
        ((), "[The code ran and printed nothing.]", "[The code ran and printed nothing.]"),
        (("odd",), "other", None),
    ],
)
def test_what_code_printed_is_told_once(stage: Stage, printed: tuple[str, ...], logs: str, rest: str | None) -> None:
    ledger = Ledger(stage.store, stage.new_run())
    ledger.carry_out([m.CreateStep(type="tool_calls"), m.StoreCalls(calls=(CODE,))])
    told = [event for text in printed for event in ledger.carry_out([m.ExtendOutput(index=0, text=text)])]
    image = {"type": "image", "image": {"file_id": "f"}}
    details = {"input": "1+1", "outputs": [{"type": "logs", "logs": logs}, image]}
    told += ledger.carry_out([m.StoreOutputs(outputs=((CODE.id, logs),), details=details)])
    outputs = [out for event in told if isinstance(event, StepDelta) for out in _outputs(event)]
    assert [out["logs"] for out in outputs if out["index"] == 0] == [*printed, *([rest] if rest else [])]
    assert [out["image"] for out in outputs if out["index"] == 1] == [{"file_id": "f"}]


def _outputs(event: StepDelta) -> list[JsonObject]:
    outputs: list[JsonObject] = event.tool_calls[0]["code_interpreter"]["outputs"]
    return outputs
