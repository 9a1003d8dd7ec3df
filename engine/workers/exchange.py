"""One request on its way: what the child sent for it, waited for by the thread that asked."""

from __future__ import annotations

import threading
from collections import deque

from engine.errors import FiresideError
from engine.types import JsonObject

# A reader further ahead than this waits, so a fast child is slowed by its pipe and not stored in memory.
_AHEAD = 1000


class Exchange:
    """Frames of one request, in order; `put` by the reader, `get` by the caller."""

    def __init__(self, request_id: int) -> None:
        self.id = request_id
        self._changed = threading.Condition()
        self._frames: deque[JsonObject] = deque()
        self._failure: FiresideError | None = None
        self._woken = self._discarding = False

    def put(self, frame: JsonObject) -> None:
        """Add a frame; waits while the caller is far behind."""
        with self._changed:
            if self._discarding and "event" in frame:
                return
            self._changed.wait_for(lambda: len(self._frames) < _AHEAD or self._discarding or self._failure is not None)
            self._frames.append(frame)
            self._changed.notify_all()

    def fail(self, failure: FiresideError) -> None:
        """Nothing more will come; frames already here are still delivered."""
        with self._changed:
            self._failure = self._failure or failure
            self._changed.notify_all()

    def discard(self) -> None:
        """Drop all events, those to come too; only the end is still of interest."""
        with self._changed:
            self._discarding = True
            self._frames = deque(frame for frame in self._frames if "event" not in frame)
            self._changed.notify_all()

    def wake(self) -> None:
        """Make `get` return None early, so that the caller looks at the time again."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def get(self, seconds: float) -> JsonObject | None:
        """Return the next frame, or None after so many seconds or `wake`. Raises the failure when nothing is left."""
        with self._changed:
            self._changed.wait_for(lambda: self._frames or self._failure or self._woken, timeout=max(0.0, seconds))
            self._woken = False
            if self._frames:
                frame = self._frames.popleft()
                self._changed.notify_all()
                return frame
            if self._failure is not None:
                raise self._failure
            return None
