"""Between the sequences in memory and the files: puts away what would be dear to read again, and brings it back."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.inference.batching import Batcher
from engine.inference.kvcache import Entry
from engine.inference.kvfiles import KvFiles

log = logging.getLogger(__name__)
_WORTH_LOADING = 64  # tokens more than memory holds
_WORTH_KEEPING = 256  # tokens that no file holds yet: a file is written anew as a whole


class States(Protocol):
    """What gives and takes the state of a sequence: `native.Model`."""

    whole: bool

    def state(self, seq: int) -> NDArray[np.uint8]: ...

    def set_state(self, seq: int, data: NDArray[np.uint8]) -> bool: ...


class Keeper:
    """The files of one loaded model; its methods belong to the thread that owns the model."""

    def __init__(self, states: States, batcher: Batcher, files: KvFiles) -> None:
        self._states, self._batcher, self._files = states, batcher, files
        self._refused: set[tuple[int, int]] = set()  # sequences and lengths there was no room for

    def recall(self, tokens: Sequence[int]) -> None:
        """Bring back what a file knows of a prompt, if that is clearly more than memory does."""
        books = self._batcher.books
        same, kept = self._files.best(tokens)
        if kept is None or same < _WORTH_LOADING or (self._states.whole and same < len(kept.tokens)):
            return
        if same - books.best(tokens)[0] < _WORTH_LOADING:
            return
        plan = books.restore(kept.tokens)
        if plan is None:
            return
        self._batcher.carry_out(plan)
        data = self._files.load(kept)
        if data is not None and self._states.set_state(plan.seq, data):
            books.extend(plan.seq, kept.tokens)
            books[plan.seq].saved = len(kept.tokens)
            log.info("%d tokens were loaded instead of read", same)
        elif data is not None:
            self._files.drop(kept)
        books.release(plan.seq)

    def keep_one(self) -> bool:
        """Write what would be dearest to lose; False when nothing is worth it."""
        entry = max(self._worth_keeping(), key=lambda entry: entry.used, default=None)
        if entry is None:
            return False
        if self._files.keep(entry.tokens, self._states.state(entry.seq), entry.owner):
            entry.saved = len(entry.tokens)
        else:
            self._refused.add((entry.seq, len(entry.tokens)))
        return True

    def forget(self, owner: str) -> None:
        """Delete the files of an owner's conversations."""
        self._files.forget(owner)

    def _worth_keeping(self) -> list[Entry]:
        return [
            entry
            for entry in self._batcher.books.held()
            if not entry.pinned
            and len(entry.tokens) - entry.saved >= _WORTH_KEEPING
            and (entry.seq, len(entry.tokens)) not in self._refused
        ]
