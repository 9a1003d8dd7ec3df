"""Fan-out of events to listeners, in one order for all of them."""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Callable

from engine.events import Event

Listener = Callable[[Event], None]
log = logging.getLogger(__name__)


class Subscription:
    """A listener's hold on the bus; `close` ends it and may be called twice."""

    def __init__(self, bus: Bus, listener: Listener, thread_id: str | None) -> None:
        self._bus = bus
        self.listener = listener
        self.thread_id = thread_id

    def wants(self, event: Event) -> bool:
        return self.thread_id is None or event.thread_id == self.thread_id

    def close(self) -> None:
        self._bus._drop(self)

    def __enter__(self) -> Subscription:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Bus:
    """Publishes events synchronously: listeners run in the publisher's thread, one at a time, and must be quick."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._seq = 0
        self._subscriptions: list[Subscription] = []

    @property
    def seq(self) -> int:
        """The number of the newest event: what is read from now on holds everything up to it."""
        return self._seq

    def subscribe(self, listener: Listener, *, thread_id: str | None = None) -> Subscription:
        """Call `listener` for every event from now on, or only for those of one thread."""
        subscription = Subscription(self, listener, thread_id)
        with self._lock:
            self._subscriptions.append(subscription)
        return subscription

    def publish(self, event: Event) -> None:
        """Number the event and hand it to every listener; a listener that raises is logged, not obeyed."""
        with self._lock:
            self._seq += 1
            numbered = dataclasses.replace(event, seq=self._seq)
            for subscription in tuple(self._subscriptions):
                if not subscription.wants(numbered):
                    continue
                try:
                    subscription.listener(numbered)
                except Exception:  # one broken listener must not silence the others
                    log.exception("a listener failed on %s", type(event).__name__)

    def _drop(self, subscription: Subscription) -> None:
        with self._lock:
            if subscription in self._subscriptions:
                self._subscriptions.remove(subscription)
