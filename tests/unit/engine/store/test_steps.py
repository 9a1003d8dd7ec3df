"""Steps of a run, in order and complete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from engine.errors import NotFound
from engine.store import Store
from engine.types import LastError, PageRequest, Run, RunStep, Usage
from tests.unit.engine.store.values import started


@pytest.fixture
def run(store: Store) -> Run:
    return started(store, store.threads.create().id)


def _step(store: Store, run: Run, **values: Any) -> RunStep:
    given = {"type": "message_creation", "details": {"type": "message_creation"}, **values}
    return store.steps.create(run_id=run.id, thread_id=run.thread_id, assistant_id=run.assistant_id, **given)


def test_every_field_is_there_after_a_restart(store: Store, run: Run, open_store: Callable[[], Store]) -> None:
    step = _step(store, run, type="tool_calls", details={"tool_calls": [{"id": "call_1"}]}, metadata={"k": "v"})
    assert (step.status, store.steps.get(run.id, step.id)) == ("in_progress", step)
    ended = store.steps.update(
        step.id,
        status="failed",
        last_error=LastError(code="server_error", message="m"),
        completed_at=1,
        cancelled_at=2,
        failed_at=3,
        expired_at=4,
        usage=Usage(prompt_tokens=1),
    )
    store.close()

    assert open_store().steps.get(run.id, step.id) == ended
    assert (ended.details, ended.metadata) == (step.details, step.metadata)


def test_the_list_is_of_one_run(store: Store, run: Run) -> None:
    steps = [_step(store, run) for _ in range(3)]
    _step(store, started(store, store.threads.create().id))

    page = store.steps.list(run.id, PageRequest(limit=2))

    assert (page.items, page.has_more) == ((steps[2], steps[1]), True)


def test_what_is_not_there_is_not_found(store: Store, run: Run) -> None:
    step = _step(store, run)

    with pytest.raises(NotFound, match="No run step found"):
        store.steps.get("run_other", step.id)
    with pytest.raises(NotFound, match="No run step found"):
        store.steps.update("step_nobody", status="failed")
    with pytest.raises(NotFound, match="No run found"):
        store.steps.list("run_nobody", PageRequest())


def test_a_run_that_was_deleted_meanwhile_gets_no_step(store: Store, run: Run) -> None:
    store.threads.delete(run.thread_id)

    with pytest.raises(NotFound, match="No run found"):
        _step(store, run)


def test_a_page_is_found_by_its_index(store: Store, run: Run, queries: Callable[[Callable[[], object]], list]) -> None:
    middle = [_step(store, run) for _ in range(10)][5].id
    seen = queries(lambda: store.steps.list(run.id, PageRequest(limit=2, after=middle)))

    assert [line for query in seen for line in query.plan if not line.startswith("SEARCH")] == []
