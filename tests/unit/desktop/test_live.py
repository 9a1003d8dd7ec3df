"""What goes on in all threads is known from events alone."""

from __future__ import annotations

from desktop.live import Live
from engine.events import MessageChanged, MessageDelta, ModelState, RunChanged, RunProgress, ThreadChanged
from engine.types import Message, Run, RunStatus, TextPart


def _run(status: RunStatus, run_id: str = "run_1") -> RunChanged:
    run = Run(
        id=run_id, created_at=0, thread_id="t", assistant_id="a", status=status, model="default", trace={"model": "m"}
    )
    return RunChanged(thread_id="t", run_id=run_id, what=status.value, run=run)


def _message(what: str, text: str = "") -> MessageChanged:
    message = Message(id="msg", created_at=0, thread_id="t", role="assistant", content=(TextPart(text=text),))
    return MessageChanged(thread_id="t", what=what, message=message)  # type: ignore[arg-type]


def test_a_run_goes_through_its_phases() -> None:
    live = Live()
    seen = []
    for event in (
        _run(RunStatus.QUEUED),
        RunProgress(thread_id="t", run_id="run_1", phase="loading", done=3, total=100),
        _run(RunStatus.IN_PROGRESS),
        RunProgress(thread_id="t", run_id="run_1", phase="reading", done=10, total=20),
        RunProgress(thread_id="t", run_id="run_1", phase="writing"),
        _run(RunStatus.CANCELLING),
        RunProgress(thread_id="t", run_id="run_1", phase="writing"),
    ):
        live.take([event])
        seen.append(live.phases["t"].what)

    assert seen == ["queued", "loading", "loading", "reading", "writing", "stopping", "stopping"]
    assert live.phases["t"].model == "m"
    live.take([_run(RunStatus.CANCELLED)])
    assert live.running("t") is None
    assert live.phases == {}


def test_progress_of_a_run_that_is_over_is_forgotten() -> None:
    live = Live()
    live.take([_run(RunStatus.COMPLETED), RunProgress(thread_id="t", run_id="run_1", phase="writing")])

    assert live.phases == {}


def test_text_is_kept_while_it_is_written() -> None:
    live = Live()
    live.take([_message("in_progress")])
    live.take([MessageDelta(thread_id="t", message_id="msg", index=0, text=part) for part in ("one ", "two")])
    assert live.texts == {"msg": "one two"}

    live.take([_message("completed", "one two")])
    assert live.texts == {}


def test_a_deleted_thread_leaves_nothing_behind() -> None:
    live = Live()
    live.take([_run(RunStatus.IN_PROGRESS), ThreadChanged(thread_id="t", what="deleted", thread=None)])

    assert live.runs == {}
    assert live.running(None) is None


def test_an_old_runs_end_does_not_end_the_new_one() -> None:
    live = Live()
    live.take([_run(RunStatus.IN_PROGRESS, "run_2"), _run(RunStatus.CANCELLED, "run_1")])

    assert live.running("t") is not None


def test_loading_models_are_known() -> None:
    live = Live()
    live.take([ModelState(model_id="m", state="loading")])
    assert live.models_loading == {"m"}
    live.take([ModelState(model_id="m", state="ready")])
    assert live.models_loading == set()
