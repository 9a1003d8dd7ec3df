"""Steers one answer token by token: free until a trigger, then under a grammar, then free again or at its end; pure."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.inference.triggers import Trigger, Triggers

# What may stand between two calls that were written as plain JSON; anything else is made up about their results.
_BETWEEN_CALLS = re.compile(r"[\s`\],;]*(?:(?<=```)[a-z]{1,10}(?=\n|\Z))?[\s\[]*(?:\{.*)?\Z", re.S)


class Rules(Protocol):
    """A grammar in progress: what `constraint.Matcher` is."""

    @property
    def done(self) -> bool: ...

    def forced(self) -> list[int]: ...

    def apply(self, logits: NDArray[np.float32]) -> None: ...

    def accept(self, token: int) -> bool: ...


class Guide:
    """One answer's way; `finished` once nothing more may follow."""

    def __init__(
        self, triggers: Triggers, start: Callable[[str], Rules], tokenize: Callable[[str], Sequence[int]]
    ) -> None:
        """`start` begins a grammar; `tokenize` cuts text that was written before its grammar held."""
        self._triggers, self._start, self._tokenize = triggers, start, tokenize
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rules: Rules | None = None
        self._last = False
        self._after_call: str | None = None
        self.finished = False
        trigger = triggers.at_start()
        if trigger is not None:
            self._begin(trigger)

    @property
    def constrained(self) -> bool:
        """Whether a grammar holds for the next token."""
        return self._rules is not None

    def forced(self) -> list[int]:
        """Return tokens that must come next, to be taken without sampling."""
        return self._rules.forced() if self._rules is not None else []

    def mask(self, logits: NDArray[np.float32]) -> None:
        """Rule out, in place, the tokens that may not come next; shape: vocabulary."""
        if self._rules is not None:
            self._rules.apply(logits)

    def take(self, token: int, piece: bytes) -> None:
        """Note the token that was chosen."""
        if self._rules is None:
            self._free(self._decoder.decode(piece))
            return
        if not self._rules.accept(token) or self._rules.done:
            self._leave()

    def _free(self, text: str) -> None:
        if self._after_call is not None:
            self._after_call += text
            if not _BETWEEN_CALLS.match(self._after_call):
                self.finished = True
                return
        trigger = self._triggers.feed(text)
        if trigger is not None:
            self._begin(trigger)

    def _begin(self, trigger: Trigger) -> None:
        rules = self._start(trigger.grammar)
        for token in self._tokenize(trigger.written) if trigger.written else ():
            if not rules.accept(token):
                return  # what is written already breaks the form: the parser makes of it what it can
        self._rules, self._last = rules, trigger.last

    def _leave(self) -> None:
        self._rules = None
        self._decoder.reset()
        self._after_call = ""
        self.finished = self._last
