"""Prompts and events of runs: to the letter, within a bound, and let go when asked."""

from __future__ import annotations

import pytest

from engine.errors import NotFound
from engine.store import Store
from engine.store.run_logs import LONGEST
from tests.unit.engine.store.values import started

PROMPT = "<|im_start|>user\nTee? 茶\x00\ud800\n<|im_end|>"


def test_generations_come_back_numbered_and_to_the_letter(store: Store) -> None:
    run = started(store, store.threads.create().id)

    store.run_logs.add(run.id, prompt=PROMPT, measures={"prompt_tokens": 9})
    store.run_logs.add(run.id, prompt="", measures={})

    first, second = store.run_logs.of(run.id)
    assert (first.number, first.prompt, first.measures) == (1, PROMPT, {"prompt_tokens": 9})
    assert (second.number, second.prompt) == (2, "")
    store.threads.delete(run.thread_id)
    assert store.run_logs.of(run.id) == ()
    with pytest.raises(NotFound):
        store.run_logs.add(run.id, prompt="x", measures={})


def test_a_prompt_of_any_length_is_bounded(store: Store) -> None:
    run = started(store, store.threads.create().id)
    store.run_logs.add(run.id, prompt="x" * (LONGEST + 1), measures={})
    assert len(store.run_logs.of(run.id)[0].prompt) == LONGEST


def test_the_oldest_prompts_go_where_the_bound_is_passed(store: Store) -> None:
    run = started(store, store.threads.create().id)
    for text in ("first", "second", "third"):
        store.run_logs.add(run.id, prompt=text, measures={})
    size = 30  # each is some 13 to 14 bytes, compressed

    assert store.run_logs.sweep(size) == 1
    assert [generation.prompt for generation in store.run_logs.of(run.id)] == ["", "second", "third"]
    assert store.run_logs.sweep(size) == 0


def test_prompts_of_a_thread_are_forgotten_and_others_stay(store: Store) -> None:
    runs = [started(store, store.threads.create().id) for _ in range(2)]
    for run in runs:
        store.run_logs.add(run.id, prompt="secret", measures={"prompt_tokens": 1})

    store.run_logs.forget_prompts(runs[0].thread_id)

    kept = [store.run_logs.of(run.id)[0] for run in runs]
    assert [generation.prompt for generation in kept] == ["", "secret"]
    assert kept[0].measures == {"prompt_tokens": 1}


def test_events_are_replaced_as_a_whole(store: Store) -> None:
    run = started(store, store.threads.create().id)
    assert store.run_logs.events(run.id) == ()
    store.run_logs.put_events(run.id, [{"event": "thread.run.created"}])
    store.run_logs.put_events(run.id, [{"event": "a"}, {"event": "b"}])
    assert store.run_logs.events(run.id) == ({"event": "a"}, {"event": "b"})
    with pytest.raises(NotFound):
        store.run_logs.put_events("run_none", [])
