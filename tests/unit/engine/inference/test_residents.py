"""Who stays in memory when there is not room for all."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled
from engine.inference.residents import Residents, Seat


class Stopped:
    """Stands for a worker; counts how often it was stopped."""

    def __init__(self) -> None:
        self.stops = 0

    def stop(self) -> None:
        self.stops += 1


def seat(name: str, used: float = 0.0) -> Seat:
    worker: Any = Stopped()
    return Seat(name, worker, used=used)


def enter(residents: Residents, newcomer: Seat) -> None:
    with newcomer.turns.take():
        residents.enter(newcomer, CancelToken())


def names(residents: Residents) -> list[str]:
    return [inside.model_id for inside in residents.inside()]


def test_the_one_not_used_for_longest_leaves() -> None:
    residents = Residents(lambda: 2)
    old, new, newest = seat("old", 1.0), seat("new", 2.0), seat("newest", 3.0)
    for one in (new, old, new, newest):
        enter(residents, one)
    assert names(residents) == ["new", "newest"]
    assert (old.worker.stops, new.worker.stops) == (1, 0)


def test_a_smaller_limit_makes_several_leave() -> None:
    limit = [3]
    residents = Residents(lambda: limit[0])
    for number in range(3):
        enter(residents, seat(str(number), number))
    limit[0] = 0  # one always fits
    enter(residents, seat("only", 9.0))
    assert names(residents) == ["only"]


def test_one_at_work_leaves_when_it_has_finished() -> None:
    residents, busy, newcomer, inside = Residents(lambda: 1), seat("busy"), seat("newcomer"), threading.Event()
    with busy.turns.take():
        residents.enter(busy, CancelToken())
        waiting = threading.Thread(target=lambda: (enter(residents, newcomer), inside.set()))
        waiting.start()
        assert not inside.wait(0.1)
        assert names(residents) == ["busy"]
        assert busy.wanted_out
        residents.done(busy)
    waiting.join()
    assert names(residents) == ["newcomer"]
    assert busy.worker.stops == 1


def test_waiting_for_room_can_be_given_up() -> None:
    residents, busy, newcomer, cancel = Residents(lambda: 1), seat("busy"), seat("newcomer"), CancelToken()
    with busy.turns.take(), newcomer.turns.take():
        residents.enter(busy, CancelToken())
        cancel.set()
        with pytest.raises(Cancelled):
            residents.enter(newcomer, cancel)
        assert not residents.leave_if_idle(busy)
    assert residents.leave_if_idle(busy)
    assert names(residents) == []
