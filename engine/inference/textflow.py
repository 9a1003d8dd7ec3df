"""From the bytes of tokens to text worth sending: whole characters, no stop strings, a few tokens at a time."""

from __future__ import annotations

import codecs
import re
import time
from collections.abc import Callable, Iterable

from engine.inference.stops import StopFilter
from engine.types import JsonObject

_INTERVAL = 0.05
_PROGRAM = re.compile(r"(?:^|\n)```[ \t]*(?:python3?|py|ipython|tool_code)[ \t]*\n.*?```", re.S)


class TextFlow:
    """Collects tokens and calls `send(text, tokens, logprobs)` about every 50 ms; `tokens` counts all of them."""

    def __init__(
        self,
        send: Callable[[str, int, list[JsonObject]], None],
        stops: Iterable[str],
        *,
        code_fences: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`code_fences`: the answer ends where its first fence of Python closes."""
        self._send, self._clock = send, clock
        self._stops = StopFilter(stops)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._text = ""
        self._logprobs: list[JsonObject] = []
        self._sent = 0
        self._due = 0.0
        self.tokens = 0
        self._code_fences = code_fences
        self._written = ""  # all text so far, kept only to see a fence close

    def add(self, piece: bytes, logprob: JsonObject | None = None) -> bool:
        """Take one token; return True when a stop string or a closed fence ended the answer."""
        self.tokens += 1
        decoded = self._decoder.decode(piece)
        self._text += self._stops.feed(decoded)
        if logprob is not None:
            self._logprobs.append(logprob)
        if self._text and (now := self._clock()) >= self._due:
            self._due = now + _INTERVAL
            self._post()
        return self._stops.hit or self._closes_fence(decoded)

    def _closes_fence(self, text: str) -> bool:
        if not self._code_fences:
            return False
        self._written += text
        return "`" in text and _PROGRAM.search(self._written) is not None

    def finish(self) -> None:
        """Send what is left; half a character becomes a replacement sign."""
        self._text += self._stops.feed(self._decoder.decode(b"", final=True)) + self._stops.flush()
        if self._text or self._logprobs or self._sent < self.tokens:
            self._post()

    def _post(self) -> None:
        self._send(self._text, self.tokens - self._sent, self._logprobs)
        self._text, self._logprobs, self._sent = "", [], self.tokens
