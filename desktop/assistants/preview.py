"""A small chat beside the form: it answers with what the form says now, and is forgotten afterwards."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop.assistants.answering import DEFAULT_MODEL
from desktop.assistants.writebox import WriteBox
from desktop.chat import history
from desktop.chat.greeting import Starters
from desktop.chat.transcript import Transcript
from desktop.chat.turns import Turn, avatar_key, error_of, turn_of
from desktop.controls.avatar import Avatar
from desktop.controls.button import IconButton, text_button
from desktop.room import Room
from engine.errors import FiresideError
from engine.events import Event, FunctionAsked, MessageChanged, MessageDelta, RunChanged, StepChanged
from engine.recipes import Recipe
from engine.service.recipes import fields_of
from engine.types import Assistant, Run

_MOST_ARGUMENTS = 300


class AskBar(QFrame):
    """A function waits for the person: to be allowed, or to be answered."""

    allowed = Signal()
    refused = Signal()
    answered = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("note")
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.answer = QLineEdit(self)
        self.answer.returnPressed.connect(self._take)
        self.allow = text_button("primary", self)
        self.allow.clicked.connect(self._take)
        self.refuse = text_button("quiet", self)
        self.refuse.clicked.connect(self.refused)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.answer, 1)
        row.addStretch(0)
        row.addWidget(self.refuse)
        row.addWidget(self.allow)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 10, 10)
        column.addWidget(self.text)
        column.addLayout(row)
        self.hide()

    def ask(self, asked: FunctionAsked) -> None:
        """Show one question."""
        call = f"{asked.call.name}({asked.call.arguments[:_MOST_ARGUMENTS]})"
        own = asked.why == "answer"
        self.answer.setVisible(own)
        self.answer.clear()
        self.answer.setAccessibleName(self.tr("What the function returns"))
        self.answer.setPlaceholderText(self.tr("What the function returns"))
        self.allow.setText(self.tr("Answer") if own else self.tr("Allow"))
        self.refuse.setText(self.tr("Refuse"))
        self.text.setText((self.tr("You answer: {call}") if own else self.tr("May this run? {call}")).format(call=call))
        self.show()

    def _take(self) -> None:
        if self.answer.isVisibleTo(self):
            self.answered.emit(self.answer.text())
        else:
            self.allowed.emit()


class Preview(QWidget):
    """`recipe` is asked for each message."""

    def __init__(self, room: Room, recipe: Callable[[], Recipe], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._room, self._recipe = room, recipe
        self._thread: str | None = None
        self._asked: list[FunctionAsked] = []
        self._sending = False
        self._title = QLabel(self)
        self._title.setProperty("role", "small")
        self.again = IconButton("rotate-ccw", self, size=28, icon_size=14)
        self.again.clicked.connect(self.reset)
        self._avatar = Avatar(self, size=52)
        self._name = QLabel(self)
        self._name.setProperty("role", "title")
        self._about = QLabel(self)
        self._about.setProperty("role", "muted")
        self._about.setWordWrap(True)
        for label in (self._name, self._about):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.starters = Starters(self)
        self.starters.chosen.connect(self.send)
        self.transcript = Transcript(self)
        self.bar = AskBar(self)
        functions = room.engine.functions
        self.bar.allowed.connect(lambda: self._decide(lambda a: functions.approve(a.run_id or "", a.call.id)))
        self.bar.refused.connect(lambda: self._decide(lambda a: functions.refuse(a.run_id or "", a.call.id)))
        self.bar.answered.connect(
            lambda text: self._decide(lambda a: functions.answer(a.run_id or "", a.call.id, text))
        )
        self.composer = WriteBox(self)
        self.composer.submitted.connect(self.send)
        self.composer.stop_pressed.connect(self._stop)
        self._lay_out()
        self._show_empty()
        self._retranslate()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(18, 12, 12, 4)
        head.addWidget(self._title, 1)
        head.addWidget(self.again)
        self._greeting = QWidget(self)
        inner = QVBoxLayout(self._greeting)
        inner.setContentsMargins(24, 0, 24, 0)
        inner.setSpacing(8)
        inner.addStretch(2)
        inner.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(self._name)
        inner.addWidget(self._about)
        inner.addSpacing(6)
        inner.addWidget(self.starters)
        inner.addStretch(3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._greeting, 1)
        column.addWidget(self.transcript, 1)
        asks = QHBoxLayout()
        asks.setContentsMargins(16, 0, 16, 0)
        asks.addWidget(self.bar)
        column.addLayout(asks)
        column.addWidget(self.composer)

    @property
    def running(self) -> bool:
        return self._sending or self._room.live.running(self._thread) is not None

    def show_recipe(self, recipe: Recipe) -> None:
        """Show who would answer."""
        name = recipe.name or self.tr("Assistant")
        self._avatar.show_assistant(name, avatar_key(_author(recipe)))
        self._name.setText(name)
        self._about.setText(recipe.description or "")
        self._about.setVisible(bool(recipe.description))
        self.starters.show_starters(tuple(recipe.metadata[k] for k in sorted(recipe.metadata) if k.startswith("start")))
        self.composer.set_name(name)

    def send(self, text: str) -> None:
        """Say something to the assistant that the form makes."""
        if self.running or not text.strip():
            return
        recipe, thread, engine = self._recipe(), self._thread, self._room.engine
        self._sending = True
        self.composer.clear()
        self.transcript.show_failure(None)

        def op() -> str:
            opened = thread or engine.previews.open()
            self._thread = opened  # before the first event, which looks for it
            engine.previews.say(opened, recipe, text)
            return opened

        def done(_thread: str) -> None:
            self._sending = False
            self._refresh()

        def failed(error: FiresideError) -> None:
            self._sending = False
            self.composer.set_text(text)
            self._show_chat()
            self.transcript.show_failure((error.code, error.message))
            self._refresh()

        self._room.tasks.write(op, done, failed, owner=self)
        self._refresh()

    def take(self, events: tuple[Event, ...]) -> None:
        """Take a bundle of events."""
        mine = [event for event in events if self._thread is not None and event.thread_id == self._thread]
        for event in mine:
            match event:
                case MessageDelta(message_id=message_id, text=text):
                    self.transcript.grow(message_id, text)
                case MessageChanged(what="deleted", message=message):
                    self.transcript.drop(message.id)
                case MessageChanged(message=message):
                    self._put(turn_of(message, self._author(message.assistant_id)))
                case StepChanged(step=step) if step.type == "tool_calls":
                    self._put(history.work_of(step, self._author))
                case RunChanged(run=run) if run.status.terminal:
                    self._ended(run)
                case FunctionAsked():
                    self._asked.append(event)
                    self._next_question()
                case _:
                    pass
        if mine:
            self._refresh()

    def reset(self) -> None:
        """Forget what was said and begin anew."""
        thread, self._thread = self._thread, None
        self._asked = []
        self.bar.hide()
        self.transcript.show_turns((), older=False, newer=False)
        self._show_empty()
        self._refresh()
        if thread is not None:
            self._room.tasks.write(lambda: self._room.engine.previews.close(thread), None, self._quiet)

    def _put(self, turn: Turn | None) -> None:
        if turn is not None:
            self._show_chat()
            self.transcript.put(turn)

    def _ended(self, run: Run) -> None:
        self._asked = []
        self.bar.hide()
        error = error_of(run)
        if error is not None:
            self._show_chat()
            self.transcript.show_failure(error)
        thread, engine = self._thread, self._room.engine

        def show(turns: list[Turn]) -> None:
            if thread == self._thread:
                for turn in turns:
                    self.transcript.put(turn)

        self._room.tasks.run(lambda: history.of_run(engine, run, self._author), show, self._quiet, owner=self)

    def _decide(self, answer: Callable[[FunctionAsked], None]) -> None:
        if not self._asked:
            return
        asked = self._asked.pop(0)
        self.bar.hide()
        self._room.tasks.write(lambda: answer(asked), lambda _done: self._next_question(), self._room.fail, owner=self)

    def _next_question(self) -> None:
        if self._asked and not self.bar.isVisibleTo(self):
            self.bar.ask(self._asked[0])

    def _stop(self) -> None:
        run = self._room.live.running(self._thread)
        if run is not None:
            engine = self._room.engine
            self._room.tasks.run(lambda: engine.runs.cancel(run.thread_id, run.id), None, self._quiet, owner=self)

    def _author(self, assistant_id: str | None) -> Assistant | None:
        return _author(self._recipe()) if assistant_id else None

    def _refresh(self) -> None:
        phase = self._room.live.phases.get(self._thread) if self._thread else None
        self.transcript.show_phase(phase, phase.model if phase else "")
        self.composer.set_running(self.running)

    def _show_chat(self) -> None:
        self._greeting.hide()
        self.transcript.show()

    def _show_empty(self) -> None:
        self._greeting.show()
        self.transcript.hide()

    def _quiet(self, _error: FiresideError) -> None:
        """What is forgotten anyway needs no sentence."""

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self._title.setText(self.tr("Preview: answers as the form is now, saved or not"))
        self.again.set_name(self.tr("Start over"))
        self.setAccessibleName(self.tr("Preview"))


def _author(recipe: Recipe) -> Assistant:
    fields = fields_of(recipe) | {"model": recipe.model or DEFAULT_MODEL}
    return Assistant(id="preview", created_at=0, **fields)
