"""Several answers at once: each is a coroutine that says what it wants next, and one decoding serves all of them.

A coroutine yields `Begin` to get a sequence, `Read` to have tokens decoded, `Alone` to use the model by itself. Every
step decodes the next token of all that write and a part of what others read, so that nobody stands still. When it is
over, each draws from its own logits before the next step begins.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine.cancel import CancelToken
from engine.errors import Cancelled, WorkerFailed
from engine.inference.kvcache import Plan, Sequences
from engine.types import JsonObject

_SHORT = 32  # tokens; what is not longer goes whole into the next step
_LEAST_SHARE = 32  # tokens of a prompt that are read in a step, however many others there are
_BESIDE_WRITERS = 4  # reading gets this part of a step when others write
MOST_AT_ONCE = 8
_NONE = -1


@dataclass(frozen=True, slots=True)
class Begin:
    """Wants a sequence for a prompt that may grow to `goal` tokens. Gets the Plan, which has been carried out.

    `owner`: whose conversation it is.
    """

    tokens: Sequence[int]
    goal: int
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """Wants tokens decoded at the end of its sequence. Gets the row of the first of the last `outputs` logits.

    `heard` is told how many of them have been read. More than one output only of few tokens.
    """

    tokens: Sequence[int]
    outputs: int = 1
    heard: Callable[[int], None] = lambda _done: None


@dataclass(frozen=True, slots=True)
class Alone:
    """Wants to use the model itself, between two steps. Gets what `action` returns; None means it was interrupted."""

    action: Callable[[], Any]


Want = Begin | Read | Alone
Work = Generator[Want, Any, JsonObject]


class Full(Exception):
    """There are no cells left for another token."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Tokens to read at the end of a sequence of length `start`; the logits of the last `outputs` are wanted."""

    seq: int
    start: int
    tokens: Sequence[int]
    outputs: int = 1


class Flag(Protocol):
    """Stops a decoding from another thread."""

    def set(self) -> None: ...

    def clear(self) -> None: ...


class Computer(Protocol):
    """What runs the model: `native.Model`."""

    whole: bool
    chunk: int

    @property
    def flag(self) -> Flag: ...

    @property
    def capacity(self) -> int: ...

    def decode(self, pieces: Sequence[Piece]) -> str: ...

    def cut(self, seq: int, length: int) -> bool: ...

    def share(self, source: int, target: int, length: int) -> None: ...

    def forget(self) -> None: ...


class Caller(Protocol):
    """Who asked: `child.Request`."""

    cancel: CancelToken

    def answer(self, result: JsonObject) -> None: ...

    def fail(self, error: Exception) -> None: ...


@dataclass(eq=False)
class _Task:
    caller: Caller
    work: Work
    first: bool
    want: Want | None = None
    seq: int = _NONE
    rest: Sequence[int] = field(default_factory=tuple)  # of what it wants read


class Batcher:
    """Serves the coroutines of one context; all methods belong to the thread that owns the model."""

    def __init__(
        self, computer: Computer, books: Sequences, recall: Callable[[Sequence[int]], None] = lambda _tokens: None
    ) -> None:
        """`recall` may put into idle sequences what is known of a prompt elsewhere, just before it gets its own."""
        self._computer, self.books, self.recall = computer, books, recall
        self._tasks: list[_Task] = []  # in the order they came

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    def add(self, caller: Caller, work: Work, *, first: bool = False) -> None:
        """Take a coroutine; `first`: somebody looks at this one, so it goes before others."""
        task = _Task(caller, work, first)
        self._tasks.append(task)
        self._advance(task, lambda: work.send(None))
        caller.cancel.on_set(self._computer.flag.set)

    def step(self) -> None:
        """Let every coroutine come one step further."""
        self._computer.flag.clear()
        for task in list(self._tasks):
            if task.caller.cancel.is_set():
                self._throw(task, Cancelled("Stopped."))
        self._admit()
        for task in list(self._tasks):
            if isinstance(task.want, Alone) and (found := task.want.action()) is not None:
                self._send(task, found)
        if pieces := self._compose():
            self._decode(pieces)

    def forget(self, owner: str) -> None:
        """Drop what idle sequences hold of an owner's conversations."""
        for entry in list(self.books.held()):
            if entry.owner == owner and not entry.pinned:
                self.books.cut(entry.seq, 0)
                self._computer.cut(entry.seq, 0)

    def carry_out(self, plan: Plan) -> None:
        """Move what the books have moved."""
        for seq in plan.drop:
            self._computer.cut(seq, 0)
        if plan.source is not None:
            self._computer.share(plan.source, plan.seq, plan.keep)
        elif not self._computer.cut(plan.seq, plan.keep):
            self._computer.cut(plan.seq, 0)

    def _admit(self) -> None:
        """Give a sequence to those who want one, in their order; who does not fit waits, and all behind it."""
        waiting = [task for task in self._tasks if isinstance(task.want, Begin)]
        for task in sorted(waiting, key=lambda task: not task.first):
            want = task.want
            if not isinstance(want, Begin):
                continue
            if sum(other.seq != _NONE for other in self._tasks) >= MOST_AT_ONCE:
                return
            self.recall(want.tokens)
            plan = self.books.begin(want.tokens, want.goal)
            if plan is None:
                return
            self.carry_out(plan)
            self.books[plan.seq].owner = want.owner
            task.seq = plan.seq
            self._send(task, plan)

    def _compose(self) -> list[tuple[_Task, Piece]]:
        """Choose what the next decoding holds."""
        wanting = [task for task in self._tasks if isinstance(task.want, Read)]
        wanting.sort(key=lambda task: not task.first)
        writing = [task for task in wanting if len(task.rest) <= _SHORT]
        reading = [task for task in wanting if len(task.rest) > _SHORT]
        room = self._computer.capacity
        chosen: list[tuple[_Task, Piece]] = []
        for task in writing:
            if len(task.rest) <= room:
                chosen.append((task, self._piece(task, len(task.rest))))
                room -= len(task.rest)
        budget = min(room, self._computer.chunk // (_BESIDE_WRITERS if chosen else 1))
        share = max(_LEAST_SHARE, budget // max(1, len(reading)))
        for task in reading:
            size = min(share, len(task.rest), budget)
            if size > 0:
                chosen.append((task, self._piece(task, size)))
                budget -= size
        return chosen

    def _piece(self, task: _Task, size: int) -> Piece:
        outputs = task.want.outputs if isinstance(task.want, Read) and size == len(task.rest) else 0
        return Piece(task.seq, len(self.books[task.seq].tokens), task.rest[:size], outputs)

    def _decode(self, chosen: list[tuple[_Task, Piece]]) -> None:
        if sum(len(piece.tokens) for _, piece in chosen) > self.books.cells - self.books.occupied:
            self._make_room(chosen)
            return
        outcome = self._computer.decode([piece for _, piece in chosen])
        if outcome == "done":
            self._spread(chosen)
        elif outcome == "stopped":
            for task, _ in chosen:
                self._reread_if_lost(task)
        elif outcome == "full":
            self._make_room(chosen)
        else:
            self._fail_all()

    def _spread(self, chosen: list[tuple[_Task, Piece]]) -> None:
        """Tell everyone what was read; those who have all they wanted go on."""
        at = 0
        finished: list[tuple[_Task, int]] = []
        for task, piece in chosen:
            at += len(piece.tokens)
            self.books.extend(piece.seq, piece.tokens)
            task.rest = task.rest[len(piece.tokens) :]
            if not task.rest:
                finished.append((task, at - piece.outputs))
            elif isinstance(task.want, Read):
                task.want.heard(max(0, len(task.want.tokens) - len(task.rest)))
        for task, row in finished:
            self._send(task, row)

    def _reread_if_lost(self, task: _Task) -> None:
        """A memory that cannot go back lost the sequence when it was stopped in it: its tokens are read again."""
        if self._computer.whole and task.seq != _NONE:
            task.rest = [*self.books[task.seq].tokens, *task.rest]
            self.books.cut(task.seq, 0)
            self._computer.cut(task.seq, 0)

    def _make_room(self, chosen: list[tuple[_Task, Piece]]) -> None:
        """There are not enough cells: give up what is idle, else the newest goes no further."""
        victim = self.books.evict()
        if victim is not None:
            self._computer.cut(victim, 0)
        else:
            self._throw(chosen[-1][0], Full())

    def _fail_all(self) -> None:
        self.books.forget()
        self._computer.forget()
        failed = WorkerFailed(
            "The model could not compute the next words. Try again, or use fewer GPU layers in the settings.",
            code="decode_failed",
        )
        for task in list(self._tasks):
            if task.seq != _NONE:
                self._throw(task, failed)

    def _send(self, task: _Task, value: object) -> None:
        self._advance(task, lambda: task.work.send(value))

    def _throw(self, task: _Task, error: Exception) -> None:
        self._advance(task, lambda: task.work.throw(error))

    def _advance(self, task: _Task, go_on: Callable[[], Want]) -> None:
        """Run a coroutine up to what it wants next, or to its end."""
        try:
            want = go_on()
        except StopIteration as end:
            self._end(task)
            task.caller.answer(end.value)
            return
        except Exception as error:  # noqa: BLE001  whatever goes wrong in one answer must not end the others
            self._end(task)
            task.caller.fail(error)
            return
        task.want = want
        if isinstance(want, Begin):
            self._release(task)
        elif isinstance(want, Read):
            task.rest = want.tokens

    def _end(self, task: _Task) -> None:
        self._tasks.remove(task)
        self._release(task)

    def _release(self, task: _Task) -> None:
        if task.seq != _NONE:
            self.books.release(task.seq)
            task.seq = _NONE
