"""The end of the settings page: which Fireside this is, what is new in it, and what it is made of."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QTextBrowser, QVBoxLayout, QWidget

from desktop import licences, resources
from desktop.controls.button import text_button
from desktop.controls.pageframe import heading
from desktop.room import Room

_SIZE = (640, 560)


class AboutSection(QWidget):
    """A card with the version; the long texts are read when somebody wants them."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self.sheet: TextSheet | None = None
        self._version = licences.version()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._head = heading("", self)
        column.addSpacing(24)
        column.addWidget(self._head)
        column.addSpacing(8)
        card = QFrame(self)
        card.setObjectName("card")
        row = QHBoxLayout(card)
        row.setContentsMargins(18, 15, 14, 15)
        row.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(1)
        self._name = QLabel(card)
        self._name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._about = QLabel(card)
        self._about.setProperty("role", "small")
        self._about.setWordWrap(True)
        words.addWidget(self._name)
        words.addWidget(self._about)
        row.addLayout(words, 1)
        self.changes = text_button("normal", card)
        self.changes.clicked.connect(self._show_changes)
        self.licences = text_button("normal", card)
        self.licences.clicked.connect(self._show_licences)
        row.addWidget(self.changes, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.licences, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addWidget(card)
        self._retranslate()

    def _show_changes(self) -> None:
        language = self._room.translations.language
        path = resources.path("about", f"changes.{language}.md")
        title = self.tr("What is new")
        self._read(title, lambda: path.read_text("utf-8"), markdown=True)

    def _show_licences(self) -> None:
        lead = self.tr("Fireside is free under the Apache licence 2.0. It stands on:")
        title = self.tr("Licences")
        self._read(title, lambda: f"{lead}\n\n{licences.listed(licences.parts())}", markdown=False)

    def _read(self, title: str, read: Callable[[], str], *, markdown: bool) -> None:
        def show(text: str) -> None:
            self.sheet = TextSheet(title, text, self.window(), markdown=markdown)
            self.sheet.open()

        self._room.tasks.run(read, show, self._room.fail, owner=self)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self._head.setText(self.tr("About"))
        self._name.setText(self.tr("Fireside {version}").format(version=self._version).strip())
        self._about.setText(self.tr("Private assistants on your own computer."))
        self.changes.setText(self.tr("What is new"))
        self.licences.setText(self.tr("Licences"))


class TextSheet(QDialog):
    """A long text to read, and a way out."""

    def __init__(self, title: str, text: str, parent: QWidget, *, markdown: bool) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(*_SIZE)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(heading(title, self))
        self.text = QTextBrowser(self)
        self.text.setObjectName("diff")
        self.text.setAccessibleName(title)
        self.text.setOpenLinks(False)
        if markdown:
            self.text.setMarkdown(text)
        else:
            self.text.setPlainText(text)
        column.addWidget(self.text, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        self.done_button = text_button("primary", self)
        self.done_button.setText(self.tr("Close"))
        self.done_button.clicked.connect(self.accept)
        row.addWidget(self.done_button)
        column.addLayout(row)
