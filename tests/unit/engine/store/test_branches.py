"""Branches: one line of messages is shown, the others are kept."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import NotFound, ThreadBusy
from engine.store import Store
from engine.types import PageRequest
from tests.unit.engine.store.values import FIRST_HUNDRED, said, texts

LONG = PageRequest(limit=100, order="asc")


def _ids(store: Store, thread_id: str) -> dict[str, str]:
    return {message.text: message.id for message in store.messages.list(thread_id, LONG).items}


def _shown(store: Store, thread_id: str) -> list[str]:
    return texts(store.messages.list(thread_id, FIRST_HUNDRED).items)


def _forks(store: Store, thread_id: str) -> list[tuple[str, int, int]]:
    return [
        (store.messages.get(thread_id, fork.message_id).text, fork.chosen, len(fork.branches))
        for fork in store.branches.forks(thread_id)
    ]


def test_a_fork_shelves_the_rest_and_choosing_brings_it_back(store: Store) -> None:
    thread = store.threads.create(messages=[said("q1"), said("a1"), said("q2"), said("a2")])

    store.branches.fork(thread.id, _ids(store, thread.id)["a1"])
    assert _shown(store, thread.id) == ["q1"]
    assert _forks(store, thread.id) == [("q1", 1, 2)]  # the branch is empty yet
    store.messages.create(thread.id, said("a1 again"))
    assert _forks(store, thread.id) == [("a1 again", 1, 2)]
    assert texts(reversed(list(store.messages.history(thread.id)))) == ["q1", "a1 again"]

    [fork] = store.branches.forks(thread.id)
    store.branches.choose(thread.id, fork.branches[0])
    assert _shown(store, thread.id) == ["q1", "a1", "q2", "a2"]
    assert _forks(store, thread.id) == [("a1", 0, 2)]


def test_branches_of_branches_come_back_as_they_were_left(store: Store) -> None:
    thread = store.threads.create(messages=[said("q1"), said("a1"), said("q2")])
    store.branches.fork(thread.id, _ids(store, thread.id)["q2"])
    store.messages.create(thread.id, said("q2 other"))
    store.branches.fork(thread.id, _ids(store, thread.id)["q1"])
    store.messages.create(thread.id, said("Q"))
    assert _shown(store, thread.id) == ["Q"]

    [fork] = store.branches.forks(thread.id)
    store.branches.choose(thread.id, fork.branches[0])

    assert _shown(store, thread.id) == ["q1", "a1", "q2 other"]
    assert _forks(store, thread.id) == [("q1", 0, 2), ("q2 other", 1, 2)]


def test_a_message_of_another_branch_is_found_with_its_branch(store: Store) -> None:
    thread = store.threads.create(messages=[said("q1"), said("a1"), said("q2")])
    old = _ids(store, thread.id)
    store.branches.fork(thread.id, old["q2"])
    store.messages.create(thread.id, said("q2 other"))
    store.branches.fork(thread.id, old["a1"])

    assert store.messages.get(thread.id, old["q2"]).text == "q2"
    branch = store.branches.of_message(thread.id, old["q2"])
    assert branch is not None
    store.branches.choose(thread.id, branch)

    assert _shown(store, thread.id) == ["q1", "a1", "q2"]
    assert store.branches.of_message(thread.id, old["q2"]) is None


def test_what_is_refused(store: Store) -> None:
    thread = store.threads.create(messages=[said("q1")])
    first = _ids(store, thread.id)["q1"]
    with pytest.raises(NotFound):
        store.branches.fork(thread.id, "msg_unknown")
    with pytest.raises(NotFound):
        store.branches.choose(thread.id, "branch_unknown")
    with pytest.raises(NotFound):
        store.branches.of_message(thread.id, "msg_unknown")
    store.runs.create(thread.id, assistant_id="asst_1", model="m")
    with pytest.raises(ThreadBusy):
        store.branches.fork(thread.id, first)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.sampled_from(["say", "fork", "choose", "bin"]), st.integers(0, 9)), max_size=14))
def test_nothing_is_lost_and_order_holds(store: Store, moves: list[tuple[str, int]]) -> None:
    thread = store.threads.create(messages=[said("0")])
    everything = {"0"}
    for number, (move, pick) in enumerate(moves, 1):
        shown = store.messages.list(thread.id, LONG).items
        forks = store.branches.forks(thread.id)
        if move == "say" or not shown:
            everything.add(str(number))
            store.messages.create(thread.id, said(str(number)))
        elif move == "fork":
            store.branches.fork(thread.id, shown[pick % len(shown)].id)
        elif move == "bin":
            gone = shown[pick % len(shown)].id
            store.bin.put_message(gone)
            store.bin.take_out(gone)
            assert store.messages.list(thread.id, LONG).items == shown
        elif forks:
            fork = forks[pick % len(forks)]
            wanted = fork.branches[pick % len(fork.branches)]
            store.branches.choose(thread.id, wanted)
            assert any(wanted == each.branches[each.chosen] for each in store.branches.forks(thread.id)) or not shown
        numbers = [int(text) for text in _shown(store, thread.id)]
        assert numbers == sorted(numbers)
    seen: set[str] = set()
    for due in store.said.due(1000):
        seen.add(due.text)
    assert everything <= seen
