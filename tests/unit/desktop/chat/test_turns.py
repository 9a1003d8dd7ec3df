"""Turns say what happened to a message."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.chat.turns import avatar_key, error_of, figures_of, turn_of
from engine.types import Assistant, LastError, Message, Run, RunStatus, TextPart


def _message(**changes: Any) -> Message:
    fields: dict[str, Any] = {
        **{"id": "msg", "created_at": 7, "thread_id": "t", "role": "assistant", "content": (TextPart(text="Hi"),)},
        **changes,
    }
    return Message(**fields)


def _run(status: RunStatus, **changes: Any) -> Run:
    return Run(id="run", created_at=0, thread_id="t", assistant_id="a", status=status, model="m", **changes)


@pytest.mark.parametrize(
    ("status", "reason", "state"),
    [
        ("in_progress", None, "writing"),
        ("completed", None, "done"),
        ("incomplete", "run_cancelled", "stopped"),
        ("incomplete", "max_tokens", "cut"),
        ("incomplete", "run_failed", "failed"),
        ("incomplete", "run_expired", "failed"),
    ],
)
def test_the_state_follows_the_messages_status(status: Any, reason: Any, state: str) -> None:
    assert turn_of(_message(status=status, incomplete_reason=reason)).state == state


def test_the_author_gives_name_and_colours() -> None:
    ada = Assistant(id="asst_1", created_at=0, model="m", name="Ada")
    turn = turn_of(_message(assistant_id="asst_1"), ada)

    assert (turn.name, turn.avatar, turn.text, turn.at) == ("Ada", "asst_1", "Hi", 7)
    assert turn_of(_message(assistant_id="asst_gone")).avatar == "asst_gone"
    assert avatar_key(Assistant(id="x", created_at=0, model="m", metadata={"avatar": "3"})) == "3"
    assert avatar_key(None) == ""


def test_an_error_has_firesides_own_code_where_it_is_known() -> None:
    last = LastError(code="server_error", message="The process ended.")
    traced = _run(RunStatus.FAILED, last_error=last, trace={"error": {"code": "worker_died"}})

    assert error_of(traced) == ("worker_died", "The process ended.")
    assert error_of(_run(RunStatus.FAILED, last_error=last)) == ("server_error", "The process ended.")
    assert error_of(_run(RunStatus.EXPIRED)) == ("expired", "")
    assert error_of(_run(RunStatus.COMPLETED)) is None


def test_a_finished_message_shows_no_error_of_its_run() -> None:
    failed = _run(RunStatus.FAILED, last_error=LastError(code="server_error", message="x"))

    assert turn_of(_message(), None, failed).error is None
    assert turn_of(_message(status="incomplete", incomplete_reason="run_failed"), None, failed).error is not None


def test_figures_are_there_once_a_run_has_ended() -> None:
    trace = {"model": "qwen", "prompt_tokens": 9, "completion_tokens": 4, "tokens_per_second": 2.5}
    found = figures_of(_run(RunStatus.COMPLETED, trace=trace))

    assert found is not None
    assert (found.model, found.prompt_tokens, found.written_tokens, found.per_second) == ("qwen", 9, 4, 2.5)
    assert found.first_token is None
    assert figures_of(_run(RunStatus.IN_PROGRESS, trace=trace)) is None
    assert figures_of(_run(RunStatus.FAILED)) is None


def test_sentences_that_no_passage_supports_are_known_once_the_run_is_reviewed() -> None:
    text = "Tea is green【0:0†source】. Kings drank it."
    note = {"type": "file_citation", "text": "【0:0†source】", "start_index": 12, "end_index": 24}
    cited = TextPart(text=text, annotations=({**note, "file_citation": {"file_id": "f"}},))
    review = {"quotes": [{"marker": "【0:0†source】", "at": 12}], "unsupported": [{"start": 26, "stop": 41}]}
    run = _run(RunStatus.COMPLETED, trace={"citations": review})

    turn = turn_of(_message(content=(cited,)), run=run)
    bare = turn_of(_message(content=(TextPart(text="Kings drank."),)), run=_run(
        RunStatus.COMPLETED, trace={"citations": {"unsupported": [{"start": 0, "stop": 12}]}}
    ))  # fmt: skip

    assert turn.doubts == ("Kings drank it.",)
    assert [mark.kind for mark in turn.marks] == ["citation", "doubt", "sure"]
    assert (bare.doubts, bare.marks) == (("Kings drank.",), ())
    assert turn_of(_message(content=(cited,))).doubts == ()
