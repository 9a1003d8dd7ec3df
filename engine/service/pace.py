"""How fast files of a store are being read, and how long it will still take: worked out from events (pure)."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.events import VectorStoreFileChanged
from engine.types import HeldFile

_WINDOW = 20.0  # seconds that count for the speed
_ENOUGH = 0.5  # seconds before a speed is believed
_ENDED = ("completed", "failed", "cancelled", "deleted")


@dataclass(frozen=True, slots=True)
class Progress:
    """A store's progress: a share from 0 to 1 by bytes, files, and what is known of speed (chunks/s) and seconds left.

    `current` is the id of the file being read, `done` and `total` its passages.
    """

    share: float = 0.0
    files_done: int = 0
    files: int = 0
    speed: float | None = None
    left: float | None = None
    current: str = ""
    done: int = 0
    total: int = 0


class Pace:
    """Keeps count for one store. Give it the files at the start and then every event of that store."""

    def __init__(self, held: Iterable[HeldFile] = (), *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: dict[str, int] = {}
        self._finished: dict[str, int] = {}
        self._moments: deque[tuple[float, float, int]] = deque()  # time, bytes done, passages done
        self._passages = 0
        self._current, self._done, self._total, self._best = "", 0, 0, 0
        for each in held:
            self.expect(each.place.id, each.bytes, waits=each.place.status == "in_progress")

    def expect(self, file_id: str, size: int, *, waits: bool = True) -> None:
        """A file is in the store; only those that wait, or waited since the start, count."""
        if waits:
            self._finished.pop(file_id, None)
            self._waiting[file_id] = max(1, size)

    def take(self, event: VectorStoreFileChanged) -> None:
        """Take the next event of this store."""
        file_id = event.file.id
        if event.what in _ENDED:
            size = self._waiting.pop(file_id, None)
            if size is not None and event.what != "deleted":
                self._finished[file_id] = size
            if file_id == self._current:
                self._passages += max(0, event.total - self._best) if event.what == "completed" else 0
                self._current, self._done, self._total, self._best = "", 0, 0, 0
        elif event.what == "in_progress":
            self._waiting.setdefault(file_id, 1)
            if file_id != self._current:
                self._current, self._best = file_id, 0
            self._done, self._total = event.done, event.total
            if event.phase == "embedding":
                self._passages += max(0, event.done - self._best)
                self._best = max(self._best, event.done)
        self._note()

    @property
    def progress(self) -> Progress:
        """What can be said now."""
        whole = sum(self._waiting.values()) + sum(self._finished.values())
        speed, bytes_speed = self._speeds()
        left = (whole - self._bytes()) / bytes_speed if bytes_speed and self._waiting else None
        return Progress(
            share=self._bytes() / whole if whole else 0.0,
            files_done=len(self._finished),
            files=len(self._finished) + len(self._waiting),
            speed=speed,
            left=left,
            current=self._current,
            done=self._done,
            total=self._total,
        )

    def _bytes(self) -> float:
        part = self._best / self._total if self._total else 0.0
        return sum(self._finished.values()) + part * self._waiting.get(self._current, 0)

    def _note(self) -> None:
        now = self._clock()
        self._moments.append((now, self._bytes(), self._passages))
        while now - self._moments[0][0] > _WINDOW:
            self._moments.popleft()

    def _speeds(self) -> tuple[float | None, float | None]:
        if len(self._moments) < 2:
            return None, None
        (then, had, passages), (now, has, more) = self._moments[0], self._moments[-1]
        seconds = now - then
        if seconds < _ENOUGH:
            return None, None
        return (more - passages) / seconds or None, (has - had) / seconds or None
