"""Keeps of a run what nobody needs to go on, but people want to see afterwards: prompts, measures, and events.

Whatever goes wrong with it, the run goes on; a log that could not be written is missing, and that is all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine import events as e
from engine.errors import FiresideError
from engine.inference.port import Generation
from engine.store import Store
from engine.types import JsonObject, Run, RunStatus

log = logging.getLogger(__name__)

_MOST_EVENTS = 500


class Journal:
    """The log of one run. `note` is called for every event, deltas too: it only counts."""

    def __init__(self, store: Store, run: Run, clock: Callable[[], float]) -> None:
        """`clock`: monotonic seconds. Times count from when the run was queued, without those the app was closed."""
        self._store = store
        self._run_id = run.id
        self._clock = clock
        self._events: list[JsonObject] = []
        if run.status is RunStatus.REQUIRES_ACTION:  # taken up from the store
            self._guard(lambda: self._events.extend(store.run_logs.events(run.id)))
        else:
            self._events += ({"event": f"thread.run.{what}", "id": run.id, "at": 0.0} for what in ("created", "queued"))
        self._start = clock() - (float(self._events[-1]["at"]) if self._events else 0.0)

    def note(self, announced: Iterable[e.Event]) -> None:
        """Note what was announced. Neighbours of one kind, as deltas are, become one entry with their number."""
        for event in announced:
            if isinstance(event, e.RunProgress):
                continue
            entry = {**_entry(event), "at": round(self._clock() - self._start, 3)}
            last = self._events[-1] if self._events else {}
            if entry["event"].endswith(".delta") and (last.get("event"), last.get("id")) == (
                entry["event"],
                entry["id"],
            ):
                last |= {"count": last.get("count", 1) + 1, "until": entry["at"]}
            elif len(self._events) < _MOST_EVENTS:
                self._events.append(entry)

    def generated(self, generation: Generation, *, first_token: float | None, more: Mapping[str, Any]) -> None:
        """Keep a generation: the prompt as the model read it, and what was measured. Seconds since its beginning."""
        usage, write = generation.usage, generation.write_seconds
        measures: JsonObject = {
            "prompt_tokens": usage.prompt_tokens,
            "cached_tokens": usage.cached_tokens,
            "completion_tokens": usage.completion_tokens,
            "read_seconds": round(generation.read_seconds, 3),
            "write_seconds": round(write, 3),
            "first_token_seconds": first_token,
            "tokens_per_second": round(usage.completion_tokens / write, 2) if write > 0 else None,
            "seed": generation.seed,
            "finish": generation.finish,
            **more,
        }
        self._guard(lambda: self._store.run_logs.add(self._run_id, prompt=generation.prompt, measures=measures))

    def keep(self) -> None:
        """Store the events noted so far: at the end, and when the run begins to wait."""
        self._guard(lambda: self._store.run_logs.put_events(self._run_id, self._events))

    def _guard(self, write: Callable[[], object]) -> None:
        try:
            write()
        except FiresideError as error:  # the thread was deleted, the disk is full
            log.info("the log of run %s was not kept: %s", self._run_id, error.code)


def _entry(event: e.Event) -> JsonObject:
    match event:
        case e.MessageDelta(message_id=message_id):
            return {"event": "thread.message.delta", "id": message_id}
        case e.StepDelta(step_id=step_id):
            return {"event": "thread.run.step.delta", "id": step_id}
        case e.RunChanged(what=what, run=run):
            return {"event": f"thread.run.{what}", "id": run.id}
        case e.StepChanged(what=what, step=step):
            return {"event": f"thread.run.step.{what}", "id": step.id}
        case e.MessageChanged(what=what, message=message):
            return {"event": f"thread.message.{what}", "id": message.id}
        case _:
            return {"event": type(event).__name__, "id": ""}
