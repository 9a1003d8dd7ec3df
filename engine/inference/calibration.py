"""What is fastest on this computer, tried out for a few seconds while nobody waits: threads, and what a guess costs.

How much is read at once is not tried: it would change the last digits of what is computed, and with them now and then
a word, and small pieces cost a processor nothing that could be measured.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from engine.inference.batching import Piece
from engine.inference.kvcache import Sequences

log = logging.getLogger(__name__)
_SECONDS = 8.0  # for all of it, of computing
_ROUNDS = 5
_READ, _GUESSED = 32, 8  # tokens of a trial
_GAIN = 1.05  # so much faster another number of threads has to be
_TRIES = 3  # how often it is begun again after somebody came
_MOST_THREADS, _LARGEST_FILE = 1024, 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What was found: threads to write with and to read with, and the cost of one more token in a batch.

    `guess_cost` is a part of what a token costs by itself.
    """

    writing: int
    reading: int
    guess_cost: float


class Tunable(Protocol):
    """What is tried out: `native.Model`."""

    def decode(self, pieces: Sequence[Piece]) -> str: ...

    def cut(self, seq: int, length: int) -> bool: ...

    def use_threads(self, writing: int, reading: int) -> None: ...


class Calibration:
    """Tries one thing after the other; all methods belong to the thread that owns the model."""

    def __init__(
        self,
        model: Tunable,
        books: Sequences,
        file: Path,
        threads: Sequence[int],
        *,
        quiet: Callable[[], bool] = lambda: True,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """`threads`: numbers to be tried, the usual one first. What an earlier start found is taken from `file`.

        While the computer is not `quiet`, other programs decide how many threads are best: then only the cost of a
        guess is found out, and nothing is kept.
        """
        self._model, self._books, self._file, self._threads, self._clock = model, books, file, threads, clock
        self._quiet = quiet
        self._keeps = False
        self._trials: Iterator[Tuning | None] | None = None
        self._left = _TRIES
        self.tuning = _read(file)
        if self.tuning is not None:
            self._use(self.tuning)

    @property
    def busy(self) -> bool:
        """Whether a trial has begun and not ended: somebody who comes now may stop the computation."""
        return self._trials is not None

    def step(self) -> bool:
        """Try one thing; False when there is nothing left to try."""
        if self.tuning is not None or self._left <= 0:
            return False
        if self._trials is None:
            entries = [self._books[seq] for seq in range(self._books.count)]
            seq = next((entry.seq for entry in entries if not entry.tokens), None)
            room = self._books.cells - self._books.occupied
            if seq is None or room < 2 * _READ or any(entry.pinned for entry in entries):
                return False
            self._trials = self._try(seq)
        found = next(self._trials)
        if found is not None:
            self._trials = None
            self.tuning = found
            self._use(found)
            if self._keeps:
                _write(self._file, found)
            log.info("calibrated: %s", found)
        return True

    def stop(self) -> None:
        """Somebody wants the model: what was begun is begun again another time."""
        if self._trials is not None:
            self._trials, self._left = None, self._left - 1
            for seq in range(self._books.count):
                if not self._books[seq].tokens:
                    self._model.cut(seq, 0)
            self._model.use_threads(self._threads[0], self._threads[0])

    def _use(self, tuning: Tuning) -> None:
        self._model.use_threads(tuning.writing, tuning.reading)

    def _try(self, seq: int) -> Iterator[Tuning | None]:
        """Yield None between two trials, and at the end what was found."""
        self._keeps = self._quiet()
        tried = self._threads if self._keeps else self._threads[:1]
        times: dict[tuple[int, int], list[float]] = {}
        spent = 0.0
        sizes = (1, _READ, _GUESSED)
        yield from self._warm(seq)
        for _ in range(_ROUNDS):
            for threads in tried:
                for size in sizes if threads == self._threads[0] else sizes[:2]:
                    self._model.use_threads(threads, threads)
                    took = self._time(seq, size)
                    if took is None:
                        self.stop()
                        yield None
                        return
                    times.setdefault((threads, size), []).append(took)
                    spent += took
                    yield None
            if spent > _SECONDS:
                break
        fastest = {key: statistics.median(found) for key, found in times.items()}
        yield Tuning(
            writing=self._best(tried, fastest, 1),
            reading=self._best(tried, fastest, _READ),
            guess_cost=max(0.0, (fastest[self._threads[0], _GUESSED] / fastest[self._threads[0], 1] - 1))
            / (_GUESSED - 1),
        )

    def _warm(self, seq: int) -> Iterator[None]:
        self._model.use_threads(self._threads[0], self._threads[0])
        self._time(seq, _READ)
        yield None

    def _time(self, seq: int, size: int) -> float | None:
        """Return the seconds that so many tokens take, all of whose logits are wanted; None when it was stopped."""
        started = self._clock()
        outcome = self._model.decode([Piece(seq, 0, [1] * size, outputs=size if size == _GUESSED else 1)])
        took = self._clock() - started
        self._model.cut(seq, 0)
        return took if outcome == "done" else None

    def _best(self, tried: Sequence[int], fastest: dict[tuple[int, int], float], size: int) -> int:
        usual = tried[0]
        best = min(tried, key=lambda threads: fastest[threads, size])
        return best if fastest[best, size] * _GAIN < fastest[usual, size] else usual


def candidates(asked: int, physical: int, allowed: int) -> tuple[int, ...]:
    """Return the numbers of threads to try, the usual one first; `asked` by the settings is the only one."""
    if asked:
        return (asked,)
    usual = max(1, min(physical, allowed))
    others = (usual - 1, usual // 2, allowed)  # one left to the rest; large cores beside small ones; hyperthreads
    return (usual, *dict.fromkeys(n for n in others if n > 0 and n != usual))


def _read(file: Path) -> Tuning | None:
    """Return what a file holds, if that makes sense."""
    try:
        with file.open("rb") as opened:
            untrusted = json.loads(opened.read(_LARGEST_FILE))
        found = Tuning(
            writing=int(untrusted["writing"]),
            reading=int(untrusted["reading"]),
            guess_cost=float(untrusted["guess_cost"]),
        )
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None
    sound = 0 < found.writing <= _MOST_THREADS and 0 < found.reading <= _MOST_THREADS and 0.0 <= found.guess_cost <= 100
    return found if sound else None


def _write(file: Path, tuning: Tuning) -> None:
    fresh = file.with_suffix(".fresh")
    with contextlib.suppress(OSError):
        fresh.write_text(json.dumps(asdict(tuning)), "utf-8")
        os.replace(fresh, file)
