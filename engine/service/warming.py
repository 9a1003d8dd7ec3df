"""Gets the model ready while the message to it is being typed: loads it, and lets it read what was said so far."""

from __future__ import annotations

import logging
import threading

from engine.cancel import CancelToken
from engine.errors import FiresideError
from engine.events import Event, ModelState, RunChanged
from engine.runs.ahead import read_ahead
from engine.runs.world import World
from engine.service.runs import Runs
from engine.types import NewMessage, RunStatus, TextPart

log = logging.getLogger(__name__)
_Place = tuple[str | None, str]


class Warming:
    """One place at a time, the newest; a run that begins ends the reading at once."""

    def __init__(self, world: World, runs: Runs) -> None:
        self._world, self._runs = world, runs
        self._changed = threading.Condition()
        self._wanted: _Place | None = None
        self._warm: _Place | None = None
        self._at_work: set[str] = set()
        self._cancel = CancelToken()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._subscription = world.bus.subscribe(self._hear)

    def warm(self, thread_id: str | None, assistant_id: str) -> None:
        """Get ready for a message on a thread, or on a new one, to this assistant; returns at once.

        Nothing happens while runs are at work, or when that was the last place and nothing has changed there since.
        """
        with self._changed:
            if self._closed or self._at_work or self._warm == (thread_id, assistant_id):
                return
            self._wanted = self._warm = (thread_id, assistant_id)
            self._cancel.set()  # of the place before
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="warming", daemon=True)
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """Stop; may be repeated."""
        self._subscription.close()
        with self._changed:
            self._closed = True
            self._cancel.set()
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _hear(self, event: Event) -> None:
        if isinstance(event, ModelState) and event.state != "unloaded":
            return
        if not isinstance(event, RunChanged | ModelState):
            return
        with self._changed:
            self._warm = None
            if isinstance(event, ModelState):
                return
            if event.run.status.terminal or event.run.status is RunStatus.REQUIRES_ACTION:
                self._at_work.discard(event.run.id)
            else:
                self._at_work.add(event.run.id)
                self._wanted = None
                self._cancel.set()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._wanted is not None)
                if self._closed or self._wanted is None:
                    return
                (thread_id, assistant_id), self._wanted = self._wanted, None
                self._cancel = cancel = CancelToken()
            try:
                said = NewMessage(role="user", content=(TextPart(text="…"),))
                read_ahead(self._world, self._runs.planned(thread_id, said, assistant_id), cancel)
            except FiresideError as error:  # the thread is gone, or there is no model: the run will say so
                log.info("nothing is read ahead: %s", error.code)
