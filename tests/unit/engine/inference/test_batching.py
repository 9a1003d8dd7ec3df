"""Coroutines on one context: fair, in order, and undisturbed by each other's ends; the model is played."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled, WorkerFailed
from engine.inference.batching import Alone, Batcher, Begin, Full, Piece, Read, Work
from engine.inference.kvcache import Sequences
from engine.types import JsonObject


class Played:
    """Keeps what every sequence holds; `outcomes` are how the next decodings end, "done" when there are none."""

    chunk, capacity = 64, 128

    def __init__(self, *, whole: bool = False) -> None:
        self.whole = whole
        self.rows: dict[int, list[int]] = {}
        self.batches: list[list[Piece]] = []
        self.outcomes: list[str] = []
        self.flag = Flag()

    def decode(self, pieces: Sequence[Piece]) -> str:
        self.batches.append(list(pieces))
        assert sum(len(piece.tokens) for piece in pieces) <= self.capacity
        outcome = self.outcomes.pop(0) if self.outcomes else "done"
        for piece in pieces:
            row = self.rows.setdefault(piece.seq, [])
            assert len(row) == piece.start
            if outcome == "done":
                row += piece.tokens
        return outcome

    def cut(self, seq: int, length: int) -> bool:
        self.rows.setdefault(seq, [])
        del self.rows[seq][length:]
        return True

    def share(self, source: int, target: int, length: int) -> None:
        self.rows[target] = self.rows[source][:length]

    def forget(self) -> None:
        self.rows.clear()


class Flag:
    """Remembers whether it is set."""

    on = False

    def set(self) -> None:
        self.on = True

    def clear(self) -> None:
        self.on = False


class Asked:
    """Who asked, and what came of it."""

    def __init__(self) -> None:
        self.cancel = CancelToken()
        self.result: JsonObject | None = None
        self.error: Exception | None = None

    def answer(self, result: JsonObject) -> None:
        assert self.result is None
        self.result = result

    def fail(self, error: Exception) -> None:
        self.error = error


def answer(prompt: list[int], written: int, heard: Callable[[int], None] = lambda _: None) -> Work:
    """Read a prompt, then write that many tokens."""
    plan = yield Begin(prompt, len(prompt) + written)
    yield Read(prompt[plan.keep :], heard=heard)
    for _ in range(written):
        yield Read([7])
    return {"seq": plan.seq, "kept": plan.keep}


@pytest.fixture
def played() -> Played:
    return Played()


@pytest.fixture
def batcher(played: Played) -> Batcher:
    return Batcher(played, Sequences(cells=1000, count=8))


def add(batcher: Batcher, work: Work, *, first: bool = False) -> Asked:
    asked = Asked()
    batcher.add(asked, work, first=first)
    return asked


def finish(batcher: Batcher) -> None:
    for _ in range(1000):
        if not batcher.busy:
            return
        batcher.step()
    raise AssertionError("it never ends")


def test_one_reads_in_chunks_and_writes(batcher: Batcher, played: Played) -> None:
    heard: list[int] = []
    asked = add(batcher, answer([1] * 100, 3, heard.append))
    finish(batcher)
    assert [[len(piece.tokens) for piece in batch] for batch in played.batches] == [[64], [36], [1], [1], [1]]
    assert [piece.outputs for batch in played.batches for piece in batch] == [0, 1, 1, 1, 1]
    assert heard == [64]
    assert asked.result == {"seq": 0, "kept": 0}


def test_those_who_write_share_a_decoding(batcher: Batcher, played: Played) -> None:
    several = [add(batcher, answer([number] * 20, 10)) for number in range(1, 4)]
    finish(batcher)
    assert all(asked.result for asked in several)
    assert len(played.batches) == 11
    assert all(len(batch) == 3 for batch in played.batches)


def test_nobody_stands_still_while_another_reads(batcher: Batcher, played: Played) -> None:
    add(batcher, answer([1] * 20, 6))
    add(batcher, answer([2] * 200, 0))
    batcher.step()
    for _ in range(4):
        batcher.step()
        assert [len(piece.tokens) for piece in played.batches[-1]] == [1, 16]


def test_two_who_read_get_the_same_share(batcher: Batcher, played: Played) -> None:
    add(batcher, answer([1] * 200, 0))
    add(batcher, answer([2] * 200, 0))
    batcher.step()
    assert [len(piece.tokens) for piece in played.batches[-1]] == [32, 32]


def test_the_one_that_is_looked_at_goes_first(played: Played) -> None:
    batcher = Batcher(played, Sequences(cells=100, count=8))
    running, other = add(batcher, answer([1] * 50, 10)), add(batcher, answer([2] * 50, 10))
    watched = add(batcher, answer([3] * 50, 10), first=True)
    while running.result is None:
        batcher.step()
    assert other.result is None
    while watched.result is None:
        batcher.step()
    assert other.result is None
    finish(batcher)
    assert other.result


@pytest.mark.parametrize("whole", [False, True])
def test_a_cancel_stops_one_and_the_others_go_on(whole: bool) -> None:
    played = Played(whole=whole)
    batcher = Batcher(played, Sequences(cells=1000, count=8, whole=whole))
    stopped, other = add(batcher, answer([1] * 200, 5)), add(batcher, answer([2] * 200, 5))
    batcher.step()
    played.outcomes = ["stopped"]
    stopped.cancel.set()
    assert played.flag.on
    batcher.step()
    assert not played.flag.on
    assert isinstance(stopped.error, Cancelled)
    finish(batcher)
    assert other.result
    assert played.rows[other.result["seq"]] == [2] * 200 + [7] * 5
    assert played.rows[other.result["seq"]] == list(batcher.books[other.result["seq"]].tokens)


def test_a_coroutine_may_end_in_its_own_way_when_cancelled(batcher: Batcher) -> None:
    def patient() -> Work:
        try:
            yield from answer([1] * 500, 5)
        except Cancelled:
            return {"finish": "cancelled"}
        return {}

    asked = add(batcher, patient())
    batcher.step()
    asked.cancel.set()
    batcher.step()
    assert asked.result == {"finish": "cancelled"}
    assert not batcher.busy
    again = add(batcher, answer([1] * 500, 0))
    finish(batcher)
    assert again.result == {"seq": 0, "kept": 64}  # what was read before is not read again


def test_an_error_in_one_is_its_own(batcher: Batcher) -> None:
    def broken() -> Work:
        yield Begin([1] * 10, 10)
        raise KeyError

    failed, other = add(batcher, broken()), add(batcher, answer([2] * 10, 3))
    finish(batcher)
    assert isinstance(failed.error, KeyError)
    assert other.result


def test_a_failed_decoding_fails_all_and_leaves_nothing(batcher: Batcher, played: Played) -> None:
    both = [add(batcher, answer([number] * 20, 9)) for number in (1, 2)]
    batcher.step()
    played.outcomes = ["failed"]
    batcher.step()
    assert all(isinstance(asked.error, WorkerFailed) for asked in both)
    assert batcher.books.occupied == 0
    assert not batcher.busy


def test_when_cells_run_out_the_idle_go_first_then_the_newest(played: Played) -> None:
    batcher = Batcher(played, Sequences(cells=100, count=4))
    add(batcher, answer([1] * 30, 0))
    finish(batcher)

    def greedy(token: int) -> Work:
        """Takes more than it said it would."""
        yield Begin([token] * 20, 20)
        yield Read([token] * 20)
        written = 0
        try:
            while True:
                yield Read([token] * 8)
                written += 8
        except Full:
            return {"written": written}

    old, new = add(batcher, greedy(2)), add(batcher, greedy(3))
    finish(batcher)
    assert old.result == {"written": 80}
    assert new.result == {"written": 24}
    assert batcher.books.occupied == 100


def test_llama_may_know_better_than_the_books(batcher: Batcher, played: Played) -> None:
    add(batcher, answer([1] * 30, 0))
    finish(batcher)
    played.outcomes = ["full"]
    asked = add(batcher, answer([2] * 30, 1))
    finish(batcher)
    assert asked.result
    assert [entry.seq for entry in batcher.books.held()] == [asked.result["seq"]]


def test_alone_is_asked_again_until_it_was_not_interrupted(batcher: Batcher) -> None:
    found: list[Any] = [None, None, 0.5]

    def work() -> Work:
        yield Begin([1], 1)
        return {"found": (yield Alone(lambda: found.pop(0)))}

    asked = add(batcher, work())
    finish(batcher)
    assert asked.result == {"found": 0.5}


def test_a_second_beginning_gives_the_first_sequence_back(batcher: Batcher) -> None:
    def twice() -> Work:
        yield from answer([1] * 50 + [2] * 10, 0)
        return (yield from answer([1] * 50 + [3] * 10, 0))

    asked = add(batcher, twice())
    finish(batcher)
    assert asked.result == {"seq": 0, "kept": 50}


def test_what_an_owner_said_is_dropped(batcher: Batcher, played: Played) -> None:
    def owned() -> Work:
        plan = yield Begin([1] * 20, 20, "thread_1")
        yield Read([1] * 20)
        return {"seq": plan.seq}

    add(batcher, owned())
    finish(batcher)
    batcher.forget("thread_2")
    assert batcher.books.occupied == 20
    batcher.forget("thread_1")
    assert batcher.books.occupied == 0
    assert played.rows[0] == []
