"""Speed and time left: smooth, and silent while nothing is known."""

from __future__ import annotations

from models.pace import Pace


class _Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _run(pace: Pace, clock: _Clock, amounts: list[int]) -> None:
    for amount in amounts:
        clock.now += 1
        pace.add(amount)


def test_nothing_is_said_before_anything_is_known() -> None:
    pace = Pace(_Clock())
    assert pace.per_second is None
    assert pace.seconds_left(100) is None


def test_a_steady_stream() -> None:
    clock = _Clock()
    pace = Pace(clock)
    _run(pace, clock, [1000] * 20)
    assert pace.per_second == 1000
    assert pace.seconds_left(5000) == 5
    assert pace.seconds_left(None) is None
    assert pace.seconds_left(-3) == 0


def test_time_before_the_first_bytes_does_not_count() -> None:
    clock = _Clock()
    pace = Pace(clock)
    clock.now += 60
    pace.add(1)
    _run(pace, clock, [1000])
    assert pace.per_second == 1000


def test_a_hiccup_moves_the_number_only_a_little() -> None:
    clock = _Clock()
    pace = Pace(clock)
    _run(pace, clock, [1000] * 20)
    _run(pace, clock, [0])
    assert pace.per_second is not None
    assert 800 < pace.per_second < 1000


def test_many_tiny_pieces_are_taken_together() -> None:
    clock = _Clock()
    pace = Pace(clock)
    pace.add(1)
    for _ in range(100):
        clock.now += 0.01
        pace.add(10)
    assert pace.per_second is not None
    assert 900 < pace.per_second < 1100
