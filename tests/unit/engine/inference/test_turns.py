"""Turns keep the order of arrival, and a waiting caller can give up."""

from __future__ import annotations

import threading

from engine.cancel import CancelToken
from engine.inference.turns import Turns


def test_callers_are_served_in_the_order_they_came() -> None:
    turns, served, threads = Turns(), list[int](), []

    def work(number: int) -> None:
        with turns.take():
            served.append(number)

    with turns.take():
        for number in range(5):
            thread = threading.Thread(target=work, args=(number,))
            thread.start()
            threads.append(thread)
            waiting(turns, number + 2)
    for thread in threads:
        thread.join()
    assert served == [0, 1, 2, 3, 4]
    assert turns.idle


def test_a_cancelled_caller_leaves_the_line() -> None:
    turns, cancel, got = Turns(), CancelToken(), list[bool]()

    def work() -> None:
        with turns.take(cancel) as mine:
            got.append(mine)

    with turns.take():
        thread = threading.Thread(target=work)
        thread.start()
        waiting(turns, 2)
        cancel.set()
        thread.join()
        assert got == [False]
        assert not turns.idle
    assert turns.idle


def test_the_turn_is_given_back_when_the_block_raises() -> None:
    turns = Turns()
    try:
        with turns.take():
            raise KeyError
    except KeyError:
        pass
    assert turns.idle


def test_those_who_share_hold_it_together_and_one_alone_waits_for_all() -> None:
    turns, order, threads = Turns(), list[str](), []

    def work(name: str, *, shared: bool) -> None:
        with turns.take(shared=shared):
            order.append(name)

    with turns.take(shared=True) as first, turns.take(shared=True) as second:
        assert first
        assert second
        for index, (name, shared) in enumerate((("alone", False), ("shared", True))):
            threads.append(threading.Thread(target=work, args=(name,), kwargs={"shared": shared}))
            threads[-1].start()
            waiting(turns, 3 + index)
        assert order == []  # nobody overtakes the one who wants it alone
    for thread in threads:
        thread.join()
    assert order == ["alone", "shared"]


def test_who_has_it_alone_may_let_others_in() -> None:
    turns = Turns()
    with turns.take():
        with turns.take(wait=False, shared=True) as mine:
            assert not mine
        turns.share()
        with turns.take(wait=False, shared=True) as mine:
            assert mine
            assert not turns.claim()
        assert turns.claim()
        with turns.take(wait=False, shared=True) as mine:
            assert not mine


def waiting(turns: Turns, count: int) -> None:
    """Wait until that many stand in line."""
    with turns._changed:
        assert turns._changed.wait_for(lambda: len(turns._line) >= count, timeout=30)
