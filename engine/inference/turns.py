"""First come, first served: many callers may share a model, or one has it for itself."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from engine.cancel import CancelToken


@dataclass(slots=True, eq=False)
class _Ticket:
    shared: bool


class Turns:
    """A lock that keeps the order of arrival and lets a waiting caller give up; neighbours that share hold it at once.

    A caller that shares waits for nobody who shares, and never overtakes one who wants it alone.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._line: list[_Ticket] = []

    @contextlib.contextmanager
    def take(self, cancel: CancelToken | None = None, *, wait: bool = True, shared: bool = False) -> Iterator[bool]:
        """Wait for the turn and hold it for the block; yields False, without it, if `cancel` was set first.

        Without `wait`, yields False at once if the turn is not free.
        """
        ticket = _Ticket(shared)
        if cancel is not None:
            cancel.on_set(self._wake)
        with self._changed:
            self._line.append(ticket)
            self._changed.wait_for(
                lambda: not wait or self._is_next(ticket) or (cancel is not None and cancel.is_set())
            )
            mine = self._is_next(ticket)
            if not mine:
                self._leave(ticket)
        try:
            yield mine
        finally:
            if mine:
                with self._changed:
                    self._leave(ticket)

    def share(self) -> None:
        """Let others in that share; called by who holds it alone."""
        with self._changed:
            self._line[0].shared = True
            self._changed.notify_all()

    def claim(self) -> bool:
        """Have it alone if nobody else holds it now; called by who shares it. Returns whether that is so."""
        with self._changed:
            alone = sum(map(self._is_next, self._line)) == 1
            if alone:
                self._line[0].shared = False
            return alone

    def _is_next(self, ticket: _Ticket) -> bool:
        before = self._line[: self._line.index(ticket)]
        return not before or (ticket.shared and all(other.shared for other in before))

    def _leave(self, ticket: _Ticket) -> None:
        self._line.remove(ticket)
        self._changed.notify_all()

    @property
    def idle(self) -> bool:
        """Whether nobody works or waits."""
        with self._changed:
            return not self._line

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
