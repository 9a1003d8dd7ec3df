"""Counts what this session's downloads moved, so that the window can say truthfully whether it was ever online."""

from __future__ import annotations

from collections.abc import Iterable

from engine.events import DownloadChanged, Event

_MOVING = ("queued", "running")


class Traffic:
    """Only downloads the user starts open connections; nothing of a conversation is ever sent."""

    def __init__(self) -> None:
        self._received: dict[str, int] = {}
        self._base: dict[str, int] = {}
        self._moving: set[str] = set()

    @property
    def online(self) -> bool:
        """Whether a download runs now."""
        return bool(self._moving)

    @property
    def received(self) -> int:
        """Bytes that arrived in this session."""
        return sum(self._received.values())

    @property
    def used(self) -> bool:
        """Whether any download asked for something in this session."""
        return bool(self._received)

    def take(self, events: Iterable[Event]) -> bool:
        """Take events; returns whether something changed."""
        before = (self.online, self.received)
        for event in events:
            if isinstance(event, DownloadChanged):
                self._download(event)
        return before != (self.online, self.received)

    def _download(self, event: DownloadChanged) -> None:
        name = event.model_id
        if event.state in _MOVING:
            self._moving.add(name)
            # A resumed download starts with what earlier sessions fetched.
            self._base.setdefault(name, event.done)
        else:
            self._moving.discard(name)
        if name in self._base and event.state != "cancelled":
            self._received[name] = max(self._received.get(name, 0), event.done - self._base[name])
