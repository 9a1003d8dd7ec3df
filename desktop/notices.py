"""Decides what is worth telling somebody who looks elsewhere: answers, questions, downloads, files; no Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from engine.events import DownloadChanged, Event, FunctionAsked, RunChanged, VectorStoreChanged
from engine.types import Run, VectorStore

What = Literal["answered", "failed", "asked", "downloaded", "download_failed", "read", "read_partly"]
_LEAST_SECONDS = 5
"""Shorter answers are there before anybody looks away."""
_HERE = "here"  # the run was started in the window or a terminal, not by a program that waits for it itself


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened: `subject` is a thread for answers and questions, else a name to show."""

    what: What
    subject: str
    failed: int = 0


class Notices:
    """Fed with all events, so that it knows what was under way; who asks decides whether anybody is told."""

    def __init__(self) -> None:
        self._reading: set[str] = set()
        self._asked: set[str] = set()

    def take(self, events: Iterable[Event]) -> tuple[Notice, ...]:
        """Return what these events are worth telling, once each."""
        found: list[Notice] = []
        for event in events:
            match event:
                case RunChanged(run=run) if run.status.terminal:
                    self._asked.discard(run.id)
                    found += _ended(run)
                case RunChanged(what="in_progress", run=run):
                    self._asked.discard(run.id)
                case FunctionAsked(thread_id=str(thread), run_id=str(run_id)) if run_id not in self._asked:
                    self._asked.add(run_id)
                    found.append(Notice("asked", thread))
                case DownloadChanged(model_id=model, state="done"):
                    found.append(Notice("downloaded", model))
                case DownloadChanged(model_id=model, state="failed"):
                    found.append(Notice("download_failed", model))
                case VectorStoreChanged(vector_store=VectorStore() as store):
                    found += self._read(store)
                case _:
                    pass
        return tuple(found)

    def _read(self, store: VectorStore) -> list[Notice]:
        counts = store.file_counts
        if counts.in_progress:
            self._reading.add(store.id)
        elif store.id in self._reading:
            self._reading.discard(store.id)
            return [Notice("read_partly" if counts.failed else "read", store.name or "…", counts.failed)]
        return []


def _ended(run: Run) -> list[Notice]:
    """Return a notice for a run that took long and did not end because somebody stopped it."""
    if run.trace.get("functions") != _HERE or run.started_at is None:
        return []
    if run.status.value in ("completed", "incomplete"):
        return [Notice("answered", run.thread_id)] if (run.completed_at or 0) - run.started_at >= _LEAST_SECONDS else []
    return [Notice("failed", run.thread_id)] if run.status.value in ("failed", "expired") else []
