"""Leaves of a thread: remembered, given twice, gone with the thread."""

from __future__ import annotations

from engine.store import Store


def test_a_leave_holds_for_its_thread_only(store: Store) -> None:
    first, second = store.threads.create().id, store.threads.create().id

    store.approvals.allow(first, "code_interpreter")
    store.approvals.allow(first, "code_interpreter")

    assert store.approvals.allowed(first, "code_interpreter")
    assert not store.approvals.allowed(first, "exec_1")
    assert not store.approvals.allowed(second, "code_interpreter")
    store.threads.delete(first)
    assert not store.approvals.allowed(first, "code_interpreter")
