"""Where branches begin among the turns shown."""

from __future__ import annotations

from desktop.chat.branching import Branching, Place
from engine.service.branches import Fork


def test_places_and_neighbours() -> None:
    branching = Branching()
    assert not branching.any
    branching.show([Fork(message_id="m1", branches=("a", "b", "c"), chosen=1)])

    assert branching.any
    assert branching.places() == {"m1": Place(2, 3)}
    assert [branching.beside("m1", step) for step in (-1, 1, 2, -2)] == ["a", "c", None, None]
    assert branching.beside("m2", 1) is None


def test_where_forks_meet_the_last_one_counts() -> None:
    branching = Branching()
    forks = [Fork(message_id="m1", branches=("a", "b"), chosen=0), Fork(message_id="m1", branches=("c", "d"), chosen=1)]
    branching.show(forks)

    assert branching.places() == {"m1": Place(2, 2)}
    assert branching.beside("m1", -1) == "c"
