"""The assistants there are, and samples that are one press away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.chat.turns import avatar_key
from desktop.controls.avatar import Avatar
from desktop.controls.button import IconButton, text_button
from desktop.controls.pageframe import PageFrame, heading
from engine.service.samples import Sample
from engine.types import Assistant

SUFFIX = ".fireside"
_COLUMNS = 2


class AssistantCard(QFrame):
    """Tile, name, a sentence; chat, edit, and more."""

    chat_pressed = Signal(str)
    edit_pressed = Signal(str)
    more_pressed = Signal(object, str)

    def __init__(self, assistant: Assistant, model_name: str, drafted: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.assistant = assistant
        name = assistant.name or self.tr("Assistant")
        avatar = Avatar(self, size=40)
        avatar.show_assistant(name, avatar_key(assistant))
        title = QLabel(name, self)
        title.setProperty("role", "heading")
        title.setTextFormat(Qt.TextFormat.PlainText)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(title)
        if drafted:
            draft = QLabel(self.tr("unsaved changes"), self)
            draft.setProperty("role", "tag-accent")
            head.addWidget(draft)
        head.addStretch(1)
        about = QLabel(_first_line(assistant.description or assistant.instructions or ""), self)
        about.setProperty("role", "muted")
        about.setWordWrap(True)
        about.setTextFormat(Qt.TextFormat.PlainText)
        about.setVisible(bool(about.text()))
        facts = QLabel(" · ".join([model_name, *self._tools(assistant)]), self)
        facts.setProperty("role", "small")
        self.chat = text_button("normal", self)
        self.chat.setText(self.tr("Chat"))
        self.chat.setAccessibleName(self.tr("Chat with {name}").format(name=name))
        self.chat.clicked.connect(lambda: self.chat_pressed.emit(assistant.id))
        self.edit = IconButton("pencil", self)
        self.edit.set_name(self.tr("Edit {name}").format(name=name))
        self.edit.clicked.connect(lambda: self.edit_pressed.emit(assistant.id))
        self.more = IconButton("ellipsis", self)
        self.more.set_name(self.tr("More about {name}").format(name=name))
        self.more.clicked.connect(lambda: self.more_pressed.emit(self.more, assistant.id))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(head)
        words.addWidget(about)
        words.addWidget(facts)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 14, 12, 14)
        row.setSpacing(14)
        row.addWidget(avatar, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.chat)
        row.addSpacing(-8)
        row.addWidget(self.edit)
        row.addSpacing(-8)
        row.addWidget(self.more)

    def _tools(self, assistant: Assistant) -> list[str]:
        kinds = {tool.get("type") for tool in assistant.tools}
        functions = sum(tool.get("type") == "function" for tool in assistant.tools)
        return [
            *([self.tr("runs Python")] if "code_interpreter" in kinds else []),
            *([self.tr("searches files")] if "file_search" in kinds else []),
            *([self.tr("{n} functions").format(n=functions)] if functions > 1 else []),
            *([self.tr("1 function")] if functions == 1 else []),
        ]


class SampleCard(QFrame):
    """One sample, or a group of them told apart by their tiles; pressed anywhere, it is there."""

    chosen = Signal(str)

    def __init__(self, sample: Sample, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.sample = sample
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        tiles = QHBoxLayout()
        tiles.setSpacing(4)
        for each in sample.members or (sample,):
            tile = Avatar(self, size=26 if sample.members else 34)
            tile.show_assistant(each.name, f"{each.avatar}:{each.glyph}")
            tiles.addWidget(tile)
        tiles.addStretch(1)
        self.take = text_button("link", self)
        self.take.setText(self.tr("Take them") if sample.members else self.tr("Try it"))
        self.take.setAccessibleName(f"{self.take.text()}: {sample.name}")
        self.take.clicked.connect(lambda: self.chosen.emit(sample.id))
        tiles.addWidget(self.take)
        title = QLabel(sample.name, self)
        title.setProperty("role", "strong")
        about = QLabel(sample.description, self)
        about.setProperty("role", "muted")
        about.setWordWrap(True)
        about.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 10, 14)
        column.setSpacing(4)
        column.addLayout(tiles)
        column.addSpacing(4)
        column.addWidget(title)
        column.addWidget(about, 1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.sample.id)


class Gallery(PageFrame):
    """Emits what was pressed; the page knows the engine."""

    chat_wanted = Signal(str)
    edit_wanted = Signal(str)
    more_wanted = Signal(object, str)
    sample_wanted = Signal(str)
    new_wanted = Signal()
    import_wanted = Signal()
    file_dropped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=760)
        self.setAcceptDrops(True)
        self._shown: tuple[tuple[Assistant, ...], tuple[Sample, ...], dict[str, str], frozenset[str]] | None = None
        self.cards: list[AssistantCard] = []
        self.samples: list[SampleCard] = []
        self.importing = text_button("quiet", self)
        self.importing.clicked.connect(self.import_wanted)
        self.new = text_button("primary", self)
        self.new.clicked.connect(self.new_wanted)
        self.beside.addWidget(self.importing)
        self.beside.addWidget(self.new)
        self._box = QVBoxLayout()
        self._box.setSpacing(10)
        self.column.addLayout(self._box)
        self._samples_head = heading("", self)
        self._samples_lead = QLabel(self)
        self._samples_lead.setProperty("role", "muted")
        self._grid = QGridLayout()
        self._grid.setSpacing(10)
        self.column.addSpacing(26)
        self.column.addWidget(self._samples_head)
        self.column.addWidget(self._samples_lead)
        self.column.addSpacing(12)
        self.column.addLayout(self._grid)
        self.column.addStretch(1)
        self._retranslate()

    def show_all(
        self,
        assistants: tuple[Assistant, ...],
        samples: tuple[Sample, ...],
        model_names: dict[str, str],
        drafted: frozenset[str],
    ) -> None:
        """Show cards for these."""
        self._shown = (assistants, samples, model_names, drafted)
        for old in (*self.cards, *self.samples):
            old.hide()
            old.setParent(None)
            old.deleteLater()
        self.cards, self.samples = [], []
        for assistant in assistants:
            card = AssistantCard(assistant, self._model(assistant.model), assistant.id in drafted, self)
            card.chat_pressed.connect(self.chat_wanted)
            card.edit_pressed.connect(self.edit_wanted)
            card.more_pressed.connect(self.more_wanted)
            self._box.addWidget(card)
            self.cards.append(card)
        for number, sample in enumerate(samples):
            shown = SampleCard(sample, self)
            shown.chosen.connect(self.sample_wanted)
            span = _COLUMNS if sample.members and number % _COLUMNS == 0 else 1
            self._grid.addWidget(shown, number // _COLUMNS, number % _COLUMNS, 1, span)
            self.samples.append(shown)
        self._samples_head.setVisible(bool(samples))
        self._samples_lead.setVisible(bool(samples))

    def card(self, assistant_id: str) -> AssistantCard | None:
        return next((card for card in self.cards if card.assistant.id == assistant_id), None)

    def _model(self, name: str) -> str:
        if name == "default":
            return self.tr("The default model")
        return self._shown[2].get(name, name) if self._shown else name

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.toLocalFile().endswith(SUFFIX) for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            if url.toLocalFile().endswith(SUFFIX):
                self.file_dropped.emit(url.toLocalFile())
                return

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.say(
            self.tr("Assistants"),
            self.tr("An assistant is a model with instructions of its own. Any chat can switch between them."),
        )
        self.new.setText(self.tr("New assistant"))
        self.importing.setText(self.tr("Import…"))
        self.importing.setToolTip(self.tr("A .fireside file; dropping it onto this page works too"))
        self._samples_head.setText(self.tr("Samples"))
        self._samples_lead.setText(self.tr("Ready to use, and yours to change."))


def _first_line(text: str) -> str:
    line = text.strip().split("\n", 1)[0]
    return line if len(line) <= 140 else line[:139] + "…"
