"""Speed and time left, with a clock of the test's own."""

from __future__ import annotations

from typing import Any

from engine.events import VectorStoreFileChanged
from engine.service.pace import Pace
from engine.types import HeldFile, VectorStoreFile


def _held(name: str, size: int, status: Any = "in_progress") -> HeldFile:
    place = VectorStoreFile(id=name, created_at=0, vector_store_id="vs", status=status, chunking_strategy={})
    return HeldFile(place=place, filename=name, bytes=size, sha256="")


def _event(name: str, what: Any, done: int = 0, total: int = 0, phase: Any = "embedding") -> VectorStoreFileChanged:
    return VectorStoreFileChanged(what=what, file=_held(name, 1).place, done=done, total=total, phase=phase)


def test_speed_and_time_left_follow_from_what_was_done() -> None:
    now = 100.0
    pace = Pace([_held("a", 300), _held("b", 100), _held("old", 50, "completed")], clock=lambda: now)
    assert (pace.progress.files, pace.progress.share, pace.progress.left) == (2, 0.0, None)

    pace.take(_event("a", "in_progress"))
    pace.take(_event("a", "in_progress", 40, 40, "reading"))
    assert (pace.progress.current, pace.progress.done, pace.progress.speed) == ("a", 40, None)
    now = 102.0
    pace.take(_event("a", "in_progress", 20, 40))
    half = pace.progress
    assert (half.share, half.speed, half.left) == (150 / 400, 10.0, 250 / 75)
    now = 104.0
    pace.take(_event("a", "completed", 40, 40))
    assert (pace.progress.files_done, pace.progress.share, pace.progress.speed) == (1, 0.75, 10.0)
    now = 106.0
    pace.take(_event("b", "failed"))
    assert (pace.progress.files_done, pace.progress.share, pace.progress.left) == (2, 1.0, None)


def test_a_speed_of_long_ago_is_forgotten() -> None:
    now = 0.0
    pace = Pace([_held("a", 100)], clock=lambda: now)
    for now in (0.0, 1.0, 60.0, 61.0):
        pace.take(_event("a", "in_progress", int(now), 100))

    assert pace.progress.speed == 1.0


def test_files_come_and_go() -> None:
    pace = Pace()
    pace.expect("a", 10)
    pace.expect("b", 10)
    pace.take(_event("b", "deleted"))
    pace.take(_event("other", "completed"))

    assert (pace.progress.files, pace.progress.files_done) == (1, 0)
    pace.take(_event("a", "completed"))
    pace.expect("a", 10)
    assert (pace.progress.files, pace.progress.files_done) == (1, 0)
