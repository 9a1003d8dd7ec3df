"""Gives a model's memory back after a time without use."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from engine.errors import FiresideError
from engine.inference.port import InferencePort
from engine.retrieval.port import EmbeddingPort
from engine.runs.alarms import Alarms

log = logging.getLogger(__name__)

_AGAIN_SECONDS = 60.0


class IdleUnload:
    """Sleeps while nothing is loaded; `minutes` 0 keeps models loaded."""

    def __init__(
        self,
        backend: InferencePort,
        embedder: EmbeddingPort,
        alarms: Alarms,
        minutes: Callable[[], int],
        on_unloaded: Callable[[set[str]], None],
    ) -> None:
        self._backend = backend
        self._embedder = embedder
        self._alarms = alarms
        self._minutes = minutes
        self._on_unloaded = on_unloaded

    def note_use(self) -> None:
        """A model was used, or the setting changed: look again when the time is over."""
        minutes = self._minutes()
        if minutes > 0:
            self._alarms.set("idle", minutes * 60.0, self._start_sweep)
        else:
            self._alarms.drop("idle")

    def sweep(self) -> None:
        """Unload what has not been used for long enough; look again in a minute if anything is left."""
        minutes = self._minutes()
        if minutes <= 0:
            return
        free = False
        try:
            self._on_unloaded(set(self._backend.unload_idle(minutes * 60.0)))
            free = self._embedder.unload_idle(minutes * 60.0) and not self._backend.loaded()
        except FiresideError as error:
            log.info("idle models could not be unloaded: %s", error.code)
        if not free:
            self._alarms.set("idle", _AGAIN_SECONDS, self._start_sweep)

    def _start_sweep(self) -> None:
        # Ending a child takes up to seconds; other alarms must not wait for it.
        threading.Thread(target=self.sweep, name="idle unload", daemon=True).start()
