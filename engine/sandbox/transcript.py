"""What a cell printed, kept within bounds: beginning and end stay, the middle goes, no control characters."""

from __future__ import annotations

import codecs
import re
from collections import deque

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,1000}(?:\x07|\x1b\\)|[@-Z\\-_])")
# Control characters but tab and line feed, what turns the direction of text or hides in it, halves of characters.
_DECEIVING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u2069\ufeff\ud800-\udfff]"
)


def plain(untrusted: str) -> str:
    """Return text that a window and a terminal show as it is."""
    text = _ESCAPES.sub("", untrusted).replace("\r\n", "\n")
    return _DECEIVING.sub("", text.replace("\r", "\n") if "\r" in text else text)


class Transcript:
    """Takes raw output, gives back the part to show now, and at the end the whole with the middle cut out."""

    def __init__(self, most: int) -> None:
        """`most`: characters kept."""
        self._most = most
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._head: list[str] = []
        self._head_length = self._tail_length = self._dropped = 0
        self._tail: deque[str] = deque()
        self.size = 0  # bytes that came, kept or not

    def add(self, untrusted: bytes) -> str:
        """Take output; return what of it to stream on (nothing once the beginning is full)."""
        self.size += len(untrusted)
        text = plain(self._decode(untrusted))
        room = max(0, self._most // 2 - self._head_length)
        fits, rest = text[:room], text[room:]
        if fits:
            self._head.append(fits)
            self._head_length += len(fits)
        if rest:
            self._keep_tail(rest)
        return fits

    def _keep_tail(self, text: str) -> None:
        limit = self._most - self._most // 2
        self._tail.append(text[-limit:])
        self._dropped += len(text) - len(self._tail[-1])
        self._tail_length += len(self._tail[-1])
        while self._tail_length > limit:
            oldest = self._tail.popleft()
            excess = self._tail_length - limit
            if len(oldest) > excess:
                self._tail.appendleft(oldest[excess:])
            cut = min(len(oldest), excess)
            self._tail_length -= cut
            self._dropped += cut

    def text(self) -> str:
        """Return all that was kept, with a note where something is missing."""
        note = f"\n… {self._dropped:,} characters left out …\n" if self._dropped else ""
        return "".join(self._head) + note + "".join(self._tail)
