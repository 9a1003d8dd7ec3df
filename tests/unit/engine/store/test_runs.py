"""Runs: stored with their messages, one at a time on a thread, found again after a crash."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.errors import NotFound, ThreadBusy
from engine.store import Store
from engine.types import FunctionCall, LastError, PageRequest, Run, RunStatus, Usage
from tests.unit.engine.store.values import FIRST_HUNDRED, finished, said, started, texts


def test_every_field_is_there_after_a_restart(store: Store, open_store: Callable[[], Store]) -> None:
    thread = store.threads.create()
    created, _ = store.runs.create(
        thread.id,
        assistant_id="asst_a",
        model="qwen",
        instructions="Be brief.",
        tools=({"type": "code_interpreter"},),
        metadata={"k": "v"},
        expires_at=10,
        temperature=0.1,
        top_p=0.2,
        max_prompt_tokens=300,
        max_completion_tokens=400,
        truncation_strategy={"type": "last_messages", "last_messages": 3},
        tool_choice={"type": "file_search"},
        parallel_tool_calls=False,
        response_format="auto",
        reasoning_effort="high",
    )
    assert store.runs.get(thread.id, created.id) == created
    ended = store.runs.update(
        created.id,
        status=RunStatus.FAILED,
        required_calls=(FunctionCall(id="call_1", name="f", arguments="{", output="出"),),
        last_error=LastError(code="server_error", message="The worker died."),
        incomplete_reason="max_prompt_tokens",
        started_at=1,
        cancelled_at=2,
        failed_at=3,
        completed_at=4,
        usage=Usage(prompt_tokens=5, completion_tokens=6, cached_tokens=7),
        trace={"dropped": 2},
    )
    store.close()

    found = open_store().runs.get(thread.id, created.id)
    assert found == ended
    assert found.status is RunStatus.FAILED
    assert (found.tools, found.tool_choice, found.usage) == (created.tools, created.tool_choice, ended.usage)


def test_a_run_is_stored_with_its_messages(store: Store) -> None:
    thread = store.threads.create(messages=[said("a")])

    run, messages = store.runs.create(thread.id, assistant_id="asst_a", model="m", new_messages=[said("b"), said("c")])

    assert (run.status, texts(messages)) == (RunStatus.QUEUED, ["b", "c"])
    assert texts(store.messages.list(thread.id, FIRST_HUNDRED).items) == ["a", "b", "c"]


def test_a_second_run_waits_for_the_first(store: Store) -> None:
    thread = store.threads.create()
    run = started(store, thread.id)

    for status in (s for s in RunStatus if not s.terminal):
        store.runs.update(run.id, status=status)
        with pytest.raises(ThreadBusy) as caught:
            started(store, thread.id, new_messages=[said("lost?")])
        assert caught.value.message == f"Thread {thread.id} already has an active run {run.id}."

    assert texts(store.messages.history(thread.id)) == []
    started(store, store.threads.create().id)
    store.runs.update(run.id, status=RunStatus.CANCELLED)
    started(store, thread.id)


def test_of_eight_at_once_one_gets_the_thread(store: Store) -> None:
    for _ in range(10):
        thread = store.threads.create()
        together = threading.Barrier(8)

        def race(number: int) -> Run | ThreadBusy:
            together.wait()  # noqa: B023
            try:
                return started(store, thread.id, new_messages=[said(str(number))])  # noqa: B023
            except ThreadBusy as error:
                return error

        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(race, range(8)))

        winners = [result for result in results if isinstance(result, Run)]
        assert len(winners) == 1
        assert store.runs.active(thread.id) == winners[0]
        assert len(texts(store.messages.history(thread.id))) == 1


def test_the_active_run_is_the_unfinished_one(store: Store) -> None:
    thread = store.threads.create()
    assert store.runs.active(thread.id) is None
    finished(store, thread.id)
    assert store.runs.active(thread.id) is None
    run = started(store, thread.id)
    assert store.runs.active(thread.id) == run


def test_unfinished_runs_are_found_after_a_restart(store: Store, open_store: Callable[[], Store]) -> None:
    for _ in range(3):
        finished(store, store.threads.create().id)
    left = [started(store, store.threads.create().id) for _ in range(3)]
    left[1] = store.runs.update(left[1].id, status=RunStatus.REQUIRES_ACTION)
    store.close()

    assert open_store().runs.unfinished() == tuple(left)


def test_lists_are_of_one_thread_or_of_all(store: Store) -> None:
    thread, other = store.threads.create(), store.threads.create()
    first, second, elsewhere = (finished(store, where.id) for where in (thread, thread, other))

    assert store.runs.list(thread.id, PageRequest()).items == (second, first)
    assert store.runs.list(None, PageRequest(order="asc")).items == (first, second, elsewhere)


def test_what_is_not_there_is_not_found(store: Store) -> None:
    thread = store.threads.create()
    run = started(store, store.threads.create().id)

    with pytest.raises(NotFound, match="No run found"):
        store.runs.get(thread.id, run.id)
    with pytest.raises(NotFound, match="No run found"):
        store.runs.update("run_nobody", status=RunStatus.FAILED)
    with pytest.raises(NotFound, match="No thread found"):
        store.runs.list("thread_nobody", PageRequest())
    with pytest.raises(NotFound, match="No thread found"):
        started(store, "thread_nobody")


def test_no_query_walks_through_finished_runs(store: Store, queries: Callable[[Callable[[], object]], list]) -> None:
    thread = store.threads.create()
    middle = [finished(store, thread.id) for _ in range(20)][10].id

    def read() -> None:
        store.runs.list(thread.id, PageRequest(limit=2))
        store.runs.list(thread.id, PageRequest(limit=2, after=middle))
        store.runs.active(thread.id)
        store.runs.get(thread.id, middle)

    assert [line for query in queries(read) for line in query.plan if not line.startswith("SEARCH")] == []
    [query] = queries(store.runs.unfinished)
    assert "USING INDEX runs_unfinished" in query.plan[0]
