"""Everything there is to know about a run afterwards: what the Playground showed, and more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from engine.errors import NotFound
from engine.service.as_code import MOST_MESSAGES, script
from engine.store import Store
from engine.types import Assistant, GenerationRecord, JsonObject, Message, PageRequest, Run, RunStep, Thread

T = TypeVar("T")
_MOST_STEPS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedMessage:
    """A message the model did not see; `text` is empty if it is gone by now. `reason` as in `engine.runs.prompt`."""

    id: str
    tokens: int
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLog:
    """One run with all that was kept of it; `more_dropped`: older messages than those named were left out too.

    `said` is the message it wrote last.
    """

    run: Run
    thread: Thread
    assistant: Assistant | None
    steps: tuple[RunStep, ...]
    generations: tuple[GenerationRecord, ...]
    events: tuple[JsonObject, ...]
    dropped: tuple[DroppedMessage, ...] = ()
    more_dropped: bool = False
    said: str = ""


class RunLogs:
    """Reads logs of runs."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, thread_id: str, run_id: str | None = None) -> RunLog | None:
        """Return the log of a run, by default of the thread's newest; None where there was none. Raises NotFound."""
        store = self._store
        thread = store.threads.get(thread_id)
        if run_id is None:
            newest = store.runs.list(thread_id, PageRequest(limit=1, order="desc")).items
            if not newest:
                return None
            run = newest[0]
        else:
            run = store.runs.get(thread_id, run_id)
        steps = tuple(self._steps(run))
        return RunLog(
            run=run,
            thread=thread,
            assistant=self._assistant(run),
            steps=steps,
            generations=store.run_logs.of(run.id),
            events=store.run_logs.events(run.id),
            dropped=tuple(self._dropped(run)),
            more_dropped=bool(run.trace.get("more_dropped")),
            said=self._said(run, steps),
        )

    def code(self, thread_id: str, run_id: str, *, base_url: str) -> str:
        """Return a Python script that does the same with the openai client at `base_url`. Raises NotFound."""
        run = self._store.runs.get(thread_id, run_id)
        return script(
            run,
            assistant=self._assistant(run),
            thread=self._store.threads.get(thread_id),
            before=self._before(run),
            steps=self._steps(run),
            base_url=base_url,
        )

    def _assistant(self, run: Run) -> Assistant | None:
        try:
            return self._store.assistants.get(run.assistant_id)
        except NotFound:
            return None

    def _steps(self, run: Run) -> Iterator[RunStep]:
        after: str | None = None
        for _ in range(_MOST_STEPS // 100):
            page = self._store.steps.list(run.id, PageRequest(limit=100, order="asc", after=after))
            yield from page.items
            if not page.has_more:
                return
            after = page.items[-1].id

    def _said(self, run: Run, steps: tuple[RunStep, ...]) -> str:
        messages = [step.details["message_creation"] for step in steps if step.type == "message_creation"]
        try:
            return self._store.messages.get(run.thread_id, messages[-1]["message_id"]).text if messages else ""
        except NotFound:  # deleted since
            return ""

    def _dropped(self, run: Run) -> Iterator[DroppedMessage]:
        for untrusted in run.trace.get("dropped") or ():
            message_id = str(untrusted.get("id", ""))
            try:
                text = self._store.messages.get(run.thread_id, message_id).text
            except NotFound:
                text = ""
            yield DroppedMessage(
                id=message_id,
                tokens=int(untrusted.get("tokens", 0)),
                reason=str(untrusted.get("reason", "")),
                text=text,
            )

    def _before(self, run: Run) -> tuple[Message, ...]:
        """Return the newest messages the run found, oldest first: those before its own and before any later one."""
        found: list[Message] = []
        for message in self._store.messages.history(run.thread_id):  # newest first
            if message.run_id == run.id:
                found.clear()
            elif message.created_at <= run.created_at:
                found.append(message)
            if len(found) == MOST_MESSAGES:
                break
        return tuple(reversed(found))
