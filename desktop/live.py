"""What is going on in all threads now: runs at work, their phase, and the text written so far; knows no Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from engine.events import Event, MessageChanged, MessageDelta, ModelState, RunChanged, RunProgress, ThreadChanged
from engine.types import JsonObject, Run


@dataclass(frozen=True, slots=True)
class Phase:
    """What a run is doing: queued, loading (percent of 100, or 0), reading (tokens of total), writing."""

    what: Literal["sending", "queued", "loading", "reading", "writing", "stopping", "waiting"]
    model: str = ""
    done: int = 0
    total: int = 0


_QUEUED = Phase("queued")


class Live:
    """Kept from events alone, so that opening a thread in mid-answer shows every letter of it once."""

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        self.phases: dict[str, Phase] = {}
        self.texts: dict[str, str] = {}
        self.annotations: dict[str, tuple[JsonObject, ...]] = {}
        self.models_loading: set[str] = set()

    def take(self, events: Iterable[Event]) -> None:
        """Take events in their order."""
        for event in events:
            match event:
                case RunChanged(run=run):
                    self._run(run)
                case RunProgress(thread_id=str(thread), phase=phase, done=done, total=total):
                    if thread in self.runs and self.phases.get(thread, _QUEUED).what != "stopping":
                        self.phases[thread] = Phase(phase, self._model(thread), done, total)
                case MessageChanged(what="in_progress", message=message):
                    self.texts[message.id] = message.text
                case MessageChanged(what="completed" | "incomplete" | "deleted", message=message):
                    self.texts.pop(message.id, None)
                    self.annotations.pop(message.id, None)
                case MessageDelta(message_id=message_id, text=text, annotations=annotations):
                    self.texts[message_id] = self.texts.get(message_id, "") + text
                    if annotations:
                        self.annotations[message_id] = (*self.annotations.get(message_id, ()), *annotations)
                case ModelState(model_id=model_id, state="loading"):
                    self.models_loading.add(model_id)
                case ModelState(model_id=model_id):
                    self.models_loading.discard(model_id)
                case ThreadChanged(thread_id=str(thread), what="deleted"):
                    self.runs.pop(thread, None)
                    self.phases.pop(thread, None)
                case _:
                    pass

    def running(self, thread_id: str | None) -> Run | None:
        """Return the thread's run that has not ended."""
        return self.runs.get(thread_id) if thread_id else None

    def _run(self, run: Run) -> None:
        thread = run.thread_id
        if run.status.terminal:
            if self.runs.get(thread, run).id == run.id:
                self.runs.pop(thread, None)
                self.phases.pop(thread, None)
            return
        self.runs[thread] = run
        match run.status.value:
            case "queued":
                self.phases[thread] = Phase("queued", self._model(thread))
            case "cancelling":
                self.phases[thread] = Phase("stopping", self._model(thread))
            case "requires_action":
                self.phases[thread] = Phase("waiting", self._model(thread))
            case _:
                known = self.phases.get(thread)
                if known is None or known.what in ("queued", "waiting"):
                    self.phases[thread] = Phase("queued", self._model(thread))

    def _model(self, thread: str) -> str:
        run = self.runs.get(thread)
        return str(run.trace.get("model", run.model)) if run else ""
