"""What happened on a thread beside what was said: the runs among some messages, with their steps, at one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.store import Store
from engine.types import Message, Run, RunStep

_FOR_EVER = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A run and its steps, in the order they were taken."""

    run: Run
    steps: tuple[RunStep, ...] = ()


class History:
    """Two queries for a page of messages, however many runs there are among them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, thread_id: str, messages: Sequence[Message], *, newest: bool = False) -> tuple[Done, ...]:
        """Return the runs that wrote these messages or were created among them, oldest first.

        `newest`: the messages are the last ones of the thread, and what ran after them belongs to them too.
        """
        if not messages and not newest:
            return ()
        times = [message.created_at for message in messages]
        since = min(times) if times else 0
        until = _FOR_EVER if newest else max(times)
        ids = list(dict.fromkeys(message.run_id for message in messages if message.run_id))
        runs = self._store.runs.around(thread_id, ids, since, until)
        steps = self._store.steps.of([run.id for run in runs])
        return tuple(Done(run=run, steps=tuple(step for step in steps if step.run_id == run.id)) for run in runs)

    def of_run(self, run: Run) -> Done:
        """Return one run with its steps."""
        return Done(run=run, steps=self._store.steps.of([run.id]))
