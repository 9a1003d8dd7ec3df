"""The chat page: greeting or conversation, composer below, and who answers at the top."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication, QMenu, QVBoxLayout, QWidget

from desktop import icons
from desktop.chat.asking import SIDE, AskingPanel
from desktop.chat.asks import Asks
from desktop.chat.attaching import Attaching
from desktop.chat.branching import Place
from desktop.chat.chip import AssistantChip
from desktop.chat.composer import Composer
from desktop.chat.dropping import Dropping
from desktop.chat.editing import EditingNote
from desktop.chat.estimating import Estimating
from desktop.chat.greeting import Greeting, Starters, centred
from desktop.chat.marks import Mark
from desktop.chat.message import MessageItem
from desktop.chat.outgoing import Letter
from desktop.chat.presenter import Presenter
from desktop.chat.queued import QueueList
from desktop.chat.render.formulas import Formulas
from desktop.chat.sight import Sight
from desktop.chat.stored import StoredFiles
from desktop.chat.transcript import COLUMN, Transcript
from desktop.chat.turns import Turn, avatar_key
from desktop.controls.button import text_button
from desktop.live import Phase
from desktop.room import Room
from engine.errors import FiresideError
from engine.events import AssistantChanged, Event, LibraryChanged, ModelState, RunChanged, SettingChanged

_COMPOSER = COLUMN + 44


class ChatPage(QWidget):
    """Implements the presenter's view. `why_wanted` with the id of a run whose answer is in question."""

    why_wanted = Signal(str)

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._room = room
        self._no_model = False
        self._names: dict[str, str] = {}
        self._drafting: str | None = None
        self.presenter = Presenter(room.engine, room.tasks, self, room.live)
        self.chip = AssistantChip()
        self.chip.clicked.connect(self.choose_assistant)
        self.files = StoredFiles(room.engine, room.tasks, self)
        self.formulas = Formulas(room.tasks, self)
        self.transcript = Transcript(self, self.files, self.formulas)
        self.sight = Sight(room, self, self.transcript, self.files)
        self.asking = AskingPanel(self)
        self.asks = Asks(room.engine, room.tasks, self._show_asked, room.fail)
        self.greeting = Greeting(self)
        self.starters = Starters(self)
        self.attaching = Attaching(room.engine, room.tasks, self)
        self.attaching.refused.connect(room.fail)
        self.queue = QueueList(self)
        self.editing = EditingNote(self)
        self.composer = Composer(self, self.attaching)
        self.estimating = Estimating(room.engine, room.tasks, self._to_estimate, self)
        self._model = text_button("primary", self)
        self._model.clicked.connect(lambda: room.act("go_models"))
        self.dropping = Dropping(self, self.composer.take_mime)
        self._lay_out()
        self._connect()
        self._show_empty(True)
        self._retranslate()

    def _lay_out(self) -> None:
        self._upper = QWidget(self)
        self._lower = QWidget(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._upper, 5)
        column.addWidget(self.transcript, 1)
        column.addLayout(centred(self.greeting, COLUMN))
        column.addWidget(self._model, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(centred(self.asking, COLUMN + 2 * SIDE))
        column.addLayout(centred(self.queue, COLUMN))
        column.addLayout(centred(self.editing, COLUMN))
        column.addLayout(centred(self.composer, _COMPOSER))
        column.addLayout(centred(self.starters, COLUMN - 40))
        column.addWidget(self._lower, 6)

    def _connect(self) -> None:
        presenter, transcript = self.presenter, self.transcript
        self.composer.submitted.connect(lambda _text: self._submit())
        self.composer.stop_pressed.connect(presenter.stop)
        self.starters.chosen.connect(self._start_with)
        transcript.older_wanted.connect(presenter.older)
        transcript.newer_wanted.connect(presenter.newer)
        transcript.latest_wanted.connect(lambda: self.open(presenter.thread_id))
        transcript.trimmed_first.connect(lambda turn_id: presenter.trimmed(first=turn_id))
        transcript.trimmed_last.connect(lambda turn_id: presenter.trimmed(last=turn_id))
        transcript.retry_pressed.connect(presenter.answer_again)
        transcript.acted.connect(self._act_on)
        transcript.branch_pressed.connect(presenter.choose_branch)
        transcript.link_pressed.connect(self._link)
        transcript.step_pressed.connect(self._step)
        self.queue.edited.connect(self._take_back)
        self.queue.removed.connect(self._remove_queued)
        self.editing.cancelled.connect(self._stop_editing)
        self.composer.editor.earlier_wanted.connect(self._edit_last)
        self.composer.changed.connect(self.estimating.soon)
        self.estimating.estimated.connect(self.composer.context.show_estimate)
        self.files.told.connect(self._room.tell)
        self.files.failed.connect(self._room.fail)
        presenter.on_opened = self._opened
        # What the buttons of messages do, by the names in `desktop.chat.messageactions`.
        self.message_performers: dict[str, Callable[[Turn], None]] = {
            "again": lambda turn: presenter.answer_again(turn.id),
            "edit": lambda turn: self._edit(turn.id),
            "delete": lambda turn: self._delete(turn.id),
            "why": lambda turn: self.why_wanted.emit(turn.run_id),
        }
        self.asking.allowed.connect(self.asks.allow)
        self.asking.refused.connect(self.asks.refuse)
        self.asking.answered.connect(self.asks.answer)

    # What the window asks for.

    def start(self, assistant_id: str, thread_id: str) -> None:
        """Load assistants, then show the thread of last time or a new chat."""
        self.presenter.assistant_id = assistant_id or None
        self.presenter.load_assistants(lambda: self.open(thread_id or None))
        self._find_models()

    def open(self, thread_id: str | None, at: str | None = None) -> None:
        """Show a thread, at a message if one is given, or a new chat; what was being written waits in its thread."""
        self._keep_draft()
        self.presenter.open(thread_id, at)
        self._room.engine.look_at(thread_id)

    def take(self, events: tuple[Event, ...]) -> None:
        """Take a bundle of events."""
        self.presenter.take(events)
        self._room.engine.look_at(self.presenter.thread_id)
        if self.asks.take(events) and not self.isActiveWindow():
            QApplication.alert(self.window())
        if any(isinstance(e, LibraryChanged) or (isinstance(e, SettingChanged) and "model" in e.key) for e in events):
            self._find_models()
        if any(isinstance(e, ModelState) for e in events):
            self.refresh()
        if any(
            isinstance(e, ModelState | SettingChanged | AssistantChanged)
            or (isinstance(e, RunChanged) and e.run.status.terminal)
            for e in events
        ):
            self.estimating.soon()

    def focus(self) -> None:
        self.composer.setFocus(Qt.FocusReason.OtherFocusReason)

    def copy_last(self) -> None:
        """Copy the newest answer."""
        for item in reversed(self.transcript.items):
            if isinstance(item, MessageItem) and not item.is_user:
                item.copy()
                self._room.tell(self.tr("Answer copied."))
                return

    def choose_assistant(self) -> None:
        """Let the user choose who answers next."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for assistant in self.presenter.assistants.values():
            name = assistant.name or self.tr("Assistant")
            action = menu.addAction(name)
            if assistant.id == self.presenter.assistant_id:
                action.setIcon(icons.icon("check"))
            action.triggered.connect(lambda _=False, chosen=assistant.id: self.presenter.choose_assistant(chosen))
        menu.addSeparator()
        menu.addAction(icons.icon("bot"), self.tr("Manage assistants…"), lambda: self._room.act("go_assistants"))
        menu.popup(self.chip.mapToGlobal(QPoint(0, self.chip.height() + 4)))

    # The presenter's view.

    def show_turns(self, turns: tuple[Turn, ...], *, older: bool, newer: bool) -> None:
        self._show_empty(self.presenter.thread_id is None)
        self.transcript.show_turns(turns, older=older, newer=newer)

    def add_older(self, turns: tuple[Turn, ...], *, older: bool) -> None:
        self.transcript.add_older(turns, older=older)

    def add_newer(self, turns: tuple[Turn, ...], *, newer: bool) -> None:
        self.transcript.add_newer(turns, newer=newer)

    def put(self, turn: Turn) -> None:
        self.transcript.put(turn)

    def grow(self, turn_id: str, text: str, marks: tuple[Mark, ...] = ()) -> None:
        self.transcript.grow(turn_id, text, marks)

    def drop(self, turn_id: str) -> None:
        self.transcript.drop(turn_id)

    def show_phase(self, phase: Phase | None) -> None:
        name = self._names.get(phase.model, phase.model) if phase else ""
        asked = phase is not None and phase.what == "waiting" and bool(self.asks.open)
        self.transcript.show_phase(None if asked else phase, name)  # the cards say who is waited for

    def show_failure(self, error: tuple[str, str] | None) -> None:
        if error is not None and self.greeting.isVisibleTo(self):
            self._show_empty(False)
        self.transcript.show_failure(error)

    def show_waiting(self, letters: tuple[Letter, ...]) -> None:
        self.queue.show_letters(letters)

    def show_branches(self, places: dict[str, Place], at: str | None) -> None:
        self.transcript.show_branches(places)
        if at is not None:
            self.transcript.reveal(at)

    def give_back(self, letter: Letter) -> None:
        typed = Letter(self.composer.text())
        self.composer.put(letter if typed.empty else letter.joined(typed))

    def refresh(self) -> None:
        """Show who answers and whether something is at work."""
        assistant = self.presenter.assistant
        name = (assistant.name if assistant else "") or self.tr("Assistant")
        self.chip.show_assistant(name, avatar_key(assistant))
        self.composer.set_name(name)
        self.composer.set_running(self.presenter.running)
        self.greeting.show_assistant((assistant.description if assistant else "") or "")
        self.starters.show_starters(_starters(assistant.metadata if assistant else {}))
        self._room.act("refresh")

    # Inside.

    def _show_empty(self, empty: bool) -> None:
        for widget in (self._upper, self._lower, self.greeting, self.starters):
            widget.setVisible(empty)
        self._model.setVisible(empty and self._no_model)
        self.starters.setVisible(empty and not self._no_model)
        self.transcript.setVisible(not empty)

    def _submit(self) -> None:
        letter = self.composer.letter()
        editing = self.editing.turn_id
        taken = self.presenter.send(letter) if editing is None else self.presenter.edit(editing, letter.text)
        if taken:
            self.editing.show_editing(None)
            self.composer.clear()
            self.presenter.drafts.pop(self.presenter.thread_id, None)

    def _edit(self, turn_id: str) -> None:
        """Let the user write something else instead of an earlier message."""
        item = self.transcript.item_of(turn_id)
        if item is None or item.turn.role != "user" or self.presenter.running:
            return
        self.editing.show_editing(turn_id)
        self.composer.set_text(item.turn.text)
        self.focus()

    def _edit_last(self) -> None:
        for item in reversed(self.transcript.items):
            if item.turn.role == "user":
                self._edit(item.turn.id)
                return

    def _stop_editing(self) -> None:
        if self.editing.turn_id is not None:
            self.editing.show_editing(None)
            self.composer.set_text("")
            self.focus()

    def _delete(self, turn_id: str) -> None:
        """Put a message into the bin, with the way back."""
        presenter = self.presenter
        text = self.tr("The message is in the bin.")
        presenter.delete(turn_id, lambda: self._room.undoable(text, lambda: presenter.restore(turn_id), lambda: None))

    def _to_estimate(self) -> tuple[str | None, str, Letter] | None:
        """Say what the next message would be, unless an answer is on its way: then the history still grows."""
        presenter = self.presenter
        if presenter.running or presenter.assistant_id is None or self._no_model:
            return None
        return presenter.thread_id, presenter.assistant_id, self.composer.letter()

    def _start_with(self, text: str) -> None:
        self.composer.set_text(text)
        self.focus()

    def _take_back(self, number: int) -> None:
        letter = self.presenter.take_back(number)
        if letter is not None:
            self.give_back(letter)
        self.focus()

    def _remove_queued(self, number: int) -> None:
        """Drop a message that waits, with the way back."""
        letter = self.presenter.take_back(number)
        if letter is not None:
            self._room.undoable(self.tr("Not sent."), lambda: self.give_back(letter), lambda: None)

    def _step(self, step: str) -> None:
        match step:
            case "retry":
                if self.composer.text().strip() and not self.transcript.items:
                    self._submit()
                else:
                    self.presenter.retry()
            case "models" | "settings":
                self._room.act("go_" + step)
            case "new_chat":
                self._room.act("new_chat")
            case "folder":
                self._room.act("show_home")
            case _:
                pass

    def _keep_draft(self) -> None:
        editing = self.editing.turn_id is not None  # what is there then is no draft
        self.presenter.drafts[self._drafting] = Letter("" if editing else self.composer.text(), self.attaching.take())
        self.editing.show_editing(None)

    def _show_asked(self) -> None:
        """Show what the person is asked; the keyboard goes there unless something is being written."""
        run = self._room.live.running(self.presenter.thread_id)
        assistant = self.presenter.assistants.get(run.assistant_id) if run else self.presenter.assistant
        once = self._room.engine.settings.current.code_approval == "once"
        before = set(self.asking.cards)
        held = self.asking.isAncestorOf(self.focusWidget() or self)
        self.transcript.show_asked(frozenset(each.call.id for each in self.asks.open.values()))
        self.asking.show_asked(self.asks.open, (assistant.name if assistant else "") or "", once=once)
        self.show_phase(self.presenter.phase)
        fresh = self.asking.cards.keys() - before
        if (held or (fresh and not before and not self.composer.text().strip())) and self.asking.cards:
            self.asking.focus_first()
        elif held:
            self.focus()

    def _opened(self, thread_id: str | None) -> None:
        self._drafting = thread_id
        self.sight.leave()
        self.asks.show(thread_id)
        self.composer.put(self.presenter.drafts.pop(thread_id, Letter("")))
        self.estimating.soon()
        self._show_empty(thread_id is None)
        self._room.state.thread_id = thread_id or ""
        self._room.act("opened")
        self.focus()

    def _act_on(self, name: str, turn: Turn) -> None:
        self.message_performers[name](turn)

    def _link(self, address: str) -> None:
        """Links lead out of an offline app: the address is copied, nothing is opened."""
        if self.sight.takes(address):
            return
        QGuiApplication.clipboard().setText(address)
        self._room.tell(self.tr("Link copied: {address}").format(address=address[:80]))

    def _find_models(self) -> None:
        engine = self._room.engine

        def op() -> tuple[dict[str, str], bool]:
            installed = engine.models.installed()
            chat = [m for m in installed if m.kind == "chat" and m.problem is None]
            return {m.id: m.name for m in installed}, not chat

        def show(found: tuple[dict[str, str], bool]) -> None:
            self._names, self._no_model = found
            self.greeting.show_no_model(self._no_model)
            self._show_empty(self.presenter.thread_id is None and not self.transcript.isVisibleTo(self))

        self._room.tasks.run(op, show, self._quiet, owner=self)

    def _quiet(self, _error: FiresideError) -> None:
        pass

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Typing anywhere on the page goes to the composer; Esc ends editing."""
        if event.key() == Qt.Key.Key_Escape and self.editing.turn_id is not None:
            self._stop_editing()
        elif event.text().strip() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.focus()
            # Not sent as an event: what the editor has no use for would come back here, for ever.
            self.composer.editor.keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self.refresh()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self._model.setText(self.tr("Choose a model to begin"))
        self.setAccessibleName(self.tr("Chat"))


def _starters(metadata: dict[str, str]) -> tuple[str, ...]:
    """Return an assistant's own conversation starters: metadata keys starter_1 to starter_4."""
    return tuple(metadata[key] for key in (f"starter_{n}" for n in range(1, 5)) if metadata.get(key))
