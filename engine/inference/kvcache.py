"""Which sequence of the KV cache serves a prompt: what of it is kept, copied or dropped, and what makes room; pure.

It keeps books of what llama.cpp holds and decides; whoever owns the model carries the plans out. A sequence is the
tokens of one conversation. What two of them have in common at their start is held once: every token has a cell, and
a copied beginning shares its cells.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LEAST_SHARED = 8  # tokens that are worth a copy; a shorter beginning is read anew
_WORTHLESS = 64  # a tail of another conversation that is shorter is not kept beside the one that replaces it
_POSITION_COST = 4096  # a token this far into a conversation costs twice as much to read as the first
_FROM_DISK = 0.1  # what a token costs that only has to be loaded from a file


@dataclass(slots=True, eq=False)
class Entry:
    """What one sequence holds. `read` of its tokens were a prompt, whose end gave `logits`; then came an answer.

    `pinned`: somebody works on it and may let it grow to `goal` tokens; `saved` of its tokens are in a file. `owner`
    is whose conversation it was last.
    """

    seq: int
    tokens: array[int] = field(default_factory=lambda: array("i"))
    cells: array[int] = field(default_factory=lambda: array("i"))
    read: int = 0
    logits: Any = None
    pinned: bool = False
    goal: int = 0
    used: int = 0
    saved: int = 0
    owner: str = ""

    def common(self, tokens: NDArray[np.int32]) -> int:
        """Return how many tokens both begin with."""
        size = min(len(self.tokens), len(tokens))
        if size == 0:
            return 0
        differs = np.frombuffer(self.tokens, np.int32, size) != tokens[:size]
        at = int(differs.argmax())
        return at if differs[at] else size


@dataclass(frozen=True, slots=True)
class Plan:
    """How a prompt gets its sequence.

    First every sequence of `drop` is emptied; then `seq` gets the first `keep` tokens of `source`, or, when that is
    None, loses its own tokens after the first `keep`. What is left of the prompt has to be read. `ready`: nothing is;
    the logits of its end are those of the entry.
    """

    seq: int
    keep: int
    source: int | None = None
    drop: tuple[int, ...] = ()
    ready: bool = False


class Sequences:
    """The books of one context: at most `count` sequences, together on `cells` cells."""

    def __init__(self, *, cells: int, count: int, whole: bool = False) -> None:
        """`whole`: the memory cannot go back (recurrent models), so a sequence is used as a whole or not at all."""
        self.cells, self.count, self._whole = cells, count, whole
        self._entries = [Entry(seq) for seq in range(count)]
        self._references = np.zeros(cells, np.int32)
        self._free = array("i", range(cells - 1, -1, -1))
        self._clock = 0

    def __getitem__(self, seq: int) -> Entry:
        return self._entries[seq]

    def held(self) -> Iterator[Entry]:
        """Yield the sequences that hold anything."""
        return (entry for entry in self._entries if entry.tokens)

    @property
    def occupied(self) -> int:
        """Return the number of cells in use."""
        return self.cells - len(self._free)

    def best(self, tokens: Sequence[int]) -> tuple[int, Entry | None]:
        """Return how much of a prompt the most fitting sequence holds, and that sequence."""
        wanted, found, most = np.asarray(tokens, np.int32), None, 0
        for entry in self._entries:
            same = entry.common(wanted)
            if self._whole and same < len(entry.tokens):
                continue
            if (same, not entry.pinned, entry.used) > (most, found is None or not found.pinned, _age(found)):
                found, most = entry, same
        return most, found

    def begin(self, tokens: Sequence[int], goal: int) -> Plan | None:
        """Book a sequence for a prompt that may grow to `goal` tokens in all; None when there is no room for it now.

        The sequence is pinned until `release`. It always fits when nothing is pinned and `goal` is at most `cells`.
        """
        same, source = self.best(tokens)
        ready = source is not None and same == len(tokens) == source.read and source.logits is not None
        ready = ready and not (self._whole and source is not None and source.pinned)
        keep = same if ready else min(same, len(tokens) - 1)
        if keep < _LEAST_SHARED or source is None or (self._whole and keep < len(source.tokens)):
            source, keep, ready = None, 0, False
        goal = max(goal, len(tokens))
        for takes_over in (True,) if source is not None and self._gives_up(source, keep) else (False, True):
            if takes_over and (source is None or source.pinned):
                continue
            plan = self._fit(source, keep, goal, takes_over=takes_over, ready=ready)
            if plan is not None:
                self._book(plan, goal)
                return plan
        return None

    def extend(self, seq: int, tokens: Sequence[int]) -> None:
        """Note that tokens were added at the end of a sequence. Raises IndexError when there are no cells for them."""
        entry, size = self._entries[seq], len(tokens)
        if size > len(self._free):
            raise IndexError("no cells are free")
        if size:
            taken = self._free[-size:][::-1]
            del self._free[-size:]
            self._references[np.frombuffer(taken, np.int32)] = 1
            entry.cells += taken
            entry.tokens.extend(tokens)

    def cut(self, seq: int, length: int) -> None:
        """Note that a sequence was cut to its first `length` tokens."""
        entry = self._entries[seq]
        if length >= len(entry.tokens):
            return
        gone = np.frombuffer(entry.cells[length:], np.int32)
        self._references[gone] -= 1
        self._free.extend(gone[self._references[gone] == 0].tolist())
        del entry.cells[length:], entry.tokens[length:]
        entry.saved = min(entry.saved, length)
        if length < entry.read:
            entry.read, entry.logits = length, None

    def prompt_read(self, seq: int, logits: Any) -> None:
        """Note that what a sequence holds now is a whole prompt, whose next token has these logits."""
        entry = self._entries[seq]
        entry.read, entry.logits = len(entry.tokens), logits

    def release(self, seq: int) -> None:
        """Nobody works on the sequence any more; what it holds stays until its room is wanted."""
        self._entries[seq].pinned = False
        self._touch(self._entries[seq])

    def forget(self) -> None:
        """Everything is gone from the context."""
        for entry in self._entries:
            self.cut(entry.seq, 0)

    def evict(self, *, but: Sequence[int] = ()) -> int | None:
        """Empty the sequence that is missed least and return it; None when all are at work or in `but`."""
        victims = [entry for entry in self.held() if not entry.pinned and entry.seq not in but]
        if not victims:
            return None
        victim = max(victims, key=self._dispensable)
        self.cut(victim.seq, 0)
        return victim.seq

    def restore(self, tokens: Sequence[int]) -> Plan | None:
        """Book an empty sequence for what a file holds; None when there is no room. `extend` and `release` follow."""
        plan = self._fit(None, 0, len(tokens), takes_over=False, ready=False)
        if plan is not None:
            self._book(plan, len(tokens))
        return plan

    def _gives_up(self, source: Entry, keep: int) -> bool:
        """Return whether the rest of a sequence may go: it is short, or was an answer this prompt does not have."""
        return not source.pinned and (keep >= source.read - 1 or len(source.tokens) - keep <= _WORTHLESS)

    def _fit(self, source: Entry | None, keep: int, goal: int, *, takes_over: bool, ready: bool) -> Plan | None:
        """Find a sequence and cells; everything that is evicted for it is in the plan. Changes nothing."""
        pinned = [entry for entry in self._entries if entry.pinned]
        reserved = sum(max(0, entry.goal - len(entry.tokens)) for entry in pinned)
        used = source if source is not None and not takes_over else None
        chosen = source if takes_over else next((e for e in self._entries if not e.tokens and not e.pinned), None)
        references = self._references.copy()
        free = len(self._free)
        if takes_over and source is not None:
            free += _let_go(references, source.cells[keep:])
        if used is not None:
            _hold(references, used.cells[:keep])
        drop: list[int] = []
        spare = sorted((e for e in self.held() if not e.pinned and e not in (chosen, used)), key=self._dispensable)
        while chosen is None or free - reserved < goal - keep:
            if not spare:
                return None
            victim = spare.pop()
            drop.append(victim.seq)
            free += _let_go(references, victim.cells)
            chosen = chosen or victim
        return Plan(chosen.seq, keep, used.seq if used is not None else None, tuple(drop), ready)

    def _book(self, plan: Plan, goal: int) -> None:
        # The source may be needed by nobody else, but its beginning must outlive what is dropped.
        entry = self._entries[plan.seq]
        source = self._entries[plan.source] if plan.source is not None else None
        for seq in plan.drop:
            self.cut(seq, 0)
        if source is not None:
            entry.tokens, entry.cells = source.tokens[: plan.keep], source.cells[: plan.keep]
            self._references[np.frombuffer(entry.cells, np.int32)] += 1
            entry.saved, entry.read, entry.logits = 0, plan.keep, None
            if plan.ready:
                entry.logits = source.logits
            self._touch(source)
        else:
            self.cut(plan.seq, plan.keep)
        entry.pinned, entry.goal = True, goal
        self._touch(entry)

    def _touch(self, entry: Entry) -> None:
        self._clock += 1
        entry.used = self._clock

    def _dispensable(self, entry: Entry) -> float:
        """Return how long it was not used for what it would cost to read it again; the largest goes first."""
        own = np.flatnonzero(self._references[np.frombuffer(entry.cells, np.int32)] == 1)
        cost = float((1.0 + own / _POSITION_COST).sum())
        if entry.saved:
            cost -= (1.0 - _FROM_DISK) * float((1.0 + own[own < entry.saved] / _POSITION_COST).sum())
        return (self._clock - entry.used + 1) / (cost + 1.0)


def _age(entry: Entry | None) -> int:
    return -1 if entry is None else entry.used


def _let_go(references: NDArray[np.int32], cells: array[int]) -> int:
    """Take one reference off each cell; return how many have none left."""
    gone = np.frombuffer(cells, np.int32) if cells else np.empty(0, np.int32)
    references[gone] -= 1
    return int((references[gone] == 0).sum())


def _hold(references: NDArray[np.int32], cells: array[int]) -> None:
    if cells:
        references[np.frombuffer(cells, np.int32)] += 1
