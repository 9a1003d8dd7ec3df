"""Which models are in memory: who may come in, and who has to leave for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.cancel import CancelToken
from engine.errors import Cancelled
from engine.inference.port import LoadedModel, LoadSpec
from engine.inference.turns import Turns
from engine.workers.supervisor import Worker

_LOOK_AGAIN = 0.25


@dataclass(slots=True, eq=False)
class Seat:
    """One model's worker, who is served, and what it was loaded as; changed only by whoever has the turn alone."""

    model_id: str
    worker: Worker
    turns: Turns = field(default_factory=Turns)
    spec: LoadSpec | None = None
    model: LoadedModel | None = None
    used: float = 0.0
    wanted_out: bool = False


class Residents:
    """Keeps at most `limit()` models loaded; the one not used for longest leaves, when it has finished its answer."""

    def __init__(self, limit: Callable[[], int], farewell: Callable[[Seat], None] = lambda _seat: None) -> None:
        """`farewell` is called with a seat that is about to lose its model."""
        self._limit, self._farewell = limit, farewell
        self._changed = threading.Condition()
        self._inside: list[Seat] = []
        self._door = Turns()

    def inside(self) -> tuple[Seat, ...]:
        """Return the seats that hold a model or are about to, the longest unused first."""
        with self._changed:
            return tuple(sorted(self._inside, key=lambda seat: seat.used))

    def enter(self, seat: Seat, cancel: CancelToken) -> None:
        """Make room for the seat, whose turn the caller holds alone. Raises Cancelled if `cancel` is set first."""
        with self._door.take(cancel):
            while not self._admit(seat):
                if cancel.is_set():
                    raise Cancelled("Stopped while waiting for memory.")
                for other in self.inside()[:1]:
                    self._ask_to_leave(other)

    def leave(self, seat: Seat) -> None:
        """Unload the seat's model; the caller holds its turn alone."""
        if seat.model is not None and seat.worker.alive:
            self._farewell(seat)
        seat.worker.stop()
        seat.model, seat.wanted_out = None, False
        with self._changed:
            if seat in self._inside:
                self._inside.remove(seat)
            self._changed.notify_all()

    def leave_if_idle(self, seat: Seat) -> bool:
        """Unload the seat's model unless somebody uses it; return whether it is unloaded."""
        with seat.turns.take(wait=False) as mine:
            if mine:
                self.leave(seat)
            return mine

    def done(self, seat: Seat) -> None:
        """The caller, who holds the turn, is finished: the last one leaves if others wait for the memory."""
        seat.used = time.monotonic()
        if seat.wanted_out and seat.turns.claim():
            self.leave(seat)

    def _admit(self, seat: Seat) -> bool:
        with self._changed:
            if seat not in self._inside:
                if len(self._inside) >= max(1, self._limit()):
                    return False
                self._inside.append(seat)
            return True

    def _ask_to_leave(self, other: Seat) -> None:
        other.wanted_out = True
        if not self.leave_if_idle(other):
            with self._changed:
                # It leaves when its answer is finished; looking again catches one that finished before it was told.
                self._changed.wait(_LOOK_AGAIN)
