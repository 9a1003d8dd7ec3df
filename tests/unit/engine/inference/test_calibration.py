"""Calibration: what is fastest is found, kept, taken up again, and given way to whoever comes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.inference.batching import Piece
from engine.inference.calibration import Calibration, Tuning, candidates
from engine.inference.kvcache import Sequences


class Computer:
    """Takes as long as a table says; `stops` is how often it is stopped."""

    def __init__(self, seconds: dict[int, float], token: float = 0.1, stops: int = 0) -> None:
        self.seconds, self.token, self.stops = seconds, token, stops
        self.now = 0.0
        self.writing = self.reading = 0
        self.held = 0

    def clock(self) -> float:
        return self.now

    def decode(self, pieces: Sequence[Piece]) -> str:
        if self.stops:
            self.stops -= 1
            return "stopped"
        (piece,) = pieces
        self.held += len(piece.tokens)
        self.now += self.seconds[self.writing] * (1 + self.token * (len(piece.tokens) - 1))
        return "done"

    def cut(self, seq: int, length: int) -> bool:
        self.held = 0
        return True

    def use_threads(self, writing: int, reading: int) -> None:
        self.writing, self.reading = writing, reading


def calibration(computer: Computer, file: Path, threads: tuple[int, ...] = (4, 3, 8)) -> Calibration:
    return Calibration(computer, Sequences(cells=512, count=4), file, threads, clock=computer.clock)


def run(found: Calibration) -> None:
    for _ in range(1000):
        if not found.step():
            return


def test_the_fastest_number_of_threads_is_used_and_kept(tmp_path: Path) -> None:
    computer, file = Computer({4: 0.04, 3: 0.03, 8: 0.05}), tmp_path / "a.tuned"
    found = calibration(computer, file)
    run(found)
    assert found.tuning == Tuning(writing=3, reading=3, guess_cost=pytest.approx(0.1))
    assert (computer.writing, computer.reading, computer.held) == (3, 3, 0)
    again = Computer({})
    assert calibration(again, file).tuning == found.tuning
    assert (again.writing, again.reading) == (3, 3)


def test_the_usual_number_stays_where_another_gains_little(tmp_path: Path) -> None:
    computer = Computer({4: 0.0400, 3: 0.0395, 8: 0.0399})
    found = calibration(computer, tmp_path / "a.tuned")
    run(found)
    assert found.tuning is not None
    assert (found.tuning.writing, found.tuning.reading) == (4, 4)


def test_a_busy_computer_says_nothing_about_threads(tmp_path: Path) -> None:
    computer, file = Computer({4: 0.04, 3: 0.01, 8: 0.05}), tmp_path / "a.tuned"
    books = Sequences(cells=512, count=4)
    found = Calibration(computer, books, file, (4, 3, 8), quiet=lambda: False, clock=computer.clock)
    run(found)
    assert found.tuning == Tuning(writing=4, reading=4, guess_cost=pytest.approx(0.1))
    assert not file.exists()


def test_a_slow_model_is_not_tried_for_long(tmp_path: Path) -> None:
    computer = Computer({4: 1.0, 3: 1.0, 8: 1.0}, token=0.05)
    found = calibration(computer, tmp_path / "a.tuned")
    run(found)
    assert found.tuning is not None
    assert computer.now < 20


def test_whoever_comes_ends_it_and_it_begins_anew(tmp_path: Path) -> None:
    computer = Computer({4: 0.04, 3: 0.03, 8: 0.05}, stops=1)
    found = calibration(computer, tmp_path / "a.tuned")
    assert found.step()
    assert found.busy
    found.stop()
    assert not found.busy
    assert (computer.writing, computer.held) == (4, 0)
    run(found)
    assert found.tuning is not None


def test_it_gives_up_where_somebody_always_comes(tmp_path: Path) -> None:
    found = calibration(Computer({4: 0.04, 3: 0.03, 8: 0.05}, stops=10_000), tmp_path / "a.tuned")
    run(found)
    assert found.tuning is None
    assert not found.step()


def test_it_waits_while_the_cells_are_taken(tmp_path: Path) -> None:
    computer, books = Computer({4: 0.04}), Sequences(cells=64, count=2)
    plan = books.begin([1, 2, 3], 10)
    assert plan is not None
    found = Calibration(computer, books, tmp_path / "a.tuned", (4,), clock=computer.clock)
    assert not found.step()


@pytest.mark.parametrize(
    "untrusted",
    ["", "[]", "{}", '{"writing": 0, "reading": 1, "guess_cost": 0}', '{"writing": 1e999, "reading": 1}', "nonsense"]
    + [json.dumps({"writing": 1, "reading": 1, "guess_cost": cost}) for cost in (-1, 1e9, "much")],
)
def test_a_file_that_makes_no_sense_is_not_believed(tmp_path: Path, untrusted: str) -> None:
    file = tmp_path / "a.tuned"
    file.write_text(untrusted, "utf-8")
    assert calibration(Computer({}), file).tuning is None


def test_candidates() -> None:
    assert candidates(3, 8, 16) == (3,)
    assert candidates(0, 8, 16) == (8, 7, 4, 16)
    assert candidates(0, 2, 2) == (2, 1)
    assert candidates(0, 1, 1) == (1,)
