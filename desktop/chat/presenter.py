"""Stands between the chat page and the engine: which turns are shown, what is sent, stopped and tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from desktop.chat import history
from desktop.chat.marks import Mark, marks_in
from desktop.chat.nextrun import NextRun
from desktop.chat.turns import Turn, error_of, turn_of
from desktop.live import Live, Phase
from engine.errors import FiresideError
from engine.events import (
    AssistantChanged,
    Event,
    MessageChanged,
    MessageDelta,
    RunChanged,
    StepChanged,
    StepDelta,
    ThreadChanged,
)
from engine.service import Engine
from engine.types import (
    Assistant,
    Message,
    NewMessage,
    PageRequest,
    Run,
    RunRequest,
    RunStatus,
    TextPart,
    Thread,
)

PAGE = 50
T = TypeVar("T")


class Runner(Protocol):
    """Calls off the Qt thread: `desktop.tasks.Tasks`, or something simpler in tests."""

    def run(
        self,
        op: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[FiresideError], None] | None = None,
    ) -> None: ...

    def write(
        self,
        op: Callable[[], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[FiresideError], None] | None = None,
    ) -> None: ...


class View(Protocol):
    """What the page can show."""

    def show_turns(self, turns: tuple[Turn, ...], *, older: bool, newer: bool) -> None: ...
    def add_older(self, turns: tuple[Turn, ...], *, older: bool) -> None: ...
    def add_newer(self, turns: tuple[Turn, ...], *, newer: bool) -> None: ...
    def put(self, turn: Turn) -> None: ...
    def grow(self, turn_id: str, text: str, marks: tuple[Mark, ...] = ()) -> None: ...
    def drop(self, turn_id: str) -> None: ...
    def show_phase(self, phase: Phase | None) -> None: ...
    def show_failure(self, error: tuple[str, str] | None) -> None: ...
    def show_waiting(self, text: str) -> None: ...
    def give_back(self, text: str) -> None: ...
    def refresh(self) -> None: ...


class Presenter:
    """State of the chat page. All methods are called on one thread; results come back through the runner."""

    def __init__(self, engine: Engine, runner: Runner, view: View, live: Live) -> None:
        self._engine = engine
        self._runner = runner
        self._view = view
        self._live = live
        self._working = history.Working()
        self._visit = 0
        self._loading = False
        self._fetching = False
        self._buffer: list[Event] = []
        self._since = 0
        self._first: str | None = None
        self._last: str | None = None
        self._older = False
        self._newer = False
        self._begun: Turn | None = None
        self._sending = False
        self._failure: tuple[str, str] | None = None
        self.assistants: dict[str, Assistant] = {}
        self.assistant_id: str | None = None
        self.thread: Thread | None = None
        self.thread_id: str | None = None
        self.drafts: dict[str | None, str] = {}
        self.waiting: dict[str, str] = {}
        self.next_run = NextRun()
        self.on_opened: Callable[[str | None], None] = lambda _thread_id: None

    # Where we are.

    @property
    def running(self) -> bool:
        """Whether an answer is on its way in the open thread."""
        return self._sending or self._live.running(self.thread_id) is not None

    @property
    def phase(self) -> Phase | None:
        if self._sending:
            return Phase("sending")
        return self._live.phases.get(self.thread_id) if self.thread_id else None

    @property
    def assistant(self) -> Assistant | None:
        """Who answers the next message."""
        return self.assistants.get(self.assistant_id or "")

    def load_assistants(self, done: Callable[[], None] | None = None) -> None:
        """Fetch the assistants; the newest stands in when none was chosen."""

        def op() -> list[Assistant]:
            found: list[Assistant] = []
            after: str | None = None
            while True:
                page = self._engine.assistants.list(PageRequest(limit=100, order="asc", after=after))
                found += page.items
                if not page.has_more:
                    return found
                after = page.items[-1].id

        def show(found: list[Assistant]) -> None:
            self.assistants = {a.id: a for a in found}
            if self.assistant_id not in self.assistants:
                self.assistant_id = found[0].id if found else None
            self._view.refresh()
            if done is not None:
                done()

        self._runner.run(op, show)

    def choose_assistant(self, assistant_id: str) -> None:
        """Let this assistant answer from the next message on."""
        if assistant_id in self.assistants:
            self.assistant_id = assistant_id
            self._view.refresh()

    # Opening and paging.

    def open(self, thread_id: str | None) -> None:
        """Show a thread from its newest messages, or the empty page for a new one."""
        self._visit += 1
        self._failure = None
        self.thread, self.thread_id = None, thread_id
        self._first = self._last = None
        self._older = self._newer = False
        self._buffer = []
        self._since = 0
        self._loading = thread_id is not None
        self._fetching = False
        if thread_id is None:
            self._view.show_turns((), older=False, newer=False)
            self._show_state()
        else:
            self._load(thread_id)
        self.on_opened(thread_id)

    def _load(self, thread_id: str) -> None:
        visit = self._visit
        self._runner.run(lambda: self._read(thread_id), lambda found: self._opened(visit, *found), self._open_failed)

    def _read(self, thread_id: str) -> tuple[int, Thread, list[Turn], bool, Run | None]:
        since = self._engine.bus.seq
        thread = self._engine.threads.get(thread_id)
        page = self._engine.messages.list(thread_id, PageRequest(limit=PAGE, order="desc"))
        runs = self._engine.runs.list(thread_id, PageRequest(limit=1, order="desc")).items
        turns = history.read(self._engine, thread_id, page.items[::-1], self._by_id, newest=True)
        return since, thread, turns, page.has_more, runs[0] if runs else None

    def _opened(self, visit: int, since: int, thread: Thread, turns: list[Turn], older: bool, last: Run | None) -> None:
        if visit != self._visit:
            return
        self._since = since
        self.thread = thread
        self._loading = False
        self._older, self._newer = older, False
        shown = self._with_work_at_hand(thread.id, tuple(self._current(turn) for turn in turns))
        self._first, self._last = _ends(shown)
        if last is not None:
            if last.assistant_id in self.assistants:
                self.assistant_id = last.assistant_id
            wrote = any(t.run_id == last.id and t.role == "assistant" and t.kind == "message" for t in shown)
            self._failure = None if wrote else error_of(last)
        self._view.show_turns(shown, older=older, newer=False)
        buffered, self._buffer = self._buffer, []
        # Deltas that came meanwhile are in the live text already; states are shown again, which does no harm.
        self._apply(e for e in buffered if e.seq > since and not isinstance(e, MessageDelta))
        self._show_state()

    def _open_failed(self, error: FiresideError) -> None:
        self._loading = False
        self.open(None)
        self._view.show_failure((error.code, error.message))

    def _with_work_at_hand(self, thread_id: str, turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
        """Add the steps that are so new that nothing of them is stored yet."""
        known = {turn.id for turn in turns}
        steps = (step for step in self._working.of_thread(thread_id) if step not in known)
        found = (self._working.turn(step, self._by_id) for step in steps)
        return (*turns, *(turn for turn in found if turn is not None))

    def _current(self, turn: Turn) -> Turn:
        if turn.kind == "work":
            return self._working.turn(turn.id, self._by_id) or turn
        live = self._live.texts.get(turn.id)
        if live is None or turn.state != "writing":
            return turn
        return replace(turn, text=live, marks=tuple(marks_in(self._live.annotations.get(turn.id, ()))))

    def older(self) -> None:
        """Fetch the messages before the first one shown."""
        self._more(before_first=True)

    def newer(self) -> None:
        """Fetch the messages after the last one shown, where newer ones were let go."""
        self._more(before_first=False)

    def _more(self, *, before_first: bool) -> None:
        thread_id, visit = self.thread_id, self._visit
        edge = self._first if before_first else self._last
        wanted = self._older if before_first else self._newer
        if thread_id is None or edge is None or not wanted or self._fetching:
            return
        self._fetching = True
        order: Any = "desc" if before_first else "asc"

        def op() -> tuple[list[Turn], bool]:
            page = self._engine.messages.list(thread_id, PageRequest(limit=PAGE, order=order, after=edge))
            items = page.items[::-1] if before_first else page.items
            return history.read(self._engine, thread_id, items, self._by_id), page.has_more

        def show(found: tuple[list[Turn], bool]) -> None:
            self._fetching = False
            if visit != self._visit:
                return
            turns = tuple(self._current(turn) for turn in found[0])
            if before_first:
                self._older = found[1]
                self._first = _ends(turns)[0] or self._first
                self._view.add_older(turns, older=self._older)
            else:
                self._newer = found[1]
                self._last = _ends(turns)[1] or self._last
                self._view.add_newer(turns, newer=self._newer)

        def failed(_error: FiresideError) -> None:
            self._fetching = False

        self._runner.run(op, show, failed)

    def trimmed(self, *, first: str | None = None, last: str | None = None) -> None:
        """The view let messages go at one end to stay small: `first` or `last` is now the one at that end."""
        if first is not None:
            self._first, self._older = first, True
        if last is not None:
            self._last, self._newer = last, True

    # Saying, stopping, trying again.

    def send(self, text: str) -> bool:
        """Send a message, or keep it until the answer at work is done. Returns False if it cannot be taken."""
        if not text.strip():
            return False
        assistant = self.assistant
        if assistant is None:
            self._view.show_failure(("no_model", ""))
            return False
        if self.running and self.thread_id is not None:
            before = self.waiting.get(self.thread_id, "")
            self.waiting[self.thread_id] = f"{before}\n\n{text}" if before else text
            self._view.show_waiting(self.waiting[self.thread_id])
            return True
        if self.running:
            return False
        self._say(self.thread_id, assistant.id, text)
        return True

    def take_back(self) -> str:
        """Return the message that waits and forget it."""
        text = self.waiting.pop(self.thread_id or "", "")
        self._view.show_waiting("")
        return text

    def _say(self, thread_id: str | None, assistant_id: str, text: str) -> None:
        visit = self._visit
        self._sending = True
        self._failure = None
        self._view.show_failure(None)
        self._show_state()
        options = dict(self.next_run.of(thread_id))

        def op() -> str:
            if thread_id is None:
                said = NewMessage(role="user", content=(TextPart(text=text),))
                request = RunRequest(assistant_id=assistant_id, **options)
                return self._engine.runs.create_thread_and_run([said], request, functions="here").thread_id
            self._engine.runs.say(thread_id, assistant_id, text, options=options)
            return thread_id

        def done(said_in: str) -> None:
            self._sending = False
            if visit == self._visit and thread_id is None:
                self.next_run.move(said_in)
                self.open(said_in)
            else:
                self._show_state()

        def failed(error: FiresideError) -> None:
            self._sending = False
            if visit == self._visit:
                self._failure = (error.code, error.message)
                self._view.give_back(text)
                self._show_state()
            else:
                self.drafts[thread_id] = text

        self._runner.write(op, done, failed)

    def stop(self) -> None:
        """Stop the answer; what is written stays."""
        run = self._live.running(self.thread_id)
        if run is None:
            return
        self._runner.write(lambda: self._engine.runs.cancel(run.thread_id, run.id), None, lambda _error: None)

    def retry(self) -> None:
        """Let the assistant answer once more what was said last."""
        thread_id, assistant = self.thread_id, self.assistant
        if thread_id is None or assistant is None or self.running:
            return
        self._sending = True
        self._failure = None
        self._view.show_failure(None)
        self._show_state()

        def done(_run: Run) -> None:
            self._sending = False
            self._show_state()

        def failed(error: FiresideError) -> None:
            self._sending = False
            self._failure = (error.code, error.message)
            self._show_state()

        request = RunRequest(assistant_id=assistant.id, **self.next_run.of(thread_id))
        self._runner.write(lambda: self._engine.runs.create(thread_id, request, functions="here"), done, failed)

    # What happens.

    def take(self, events: tuple[Event, ...]) -> None:
        """Take events in their order, and let `Live` take each just before: text on both sides grows in step."""
        shown = False
        growing: dict[str, None] = {}
        for event in events:
            self._live.take((event,))
            self._working.take((event,))
            if isinstance(event, AssistantChanged):
                self._take_assistant(event)
            if event.thread_id is None or event.thread_id != self.thread_id or event.seq <= self._since:
                continue
            if self._loading:
                self._buffer.append(event)
            else:
                self._apply((event,))
                shown = True
                if isinstance(event, StepDelta):
                    growing[event.step_id] = None
        for step_id in growing:
            self._put_work(self._working.turn(step_id, self._by_id))
        if shown:
            self._show_state()
        self._send_waiting(events)

    def _apply(self, events: Iterable[Event]) -> None:
        for event in events:
            match event:
                case MessageDelta(message_id=message_id, text=text, image_file_id=None, annotations=annotations):
                    self._view.grow(message_id, text, tuple(marks_in(annotations)))
                case MessageDelta(message_id=message_id, image_file_id=str(image)):
                    self._add_image(message_id, image)
                case MessageChanged(what="deleted", message=message):
                    self._view.drop(message.id)
                case MessageChanged(message=message):
                    self._put(message)
                case RunChanged(run=run):
                    self._take_run(run)
                case ThreadChanged(what="deleted"):
                    self.open(None)
                case ThreadChanged(thread=Thread() as thread):
                    self.thread = thread
                    self._view.refresh()
                case StepChanged(step=step) if step.type == "tool_calls":
                    self._put_work(history.work_of(step, self._by_id))
                case _:
                    pass

    def _put(self, message: Message) -> None:
        if self._newer:
            return  # the newest messages are not on the page: they come when it is scrolled to its end
        found = self._working.found(message.run_id)
        turn = turn_of(message, self._by_id(message.assistant_id), passages=found)
        if message.status == "in_progress":
            turn = self._current(turn)
        self._first = self._first or turn.id
        self._last = turn.id
        self._begun = turn if turn.state == "writing" else None
        self._view.put(turn)

    def _take_run(self, run: Run) -> None:
        if not run.status.terminal:
            self._failure = None
            return
        thread_id = run.thread_id

        def show(turns: list[Turn]) -> None:
            if thread_id != self.thread_id or self._live.running(thread_id) is not None:
                return
            if not self._newer:
                for turn in turns:
                    self._view.put(turn)
            if run.status is not RunStatus.CANCELLED and not any(turn.kind == "message" for turn in turns):
                self._failure = error_of(run)
                self._show_state()

        self._runner.run(lambda: history.of_run(self._engine, run, self._by_id), show, lambda _error: None)

    def _add_image(self, message_id: str, image: str) -> None:
        """Show a picture of an answer that has just begun: pictures come before its words."""
        turn = self._begun
        if turn is not None and turn.id == message_id and not self._newer:
            self._begun = self._current(replace(turn, images=(*turn.images, image)))
            self._view.put(self._begun)

    def _put_work(self, turn: Turn | None) -> None:
        if turn is not None and not self._newer:
            self._view.put(turn)

    def _take_assistant(self, event: AssistantChanged) -> None:
        if event.assistant is None:
            self.assistants.pop(event.assistant_id, None)
            if self.assistant_id == event.assistant_id:
                self.assistant_id = next(iter(self.assistants), None)
        else:
            self.assistants[event.assistant_id] = event.assistant
            self.assistant_id = self.assistant_id or event.assistant_id
        self._view.refresh()

    def _send_waiting(self, events: tuple[Event, ...]) -> None:
        for event in events:
            if not isinstance(event, RunChanged) or not event.run.status.terminal:
                continue
            thread_id = event.run.thread_id
            text = self.waiting.pop(thread_id, "")
            if not text:
                continue
            if thread_id == self.thread_id:
                self._view.show_waiting("")
            if event.run.status is RunStatus.COMPLETED or event.run.status is RunStatus.INCOMPLETE:
                self._say_later(thread_id, event.run.assistant_id, text)
            elif thread_id == self.thread_id:
                self._view.give_back(text)
            else:
                self.drafts[thread_id] = text

    def _say_later(self, thread_id: str, assistant_id: str, text: str) -> None:
        if thread_id == self.thread_id:
            self._say(thread_id, self.assistant_id or assistant_id, text)
            return

        def failed(_error: FiresideError) -> None:
            self.drafts[thread_id] = text

        self._runner.write(lambda: self._engine.runs.say(thread_id, assistant_id, text), None, failed)

    def _show_state(self) -> None:
        self._view.show_phase(self.phase)
        self._view.show_failure(None if self.running else self._failure)
        self._view.show_waiting(self.waiting.get(self.thread_id or "", ""))
        self._view.refresh()

    def _by_id(self, assistant_id: str | None) -> Assistant | None:
        return self.assistants.get(assistant_id or "")


def _ends(turns: tuple[Turn, ...]) -> tuple[str | None, str | None]:
    """Return the first and the last message: pages of a thread begin and end with messages."""
    messages = [turn.id for turn in turns if turn.kind == "message"]
    return (messages[0], messages[-1]) if messages else (None, None)
