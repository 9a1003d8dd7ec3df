"""Stands between the details panel and the engine: which run of the thread is shown; no Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from desktop.chat.ports import Runner
from desktop.details.facts import RunFacts, facts_of
from engine.errors import FiresideError
from engine.events import Event, FunctionAsked, MessageChanged, RunChanged, StepChanged, ThreadChanged
from engine.service import Engine
from engine.service.run_log import RunLog
from engine.types import PageRequest

_QUIET = ("in_progress", "created")


class Details:
    """State of the panel. Nothing is read while it is closed, nor while text streams."""

    def __init__(self, engine: Engine, runner: Runner, on_change: Callable[[], None]) -> None:
        self._engine = engine
        self._runner = runner
        self._on_change = on_change
        self._visit = 0
        self._stale = False
        self._loading = False
        self._run_id: str | None = None  # a run that was chosen; None follows the newest
        self.shown = False
        self.thread_id: str | None = None
        self.log: RunLog | None = None
        self.facts: RunFacts | None = None
        self.has_older = self.has_newer = False

    def show(self, *, shown: bool) -> None:
        """Open or close the panel."""
        self.shown = shown
        if shown:
            self._load()

    def turn_to(self, thread_id: str | None) -> None:
        """Show another thread, by its newest run."""
        self.thread_id, self._run_id = thread_id, None
        self.log = self.facts = None
        self.has_older = self.has_newer = False
        self._visit += 1
        self._loading = False
        self._on_change()
        self._load()

    def choose(self, run_id: str) -> None:
        """Show this run of the thread."""
        self._run_id = run_id
        self._load()

    def older(self) -> None:
        """Show the run before the one shown."""
        self._step("desc")

    def newer(self) -> None:
        """Show the run after the one shown."""
        self._step("asc")

    def take(self, events: Iterable[Event]) -> None:
        """Take events; what changes a run or its thread is read anew, once for a bundle."""
        if any(self._matters(event) for event in events):
            self._load()

    def code(self, base_url: str, done: Callable[[str], None], failed: Callable[[FiresideError], None]) -> None:
        """Make the Python script of the run shown, while the panel is closed of the newest."""
        thread_id, run_id = self.thread_id, self.log.run.id if self.log is not None else None
        if thread_id is None:
            return

        def op() -> str:
            found = run_id or self._engine.runs.list(thread_id, PageRequest(limit=1, order="desc")).items[0].id
            return self._engine.run_logs.code(thread_id, found, base_url=base_url)

        self._runner.run(op, done, failed)

    def _matters(self, event: Event) -> bool:
        if event.thread_id is None or event.thread_id != self.thread_id:
            return False
        match event:
            case RunChanged(what=what) | StepChanged(what=what):
                return what not in _QUIET or isinstance(event, RunChanged)
            case MessageChanged(what=what):
                return what in ("completed", "incomplete", "deleted")
            case FunctionAsked() | ThreadChanged(what="updated"):
                return True
            case _:
                return False

    def _step(self, order: Any) -> None:
        log, visit = self.log, self._visit
        if log is None:
            return
        page = PageRequest(limit=1, order=order, after=log.run.id)

        def found(run_id: str | None) -> None:
            if visit == self._visit and run_id is not None:
                self.choose(run_id)

        def op() -> str | None:
            items = self._engine.runs.list(log.run.thread_id, page).items
            return items[0].id if items else None

        self._runner.run(op, found, lambda _error: None)

    def _load(self) -> None:
        if not self.shown or self.thread_id is None:
            return
        if self._loading:
            self._stale = True
            return
        self._loading, self._stale = True, False
        visit, thread_id, run_id = self._visit, self.thread_id, self._run_id

        def op() -> tuple[RunLog | None, bool, bool]:
            log = self._engine.run_logs.of(thread_id, run_id)
            if log is None:
                return None, False, False
            return log, self._beside(log, "desc"), self._beside(log, "asc")

        def done(found: tuple[RunLog | None, bool, bool]) -> None:
            if visit != self._visit:
                return
            self._loading = False
            self.log, self.has_older, self.has_newer = found
            self.facts = facts_of(self.log) if self.log is not None else None
            self._on_change()
            if self._stale:
                self._load()

        def failed(_error: FiresideError) -> None:
            if visit == self._visit:  # deleted meanwhile: the page turns to another thread by itself
                self._loading = False

        self._runner.run(op, done, failed)

    def _beside(self, log: RunLog, order: Any) -> bool:
        page = PageRequest(limit=1, order=order, after=log.run.id)
        return bool(self._engine.runs.list(log.run.thread_id, page).items)
