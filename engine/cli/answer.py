"""One answer in the terminal: a run's events written out as they come, stopped with Ctrl-C."""

from __future__ import annotations

import queue
import sys
from typing import TextIO

from engine.cli.terminal import StatusLine
from engine.cli.words import Words
from engine.errors import InvalidRequest
from engine.events import Event, FunctionAsked, MessageDelta, RunChanged, RunProgress
from engine.service import Engine
from engine.types import FunctionCall, Run, RunRequest, RunStatus


def answer(engine: Engine, thread_id: str, request: RunRequest, *, words: Words, out: TextIO | None = None) -> Run:
    """Start a run and write its text to `out` until it has ended; returns the run as it ended.

    Ctrl-C cancels the run and keeps what was written; a second one is passed on.
    """
    return _Answer(engine, words, out or sys.stdout).write(thread_id, request)


_YES, _ALWAYS = frozenset({"y", "yes", "是", "好"}), frozenset({"a", "always", "总是"})


def _somebody_there() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


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
            run = self._engine.runs.create(thread_id, request, functions="here")
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
            if isinstance(event, FunctionAsked):
                self._ask(event)
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

    def _ask(self, asked: FunctionAsked) -> None:
        """Let the person decide on a call; without a person at the terminal it is refused, which the model is told."""
        functions, run_id, call = self._engine.functions, asked.run_id or "", asked.call
        shown = f"{call.name}({call.arguments})"
        try:
            if call.kind != "function":
                self._ask_code(run_id, call)
            elif not _somebody_there():
                self._say(self._words("chat_refused", call=shown))
                functions.refuse(run_id, call.id)
            elif asked.why == "approval":
                said = self._read(self._words("chat_approve", call=shown)).lower()
                if said in _YES | _ALWAYS:
                    functions.approve(run_id, call.id, keep="always" if said in _ALWAYS else "once")
                else:
                    functions.refuse(run_id, call.id)
            else:
                functions.answer(run_id, call.id, self._read(self._words("chat_output", call=shown)))
        except InvalidRequest:  # the run ended meanwhile
            return

    def _ask_code(self, run_id: str, call: FunctionCall) -> None:
        functions, there = self._engine.functions, _somebody_there()
        code = "\n".join(f"    {line}" for line in call.arguments.strip().splitlines())
        self._say(f"{self._words('chat_code' if there else 'chat_code_refused')}\n\n{code}\n")
        once = self._engine.settings.current.code_approval == "once"
        if there and self._read(self._words("chat_run_once" if once else "chat_run")).lower() in _YES:
            functions.approve(run_id, call.id)
        else:
            functions.refuse(run_id, call.id)

    def _read(self, question: str) -> str:
        self._status.clear()
        sys.stderr.write(question)
        sys.stderr.flush()
        try:
            return input().strip()
        except EOFError:
            return ""

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
