"""What is told to somebody who looks elsewhere, and what is not worth it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from desktop.notices import Notice, Notices
from engine.events import DownloadChanged, FunctionAsked, RunChanged, VectorStoreChanged
from engine.types import FileCounts, FunctionCall, Run, RunStatus, VectorStore

RUN = Run(
    id="r",
    created_at=0,
    thread_id="t",
    assistant_id="a",
    status=RunStatus.COMPLETED,
    model="m",
    started_at=100,
    completed_at=130,
    trace={"functions": "here"},
)


def _ended(what: Any = "completed", **changes: Any) -> RunChanged:
    return RunChanged(thread_id="t", run_id="r", what=what, run=replace(RUN, **changes))


def test_a_long_answer_is_told_and_a_quick_one_is_not() -> None:
    notices = Notices()

    assert notices.take([_ended()]) == (Notice("answered", "t"),)
    assert notices.take([_ended(completed_at=102)]) == ()
    assert notices.take([_ended("failed", status=RunStatus.FAILED, completed_at=None)]) == (Notice("failed", "t"),)
    assert notices.take([_ended("cancelled", status=RunStatus.CANCELLED)]) == ()


def test_runs_of_programs_are_their_own_affair() -> None:
    assert Notices().take([_ended(trace={})]) == ()


def test_a_question_is_told_once_until_it_is_answered() -> None:
    notices = Notices()
    call = FunctionCall(id="c", name="f", arguments="{}")
    asked = FunctionAsked(thread_id="t", run_id="r", call=call, executor=None, why="approval")

    assert notices.take([asked, asked]) == (Notice("asked", "t"),)
    notices.take([_ended("in_progress", status=RunStatus.IN_PROGRESS)])
    assert notices.take([asked]) == (Notice("asked", "t"),)


def test_downloads_and_files_are_told_when_they_are_done() -> None:
    notices = Notices()

    def store(**counts: int) -> VectorStoreChanged:
        held = VectorStore(id="vs", created_at=0, last_active_at=0, name="Tea", file_counts=FileCounts(**counts))
        return VectorStoreChanged(what="updated", vector_store_id="vs", vector_store=held)

    assert notices.take([store(completed=3)]) == ()
    assert notices.take([store(in_progress=2, completed=1), store(in_progress=1, completed=2)]) == ()
    assert notices.take([store(completed=3), store(completed=3)]) == (Notice("read", "Tea"),)
    assert notices.take([store(in_progress=1), store(failed=1)]) == (Notice("read_partly", "Tea", 1),)
    done = [DownloadChanged(model_id="m", state=s, done=1, total=1) for s in ("running", "done", "failed")]
    assert notices.take(done) == (Notice("downloaded", "m"), Notice("download_failed", "m"))
