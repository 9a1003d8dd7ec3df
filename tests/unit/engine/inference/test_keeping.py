"""What was read goes to files and comes back, when that is worth it and nothing is wrong."""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.inference import kvfiles
from engine.inference.batching import Batcher
from engine.inference.keeping import Keeper
from engine.inference.kvcache import Sequences
from engine.inference.kvfiles import KvFiles

MARK = "a" * 32


class States:
    """Stands for the model: the state of a sequence is its tokens."""

    whole = False

    def __init__(self) -> None:
        self.held: dict[int, bytes] = {}
        self.fits = True

    def state(self, seq: int) -> NDArray[np.uint8]:
        return np.frombuffer(self.held[seq], np.uint8)

    def set_state(self, seq: int, data: NDArray[np.uint8]) -> bool:
        self.held[seq] = data.tobytes()
        return self.fits

    def cut(self, seq: int, length: int) -> bool:
        self.held[seq] = self.held.get(seq, b"")[: 4 * length]
        return True


@pytest.fixture(autouse=True)
def _a_disk_with_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kvfiles, "_SPARE_DISK", 0)


class House:
    """A loaded model with its books and files."""

    def __init__(self, folder: Path, limit: int = 10**7) -> None:
        self.states, self.books = States(), Sequences(cells=4000, count=4)
        computer: Any = self.states
        self.keeper = Keeper(self.states, Batcher(computer, self.books), KvFiles(folder, MARK, limit=limit))

    def read(self, tokens: list[int], owner: str = "") -> int:
        plan = self.books.begin(tokens, len(tokens))
        assert plan is not None
        self.books.extend(plan.seq, tokens[plan.keep :])
        self.books.release(plan.seq)
        self.books[plan.seq].owner = owner
        self.states.held[plan.seq] = array("i", tokens).tobytes()
        return plan.seq


def test_after_a_restart_it_is_loaded_not_read(tmp_path: Path) -> None:
    first = House(tmp_path)
    first.read([1] * 500)
    assert first.keeper.keep_one()
    assert not first.keeper.keep_one()  # nothing new
    again = House(tmp_path)
    again.keeper.recall([1] * 500 + [2])
    assert again.books.best([1] * 500 + [2])[0] == 500
    assert again.states.held[0] == array("i", [1] * 500).tobytes()
    again.keeper.recall([1] * 500 + [2])
    assert len(list(again.books.held())) == 1  # it is there already


def test_little_is_not_kept(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.read([1] * 200)
    assert not house.keeper.keep_one()


def test_what_does_not_fit_is_not_tried_again(tmp_path: Path) -> None:
    house = House(tmp_path, limit=100)
    house.read([1] * 500)
    assert house.keeper.keep_one()
    assert not house.keeper.keep_one()


def test_a_state_that_llama_refuses_is_deleted(tmp_path: Path) -> None:
    first = House(tmp_path)
    first.read([1] * 500)
    first.keeper.keep_one()
    again = House(tmp_path)
    again.states.fits = False
    again.keeper.recall([1] * 500)
    assert again.books.occupied == 0
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_leaves_nothing_behind(tmp_path: Path) -> None:
    first = House(tmp_path)
    first.read([1] * 500)
    first.keeper.keep_one()
    again = House(tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-1])
    again.keeper.recall([1] * 500)
    assert again.books.occupied == 0
    assert again.books.begin([1] * 500, 4000) is not None


def test_an_owners_files_go(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.read([1] * 500, "thread_1")
    house.keeper.keep_one()
    house.keeper.forget("thread_1")
    assert list(tmp_path.iterdir()) == []
