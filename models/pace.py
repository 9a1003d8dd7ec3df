"""How fast something moves and how long it still takes, smoothed so that the numbers can be read."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

_SMOOTHING_SECONDS: Final = 5.0
_SHORTEST_SAMPLE: Final = 0.25


class Pace:
    """An exponentially weighted speed; `clock` is monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last: float | None = None
        self._pending = 0
        self._speed: float | None = None

    @property
    def per_second(self) -> float | None:
        """Bytes per second, or None before there is anything to tell."""
        return self._speed

    def add(self, amount: int) -> None:
        """Count bytes that have just arrived; the first only start the clock, for nobody knows since when they came."""
        now = self._clock()
        if self._last is None:
            self._last = now
            return
        self._pending += amount
        elapsed = now - self._last
        if elapsed < _SHORTEST_SAMPLE:
            return
        sample = self._pending / elapsed
        weight = 1 - math.exp(-elapsed / _SMOOTHING_SECONDS)
        self._speed = sample if self._speed is None else self._speed + weight * (sample - self._speed)
        self._pending, self._last = 0, now

    def seconds_left(self, remaining: int | None) -> float | None:
        """Return how long `remaining` bytes take at this pace, or None when nobody can know."""
        if remaining is None or not self._speed:
            return None
        return max(0, remaining) / self._speed
