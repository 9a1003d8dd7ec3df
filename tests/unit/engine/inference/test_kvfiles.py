"""Kept caches come back as they were, or not at all; the folder stays within its bounds."""

from __future__ import annotations

import os
from array import array
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.inference import kvfiles
from engine.inference.kvfiles import KvFiles, mark

TOKENS = array("i", range(100))
STATE = np.arange(5000, dtype=np.uint8)
MARK = "a" * 32


@pytest.fixture(autouse=True)
def _a_disk_with_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kvfiles, "_SPARE_DISK", 0)


def opened(folder: Path, limit: int = 1_000_000) -> KvFiles:
    return KvFiles(folder, MARK, limit=limit)


def test_what_was_kept_comes_back_after_a_restart(tmp_path: Path) -> None:
    assert opened(tmp_path).keep(TOKENS, STATE)
    files = opened(tmp_path)
    same, kept = files.best([*range(80), 7])
    assert same == 80
    assert kept is not None
    found = files.load(kept)
    assert found is not None
    assert np.array_equal(found, STATE)


def test_nothing_of_another_mark_is_used(tmp_path: Path) -> None:
    opened(tmp_path).keep(TOKENS, STATE)
    assert KvFiles(tmp_path, "b" * 32, limit=10**6).best(TOKENS) == (0, None)


def test_a_longer_one_takes_the_place_of_its_beginning(tmp_path: Path) -> None:
    files = opened(tmp_path)
    files.keep(TOKENS[:50], STATE)
    files.keep(array("i", [5] * 50), STATE)
    files.keep(TOKENS, STATE)
    assert len(list(tmp_path.iterdir())) == 2


def test_the_folder_is_bounded_and_the_longest_unused_goes(tmp_path: Path) -> None:
    files = opened(tmp_path, limit=17_000)
    for number in range(3):
        files.keep(array("i", [number] * 10), STATE)
    for age, path in enumerate(sorted(tmp_path.iterdir())):
        os.utime(path, (1000 + age, 1000 + age))
    first = min(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime)
    assert files.keep(array("i", [9] * 10), STATE)
    assert len(list(tmp_path.iterdir())) == 3
    assert not first.exists()
    assert not files.keep(TOKENS, np.zeros(20_000, np.uint8))


def test_a_full_disk_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kvfiles, "_SPARE_DISK", 1 << 60)
    assert not opened(tmp_path).keep(TOKENS, STATE)
    assert list(tmp_path.iterdir()) == []


def test_half_written_files_are_cleared_away(tmp_path: Path) -> None:
    (tmp_path / "x.new").write_bytes(b"half")
    opened(tmp_path)
    assert list(tmp_path.iterdir()) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.integers(0, 5_500), st.integers(0, 255), st.booleans())
def test_a_damaged_file_is_never_used(tmp_path: Path, at: int, value: int, cut: bool) -> None:
    opened(tmp_path).keep(TOKENS, STATE)
    (path,) = tmp_path.iterdir()
    data = bytearray(path.read_bytes())
    at = min(at, len(data) - 1)
    damaged = data[:at] if cut else data[:at] + bytes([value]) + data[at + 1 :]
    path.write_bytes(damaged)
    files = opened(tmp_path)
    same, kept = files.best(TOKENS)
    found = files.load(kept) if kept is not None else None
    if damaged == data:
        assert same == 100
    assert found is None or (np.array_equal(found, STATE) and same == 100)
    for rest in tmp_path.iterdir():
        rest.unlink()


def test_the_mark_follows_the_file_and_the_settings(tmp_path: Path) -> None:
    model = tmp_path / "m.gguf"
    model.write_bytes(os.urandom(200_000))
    first = mark(model, "template", 1)
    assert first == mark(model, "template", 1) != mark(model, "template", 2)
    data = bytearray(model.read_bytes())
    data[150_000] ^= 1
    model.write_bytes(data)
    assert mark(model, "template", 1) != first


def test_what_belongs_to_a_deleted_thread_goes_with_it(tmp_path: Path) -> None:
    files = opened(tmp_path)
    files.keep(TOKENS, STATE, "thread_1")
    files.keep(array("i", [5] * 50), STATE, "thread_2")
    files.forget("thread_1")
    assert files.best(TOKENS)[0] == 0
    assert files.best([5] * 50)[0] == 50
