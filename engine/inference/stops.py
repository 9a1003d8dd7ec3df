"""Ending an answer at a stop string, wherever the pieces of text happen to be cut."""

from __future__ import annotations

from collections.abc import Iterable


class StopFilter:
    """Lets text through except what is, or may still become, a stop string.

    The result does not depend on how the text is cut: the stop string that ends first wins.
    """

    def __init__(self, stops: Iterable[str]) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._held = ""
        self.hit = False

    def feed(self, text: str) -> str:
        """Return what is safe to show; nothing more once `hit` is true."""
        if self.hit:
            return ""
        text = self._held + text
        found = [(at + len(stop), at) for stop in self._stops if (at := text.find(stop)) >= 0]
        if found:
            self.hit = True
            self._held = ""
            return text[: min(found)[1]]
        keep = self._partial(text)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def flush(self) -> str:
        """Return what was held back; call it once when no more text comes."""
        rest, self._held = self._held, ""
        return rest

    def _partial(self, text: str) -> int:
        """Return the length of the longest end of `text` with which a stop string begins."""
        longest = max((len(stop) for stop in self._stops), default=1) - 1
        for size in range(min(longest, len(text)), 0, -1):
            end = text[-size:]
            if any(stop.startswith(end) for stop in self._stops):
                return size
        return 0
