"""One answer in the terminal: a run's events written out as they come, stopped with Ctrl-C."""

from __future__ import annotations

import queue
import sys
from typing import TextIO

from engine.cli.terminal import StatusLine
from engine.cli.words import Words
from engine.errors import InvalidRequest
from engine.events import Event, MessageDelta, RunChanged, RunProgress
from engine.service import Engine
from engine.types import Run, RunRequest, RunStatus


def answer(engine: Engine, thread_id: str, request: RunRequest, *, words: Words, out: TextIO | None = None) -> Run:
    """Start a run and write its text to `out` until it has ended; returns the run as it ended.

    Ctrl-C cancels the run and keeps what was written; a second one is passed on.
    """
    return _Answer(engine, words, out or sys.stdout).write(thread_id, request)


class _Answer:
    def __init__(self, engine: Engine, words: Words, out: TextIO) -> None:
        self._engine = engine
        self._words = words
        self._out = out
        self._status = StatusLine()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._wrote = False

    def write(self, thread_id: str, request: RunRequest) -> Run:
        with self._engine.subscribe(self._events.put, thread_id=thread_id):
            run = self._engine.runs.create(thread_id, request)
            try:
                run = self._follow(run)
            except KeyboardInterrupt:
                self._stop(run)
                run = self._follow(run)
        self._finish(run)
        return run

    def _follow(self, run: Run) -> Run:
        while True:
            event = self._events.get()
            if event.run_id != run.id:
                continue
            self._show(event)
            if isinstance(event, RunChanged) and event.run.status is RunStatus.REQUIRES_ACTION:
                self._refuse_functions(event.run)
            elif isinstance(event, RunChanged) and event.run.status.terminal:
                return event.run

    def _show(self, event: Event) -> None:
        match event:
            case RunProgress(phase="loading"):
                self._status.show(self._words("chat_loading"))
            case RunProgress(phase="reading", done=done, total=total) if total:
                self._status.show(self._words("chat_reading", percent=100 * done // total))
            case MessageDelta(text=text) if text:
                self._status.clear()
                self._out.write(text)
                self._out.flush()
                self._wrote = True

    def _refuse_functions(self, run: Run) -> None:
        names = ", ".join(sorted({call.name for call in run.required_calls}))
        self._say(self._words("chat_functions", names=names))
        self._stop(run)

    def _stop(self, run: Run) -> None:
        try:
            self._engine.runs.cancel(run.thread_id, run.id)
        except InvalidRequest:  # it ended just now
            return

    def _finish(self, run: Run) -> None:
        self._status.clear()
        if self._wrote:
            self._out.write("\n")
            self._out.flush()
        match run.status:
            case RunStatus.CANCELLED:
                self._say(self._words("chat_stopped"))
            case RunStatus.INCOMPLETE | RunStatus.EXPIRED:
                self._say(self._words("chat_cut", reason=run.incomplete_reason or run.status.value))
            case RunStatus.FAILED:
                message = run.last_error.message if run.last_error else run.status.value
                self._say(self._words("chat_failed", message=message))

    def _say(self, text: str) -> None:
        self._status.clear()
        sys.stderr.write(text + "\n")
