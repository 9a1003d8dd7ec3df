"""The page of assistants: cards to chat with or edit, and a form for new ones."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.assistants.editor import DEFAULT_MODEL, AssistantEditor, Draft
from desktop.chat.turns import avatar_key
from desktop.controls.avatar import Avatar
from desktop.controls.button import IconButton, text_button
from desktop.controls.pageframe import PageFrame
from desktop.room import Room
from engine.events import AssistantChanged, Event, LibraryChanged
from engine.types import Assistant, PageRequest


class AssistantCard(QFrame):
    """Avatar, name, a sentence; chat or edit."""

    chat_pressed = Signal(str)
    edit_pressed = Signal(str)

    def __init__(self, assistant: Assistant, model_name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.assistant = assistant
        name = assistant.name or self.tr("Assistant")
        avatar = Avatar(self, size=40)
        avatar.show_assistant(name, avatar_key(assistant))
        title = QLabel(name, self)
        title.setProperty("role", "heading")
        about = QLabel(_first_line(assistant.description or assistant.instructions or ""), self)
        about.setProperty("role", "muted")
        about.setWordWrap(True)
        about.setTextFormat(Qt.TextFormat.PlainText)
        about.setVisible(bool(about.text()))
        model = QLabel(model_name, self)
        model.setProperty("role", "small")
        self.chat = text_button("normal", self)
        self.chat.setText(self.tr("Chat"))
        self.chat.setAccessibleName(self.tr("Chat with {name}").format(name=name))
        self.chat.clicked.connect(lambda: self.chat_pressed.emit(assistant.id))
        self.edit = IconButton("pencil", self)
        self.edit.set_name(self.tr("Edit {name}").format(name=name))
        self.edit.clicked.connect(lambda: self.edit_pressed.emit(assistant.id))
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (title, about, model):
            words.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 14, 14, 14)
        row.setSpacing(14)
        row.addWidget(avatar, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.chat)
        row.addWidget(self.edit)


class AssistantsPage(PageFrame):
    """Switches between the list and the form."""

    chat_wanted = Signal(str)

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=720)
        self._room = room
        self._editing: str | None = None
        self._assistants: dict[str, Assistant] = {}
        self._model_names: dict[str, str] = {}
        self.cards: list[AssistantCard] = []
        self.new = text_button("primary", self)
        self.new.clicked.connect(lambda: self.edit(None))
        self.beside.addWidget(self.new)
        self._box = QVBoxLayout()
        self._box.setSpacing(10)
        self.column.addLayout(self._box)
        self.editor = AssistantEditor(self)
        self.editor.saved.connect(self._save)
        self.editor.closed.connect(self._close)
        self.editor.delete_wanted.connect(self._delete)
        self.column.addWidget(self.editor)
        self.column.addStretch(1)
        self.editor.hide()
        self._retranslate()

    def load(self) -> None:
        """Read assistants and the names of installed models."""
        engine = self._room.engine

        def op() -> tuple[list[Assistant], dict[str, str]]:
            found: list[Assistant] = []
            after: str | None = None
            while True:
                page = engine.assistants.list(PageRequest(limit=100, order="asc", after=after))
                found += page.items
                if not page.has_more:
                    break
                after = page.items[-1].id
            return found, {m.id: m.name for m in engine.models.installed() if m.kind == "chat"}

        def show(found: tuple[list[Assistant], dict[str, str]]) -> None:
            self._assistants = {a.id: a for a in found[0]}
            self._model_names = found[1]
            self._show()

        self._room.tasks.run(op, show, self._room.fail, owner=self)

    def take(self, events: tuple[Event, ...]) -> None:
        """Take a bundle of events."""
        if any(isinstance(e, AssistantChanged | LibraryChanged) for e in events):
            self.load()

    def edit(self, assistant_id: str | None) -> None:
        """Show the form for an assistant, or for a new one."""
        self._editing = assistant_id
        self._show_form(True)
        self.editor.edit(self._assistants.get(assistant_id or ""), list(self._model_names.items()))

    def _show_form(self, shown: bool) -> None:
        self.editor.setVisible(shown)
        self.new.setVisible(not shown)
        for card in self.cards:
            card.setVisible(not shown)
        self.verticalScrollBar().setValue(0)

    def _close(self) -> None:
        self._show_form(False)

    def _save(self, draft: Draft) -> None:
        engine, editing = self._room.engine, self._editing
        if editing is None:
            self._room.tasks.write(
                lambda: engine.assistants.create(**draft.fields), lambda _: self._close(), self._room.fail, owner=self
            )
        else:
            self._room.tasks.write(
                lambda: engine.assistants.update(editing, **draft.fields),
                lambda _: self._close(),
                self._room.fail,
                owner=self,
            )

    def _delete(self) -> None:
        assistant_id = self._editing
        assistant = self._assistants.get(assistant_id or "")
        if assistant is None or assistant_id is None:
            return
        self._close()
        card = next((c for c in self.cards if c.assistant.id == assistant_id), None)
        if card is not None:
            card.hide()
        engine, tasks, fail = self._room.engine, self._room.tasks, self._room.fail
        self._room.undoable(
            self.tr("{name} will be deleted. Its chats stay.").format(name=assistant.name or self.tr("Assistant")),
            self.load,
            lambda: tasks.write(lambda: engine.assistants.delete(assistant_id), None, fail),
        )

    def _show(self) -> None:
        for card in self.cards:
            self._box.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        for assistant in self._assistants.values():
            card = AssistantCard(assistant, self._model(assistant.model), self)
            card.chat_pressed.connect(self.chat_wanted)
            card.edit_pressed.connect(self.edit)
            card.setVisible(not self.editor.isVisibleTo(self))
            self._box.addWidget(card)
            self.cards.append(card)

    def _model(self, name: str) -> str:
        if name == DEFAULT_MODEL:
            return self.tr("The default model")
        return self._model_names.get(name, name)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
            self._show()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.say(
            self.tr("Assistants"),
            self.tr("An assistant is a model with instructions of its own. Any chat can switch between them."),
        )
        self.new.setText(self.tr("New assistant"))


def _first_line(text: str) -> str:
    line = text.strip().split("\n", 1)[0]
    return line if len(line) <= 140 else line[:139] + "…"
