"""Stands between the chat page and the engine: which turns are shown, what is sent, stopped and tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from desktop.chat import history
from desktop.chat.branching import Branching
from desktop.chat.marks import marks_in
from desktop.chat.nextrun import NextRun
from desktop.chat.outgoing import Letter, Queue
from desktop.chat.ports import Runner, View
from desktop.chat.turns import Turn, error_of, turn_of
from desktop.live import Live, Phase
from engine.errors import FiresideError
from engine.events import (
    AssistantChanged,
    Event,
    MessageChanged,
    MessageDelta,
    MessagesMoved,
    RunChanged,
    StepChanged,
    StepDelta,
    ThoughtDelta,
    ThreadChanged,
)
from engine.service import Engine
from engine.service.branches import Fork
from engine.types import (
    Assistant,
    Message,
    Page,
    PageRequest,
    Run,
    RunStatus,
    Thread,
)

PAGE = 50
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Opened:
    """What was read of a thread: the state up to event `since`; `at` is the turn to be looked at."""

    since: int
    thread: Thread
    turns: list[Turn]
    older: bool
    newer: bool
    last: Run | None
    forks: tuple[Fork, ...]
    at: str | None


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
        self.branches = Branching()
        self.drafts: dict[str | None, Letter] = {}
        self.queue = Queue()
        self._at: str | None = None
        self._branch: str | None = None
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
        if self.thread_id is None or self._working.thinking(self.thread_id):
            return None  # the card of the thoughts says it
        return self._live.phases.get(self.thread_id)

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

    def open(self, thread_id: str | None, at: str | None = None) -> None:
        """Show a thread from its newest messages or around one, or the empty page for a new one."""
        self._visit += 1
        self._at, self._branch = at, None
        self.branches.show(())
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

    def _reload(self) -> None:
        """Read the open thread again: other messages are in it now."""
        if self.thread_id is None:
            return
        self._visit += 1
        self._loading, self._fetching, self._buffer = True, False, []
        self._load(self.thread_id)

    def _load(self, thread_id: str) -> None:
        visit, at, branch = self._visit, self._at, self._branch
        self._at = self._branch = None
        self._runner.run(
            lambda: self._read(thread_id, at, branch), lambda found: self._opened(visit, found), self._open_failed
        )

    def _read(self, thread_id: str, at: str | None, branch: str | None) -> _Opened:
        since = self._engine.bus.seq
        thread = self._engine.threads.get(thread_id)
        forks = self._engine.branches.forks(thread_id)
        if branch is not None:
            at = next((fork.message_id for fork in forks if branch in fork.branches), None)
        page, newer = self._page(thread_id, at)
        if at is not None:
            forks = self._engine.branches.forks(thread_id)
        runs = self._engine.runs.list(thread_id, PageRequest(limit=1, order="desc")).items
        turns = history.read(self._engine, thread_id, page.items[::-1], self._by_id, newest=not newer)
        return _Opened(since, thread, turns, page.has_more, newer, runs[0] if runs else None, forks, at)

    def _page(self, thread_id: str, at: str | None) -> tuple[Page[Message], bool]:
        """Return messages, newest first, and whether there are newer ones; all around `at` if it is there."""
        if at is None:
            return self._engine.messages.list(thread_id, PageRequest(limit=PAGE, order="desc")), False
        try:
            self._engine.branches.show(thread_id, at)
            older = self._engine.messages.list(thread_id, PageRequest(limit=PAGE, order="desc", after=at))
        except FiresideError:  # it was deleted, or an answer at work keeps its branch
            return self._page(thread_id, None)
        newer = self._engine.messages.list(thread_id, PageRequest(limit=PAGE, order="asc", after=at))
        items = (*newer.items[::-1], self._engine.messages.get(thread_id, at), *older.items)
        return Page(items=items, has_more=older.has_more), newer.has_more

    def _opened(self, visit: int, found: _Opened) -> None:
        if visit != self._visit:
            return
        thread, last = found.thread, found.last
        self._since = found.since
        self.thread = thread
        self._loading = False
        self._older, self._newer = found.older, found.newer
        shown = self._with_work_at_hand(thread.id, tuple(self._current(turn) for turn in found.turns))
        self._first, self._last = _ends(shown)
        if last is not None:
            if last.assistant_id in self.assistants:
                self.assistant_id = last.assistant_id
            wrote = any(t.run_id == last.id and t.role == "assistant" and t.kind == "message" for t in shown)
            earlier = bool(shown) and last.created_at < shown[-1].at  # of another branch, or before what was said since
            self._failure = None if wrote or earlier else error_of(last)
        self._view.show_turns(shown, older=found.older, newer=found.newer)
        self._show_forks(found.forks, found.at)
        buffered, self._buffer = self._buffer, []
        # Deltas that came meanwhile are in the live text already; states are shown again, which does no harm.
        self._apply(e for e in buffered if e.seq > found.since and not isinstance(e, MessageDelta))
        self._show_state()

    def _open_failed(self, error: FiresideError) -> None:
        self._loading = False
        self.open(None)
        self._view.show_failure((error.code, error.message))

    def _with_work_at_hand(self, thread_id: str, turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
        """Add the steps that are so new that nothing of them is stored yet."""
        known = {turn.id for turn in turns}
        steps = (step for step in self._working.of_thread(thread_id) if step not in known)
        found = [self._working.turn(step, self._by_id) for step in steps]
        found += [self._working.thoughts(run_id, self._by_id) for run_id in self._working.thinking(thread_id)]
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

    def send(self, letter: Letter) -> bool:
        """Send a message, or keep it until the answer at work is done. Returns False if it cannot be taken."""
        if letter.empty:
            return False
        assistant = self.assistant
        if assistant is None:
            self._view.show_failure(("no_model", ""))
            return False
        if self.running and self.thread_id is not None:
            self.queue.add(self.thread_id, letter)
            self._view.show_waiting(self.queue.of(self.thread_id))
            return True
        if self.running:
            return False
        self._say(self.thread_id, assistant.id, letter)
        return True

    def take_back(self, number: int) -> Letter | None:
        """Return a message that waits, and forget it."""
        letter = self.queue.take(self.thread_id or "", number)
        self._view.show_waiting(self.queue.of(self.thread_id))
        return letter

    def _say(self, thread_id: str | None, assistant_id: str, letter: Letter) -> None:
        visit = self._visit
        options = dict(self.next_run.of(thread_id))

        def op() -> str:
            said = letter.attachments(), letter.images()
            return self._engine.runs.say(thread_id, assistant_id, letter.text, *said, options=options)[0].thread_id

        def done(said_in: str) -> None:
            if visit == self._visit and thread_id is None:
                self.next_run.move(said_in)
                self.open(said_in)

        def failed(_error: FiresideError) -> None:
            if visit == self._visit:
                self._view.give_back(letter)
            else:
                self.drafts[thread_id] = letter

        self._ask(op, done, failed)

    def _ask(
        self,
        op: Callable[[], T],
        done: Callable[[T], None] = lambda _result: None,
        failed: Callable[[FiresideError], None] = lambda _error: None,
    ) -> None:
        """Make a call that begins a run; until it comes back, an answer counts as being on its way."""
        visit = self._visit
        self._sending = True
        self._failure = None
        self._view.show_failure(None)
        self._show_state()

        def asked(result: T) -> None:
            self._sending = False
            done(result)
            self._show_state()

        def refused(error: FiresideError) -> None:
            self._sending = False
            if visit == self._visit:
                self._failure = (error.code, error.message)
            failed(error)
            self._show_state()

        self._runner.write(op, asked, refused)

    def stop(self) -> None:
        """Stop the answer; what is written stays."""
        run = self._live.running(self.thread_id)
        if run is None:
            return
        self._runner.write(lambda: self._engine.runs.cancel(run.thread_id, run.id), None, lambda _error: None)

    def retry(self) -> None:
        """Let the assistant answer once more what was said last."""
        if self._last is not None and not self._newer:
            self.answer_again(self._last)

    def answer_again(self, turn_id: str) -> None:
        """Let the assistant answer once more at this place; what was there is kept as a branch."""
        thread_id, assistant = self.thread_id, self.assistant
        if thread_id is not None and assistant is not None and not self.running:
            options = dict(self.next_run.of(thread_id))
            self._ask(lambda: self._engine.branches.answer_again(thread_id, turn_id, assistant.id, options=options))

    def edit(self, turn_id: str, text: str) -> bool:
        """Say something else at this place; what was there is kept as a branch. Returns False if it cannot be."""
        thread_id, assistant = self.thread_id, self.assistant
        if thread_id is None or assistant is None or self.running or not text.strip():
            return False

        options = dict(self.next_run.of(thread_id))

        def op() -> None:
            self._engine.branches.edit(thread_id, turn_id, assistant.id, text, options=options)

        self._ask(op, failed=lambda _error: self._view.give_back(Letter(text)))
        return True

    def choose_branch(self, turn_id: str, step: int) -> None:
        """Show the branch so many steps after the one that a turn begins."""
        thread_id, branch_id = self.thread_id, self.branches.beside(turn_id, step)
        if thread_id is None or branch_id is None or self.running:
            return
        self._branch = branch_id
        self._runner.write(lambda: self._engine.branches.choose(thread_id, branch_id), None, lambda _error: None)

    def delete(self, turn_id: str, done: Callable[[], None]) -> None:
        """Put a message into the bin; `done` is told when it is there."""
        thread_id = self.thread_id
        if thread_id is not None:
            self._runner.write(lambda: self._engine.bin.put_message(thread_id, turn_id), lambda _: done())

    def restore(self, turn_id: str) -> None:
        """Take a message out of the bin, back to its place."""
        self._at = turn_id
        self._runner.write(lambda: self._engine.bin.take_out(turn_id))

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
                case MessageDelta():
                    self._grow(event)
                case MessageChanged(what="deleted", message=message):
                    self._view.drop(message.id)
                    self._read_forks()
                case MessageChanged(what=what, message=message):
                    self._put(message)
                    if what in ("created", "in_progress"):
                        self._read_forks()
                case MessagesMoved():
                    self._reload()
                case RunChanged(run=run):
                    self._take_run(run)
                case ThreadChanged(what="deleted"):
                    self.open(None)
                case ThreadChanged(thread=Thread() as thread):
                    self.thread = thread
                    self._view.refresh()
                case ThoughtDelta(run_id=run_id) | StepChanged(what="created", run_id=run_id):
                    self._put_work(self._working.thoughts(run_id, self._by_id))
                case StepChanged(step=step) if step.type == "tool_calls":
                    self._put_work(history.work_of(step, self._by_id))
                case _:
                    pass

    def _grow(self, delta: MessageDelta) -> None:
        if delta.image_file_id is not None:
            self._add_image(delta.message_id, delta.image_file_id)
        else:
            self._view.grow(delta.message_id, delta.text, tuple(marks_in(delta.annotations)))

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
                if any(call.kind == "thought" for turn in turns for call in turn.calls):
                    for number in range(len(run.trace.get("reasoning") or ())):
                        self._view.drop(history.thought_id(run.id, number))
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
        """Send the next message that waits for a run that has ended; after one that did not end well, give all back."""
        for event in events:
            if not isinstance(event, RunChanged) or not event.run.status.terminal:
                continue
            thread_id = event.run.thread_id
            if event.run.status is RunStatus.COMPLETED or event.run.status is RunStatus.INCOMPLETE:
                letter = self.queue.take(thread_id)
                if letter is not None:
                    self._say_later(thread_id, event.run.assistant_id, letter)
            elif (kept := self.queue.take_all(thread_id)) is not None:
                if thread_id == self.thread_id:
                    self._view.give_back(kept)
                else:
                    self.drafts[thread_id] = kept
            if thread_id == self.thread_id:
                self._view.show_waiting(self.queue.of(thread_id))

    def _say_later(self, thread_id: str, assistant_id: str, letter: Letter) -> None:
        if thread_id == self.thread_id:
            self._say(thread_id, self.assistant_id or assistant_id, letter)
            return

        def failed(_error: FiresideError) -> None:
            self.drafts[thread_id] = letter

        said = letter.attachments(), letter.images()
        self._runner.write(lambda: self._engine.runs.say(thread_id, assistant_id, letter.text, *said), None, failed)

    def _read_forks(self) -> None:
        """Look where branches begin: their first message may just have come."""
        thread_id, visit = self.thread_id, self._visit
        if thread_id is not None and self.branches.any:
            self._runner.run(
                lambda: self._engine.branches.forks(thread_id),
                lambda forks: self._show_forks(forks) if visit == self._visit else None,
                lambda _error: None,
            )

    def _show_forks(self, forks: tuple[Fork, ...], at: str | None = None) -> None:
        self.branches.show(forks)
        self._view.show_branches(self.branches.places(), at)

    def _show_state(self) -> None:
        self._view.show_phase(self.phase)
        self._view.show_failure(None if self.running else self._failure)
        self._view.show_waiting(self.queue.of(self.thread_id))
        self._view.refresh()

    def _by_id(self, assistant_id: str | None) -> Assistant | None:
        return self.assistants.get(assistant_id or "")


def _ends(turns: tuple[Turn, ...]) -> tuple[str | None, str | None]:
    """Return the first and the last message: pages of a thread begin and end with messages."""
    messages = [turn.id for turn in turns if turn.kind == "message"]
    return (messages[0], messages[-1]) if messages else (None, None)
