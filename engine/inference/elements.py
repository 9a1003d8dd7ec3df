"""Passes on the calls of a JSON array as they are written, and stops where a call repeats an earlier one; pure.

A small model that has said all it had to say begins again: the second time the same call comes, the array is over.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.types import JsonObject

Send = Callable[[str, int, list[JsonObject]], None]


class Elements:
    """Takes the text of an array piece by piece. The first element passes at once, later ones when they are whole."""

    def __init__(self, send: Send) -> None:
        """`send` takes text, the number of its tokens and what is known of their likelihood."""
        self._send = send
        self._depth = 0
        self._quoted = self._escaped = False
        self._element = ""
        self._seen: set[str] = set()
        self._held: list[str] = []
        self._tokens = 0
        self._logprobs: list[JsonObject] = []
        self.repeated = False

    @property
    def naming(self) -> bool:
        """Whether the next thing written is the name of a call that is not the first."""
        return bool(self._seen) and self._depth == 2 and self._element.replace(" ", "") == '{"name":"'

    def take(self, text: str, tokens: int, logprobs: list[JsonObject]) -> None:
        """Take a piece; once `repeated` nothing is passed on."""
        self._held.append(text)
        self._tokens += tokens
        self._logprobs += logprobs
        whole = False
        for character in text:
            whole = self._closes(character) or whole
        if whole or not self._seen:
            self._release()

    def finish(self) -> None:
        """Drop a later element that was cut off: half a call is none."""
        if self._depth <= 1:
            self._release()

    def _release(self) -> None:
        if self.repeated or not self._held:
            return
        self._send("".join(self._held), self._tokens, self._logprobs)
        self._held, self._tokens, self._logprobs = [], 0, []

    def _closes(self, character: str) -> bool:
        """Follow one character; True if it ends an element, or the array."""
        if self._depth > 1 or character == "{":
            self._element += character
        if self._quoted:
            self._quoted = self._escaped or character != '"'
            self._escaped = character == "\\" and not self._escaped
            return False
        if character == '"':
            self._quoted, self._escaped = True, False
        elif character in "{[":
            self._depth += 1
        elif character in "}]":
            self._depth -= 1
            if self._depth == 1:
                self.repeated = self.repeated or self._element in self._seen
                self._seen.add(self._element)
                self._element = ""
            return self._depth <= 1
        return False
