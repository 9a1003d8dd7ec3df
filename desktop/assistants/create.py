"""Making an assistant by talking: one says what it should be, the builder writes the form, all can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.assistants.writebox import WriteBox
from desktop.chat.greeting import Starters
from desktop.controls.button import text_button
from desktop.controls.progress import Pulse
from desktop.errors import explain
from desktop.i18n import say
from desktop.room import Room
from engine.cancel import CancelToken
from engine.errors import Cancelled, FiresideError
from engine.recipes import Recipe
from engine.service.builder import Built, Said, applied

_BUBBLE = 380


@dataclass(frozen=True, slots=True)
class Change:
    """What one answer did to the form, for taking it back."""

    before: Recipe
    names: tuple[str, ...]


class Bubble(QFrame):
    """One turn of the talk; an answer lists what it changed."""

    undo_pressed = Signal()

    def __init__(self, text: str, own: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("bubble" if own else "plain")
        self.words = QLabel(text, self)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.done = QLabel(self)
        self.done.setProperty("role", "small")
        self.done.setWordWrap(True)
        self.undo = text_button("link", self)
        self.undo.clicked.connect(self.undo_pressed)
        row = QHBoxLayout()
        row.addWidget(self.done, 1)
        row.addWidget(self.undo)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 9, 14, 9)
        column.setSpacing(4)
        column.addWidget(self.words)
        column.addLayout(row)
        self.done.hide()
        self.undo.hide()

    def show_changes(self, text: str, undo: str) -> None:
        self.done.setText(text)
        self.done.setVisible(bool(text))
        self.undo.setText(undo)
        self.undo.setVisible(bool(text))


class CreateTab(QWidget):
    """`recipe` reads the form, `fill` writes it; both on the Qt thread."""

    _heard = Signal(str, object)

    def __init__(
        self, room: Room, recipe: Callable[[], Recipe], fill: Callable[[Recipe], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._room, self._recipe, self._fill = room, recipe, fill
        self._said: list[Said] = []
        self._cancel: CancelToken | None = None
        self._before = Recipe()
        self._changes: dict[str, Any] = {}
        self.bubbles: list[Bubble] = []
        self._intro = QLabel(self)
        self._intro.setProperty("role", "lead")
        self._intro.setWordWrap(True)
        self._intro.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.ideas = Starters(self)
        self.ideas.chosen.connect(self.send)
        self._work = QWidget(self)
        self._doing = QLabel(self._work)
        self._doing.setProperty("role", "small")
        work = QHBoxLayout(self._work)
        work.setContentsMargins(4, 4, 0, 4)
        work.addWidget(Pulse(self._work))
        work.addWidget(self._doing, 1)
        self._work.hide()
        self.composer = WriteBox(self)
        self.composer.submitted.connect(self.send)
        self.composer.stop_pressed.connect(self.stop)
        self._heard.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._lay_out()
        self._retranslate()

    def _lay_out(self) -> None:
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        canvas = QWidget()
        canvas.setObjectName("canvas")
        self._talk = QVBoxLayout(canvas)
        self._talk.setContentsMargins(24, 18, 24, 8)
        self._talk.setSpacing(10)
        self._talk.addWidget(self._intro)
        self._talk.addWidget(self.ideas)
        self._talk.addStretch(1)
        self._area.setWidget(canvas)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._area, 1)
        column.addWidget(self._work)
        column.addWidget(self.composer)

    @property
    def running(self) -> bool:
        return self._cancel is not None

    def reset(self) -> None:
        """Forget the talk: another assistant is edited."""
        self.stop()
        self._said = []
        for bubble in self.bubbles:
            self._talk.removeWidget(bubble)
            bubble.hide()
            bubble.deleteLater()
        self.bubbles = []
        self._show_ideas()

    def send(self, text: str) -> None:
        """Say what the assistant should be like."""
        if self.running or not text.strip():
            return
        self._cancel = cancel = CancelToken()
        self._before, self._changes = self._recipe(), {}
        engine, before, said = self._room.engine, self._before, tuple(self._said)
        self.composer.clear()
        self._add(text, own=True)
        self._show_work()

        def op() -> Built:
            return engine.builder.turn(before, said, text, model=before.model, on_field=self._heard.emit, cancel=cancel)

        self._room.tasks.run(op, lambda built: self._built(cancel, text, built), self._failed_with(cancel), owner=self)

    def stop(self) -> None:
        """Stop writing; what is in the form stays, and can be taken back."""
        if self._cancel is not None:
            self._cancel.set()
            self._end("")

    def _take(self, name: str, value: object) -> None:
        """Put a field into the form while it is being written."""
        if self._cancel is None:
            return
        self._changes[name] = value
        self._fill(replace(self._recipe(), **applied(self._recipe(), {name: value})))
        self._doing.setText(self.tr("Writing: {field}").format(field=self._field(name)))

    def _built(self, cancel: CancelToken, text: str, built: Built) -> None:
        if self._cancel is not cancel:
            return
        for name, value in built.changes.items():
            self._take(name, value)
        reply = built.reply or self.tr("The form is filled in. What should be different?")
        self._said += [Said(role="user", text=text), Said(role="assistant", text=reply)]
        self._end(reply)

    def _failed_with(self, cancel: CancelToken) -> Callable[[FiresideError], None]:
        def failed(error: FiresideError) -> None:
            if self._cancel is cancel:
                stopped = isinstance(error, Cancelled)
                self._end("" if stopped else say(explain(error.code, error.message).text))

        return failed

    def _end(self, reply: str) -> None:
        self._cancel = None
        change = Change(self._before, tuple(self._changes))
        if reply or change.names:
            bubble = self._add(reply or self.tr("Stopped."), own=False)
            if change.names and self._recipe() != change.before:
                fields = self.tr(", ").join(self._field(name) for name in change.names)
                bubble.show_changes(self.tr("Changed: {fields}").format(fields=fields), self.tr("Take back"))
                bubble.undo_pressed.connect(lambda: self._take_back(bubble, change))
        self._show_work()

    def _take_back(self, bubble: Bubble, change: Change) -> None:
        """Put the fields back that this answer changed; others stay as they are now."""
        now, old = self._recipe(), change.before
        fields: dict[str, Any] = {
            name: getattr(old, name) for name in ("name", "description", "instructions") if name in change.names
        }
        if "tools" in change.names:
            kept = tuple(tool for tool in now.tools if tool.get("type") == "function")
            fields["tools"] = (*(tool for tool in old.tools if tool.get("type") != "function"), *kept)
        if "starters" in change.names:
            others = {k: v for k, v in now.metadata.items() if not k.startswith("starter_")}
            starters = {k: v for k, v in old.metadata.items() if k.startswith("starter_")}
            fields["metadata"] = others | starters
        self._fill(replace(now, **fields))
        bubble.show_changes("", "")

    def _add(self, text: str, *, own: bool) -> Bubble:
        bubble = Bubble(text, own, self)
        if own:
            wanted = bubble.words.fontMetrics().horizontalAdvance(text) + 2
            bubble.words.setMinimumWidth(min(wanted, _BUBBLE))  # a label that wraps would rather be narrow and tall
            bubble.words.setMaximumWidth(_BUBBLE)
        side = Qt.AlignmentFlag.AlignRight if own else Qt.AlignmentFlag(0)
        self._talk.insertWidget(self._talk.count() - 1, bubble, 0, side)
        self.bubbles.append(bubble)
        self._show_ideas()
        QTimer.singleShot(0, self, self._to_end)
        return bubble

    def _to_end(self) -> None:
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _show_work(self) -> None:
        self._work.setVisible(self.running)
        self.composer.set_running(self.running)
        self._doing.setText(self.tr("Thinking about it…"))

    def _show_ideas(self) -> None:
        self.ideas.setVisible(not self.bubbles)

    def _field(self, name: str) -> str:
        return {
            "name": self.tr("name"),
            "description": self.tr("description"),
            "instructions": self.tr("instructions"),
            "starters": self.tr("conversation starters"),
            "tools": self.tr("tools"),
        }.get(name, name)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self._intro.setText(
            self.tr("What should the assistant do? Say it in a sentence or two; the form fills in while you watch.")
        )
        self.ideas.show_starters(
            (
                self.tr("An assistant that plans meals for a family of four"),
                self.tr("A strict editor for my English emails"),
                self.tr("Somebody who explains contracts in plain words"),
            )
        )
        self.composer.set_name(self.tr("the builder"))
