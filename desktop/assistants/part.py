"""Pieces that forms of assistants are made of: labelled fields, and a growing text field that can be undone."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.controls.switch import Switch
from engine.recipes import Recipe


class Part(QWidget):
    """A group of fields under a heading: shows its share of a recipe and gives it back changed."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: dict[str, QLabel] = {}
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)

    def share(self, recipe: Recipe) -> Recipe:
        """Return the recipe with what this part holds."""
        raise NotImplementedError

    def retranslate(self) -> None:
        """Take the words in the current language."""
        raise NotImplementedError

    def label(self, key: str, buddy: QWidget | None = None, role: str = "strong") -> QLabel:
        """Return a new label that `say` finds again."""
        label = QLabel(self)
        label.setProperty("role", role)
        label.setWordWrap(role == "small")
        if buddy is not None:
            label.setBuddy(buddy)
        self._labels[key] = label
        return label

    def words(self, **words: str) -> None:
        """Set the texts of labels; a label's buddy gets its text as accessible name."""
        for key, text in words.items():
            label = self._labels[key]
            label.setText(text)
            buddy = label.buddy()
            if buddy is not None:
                buddy.setAccessibleName(text)

    def switch_row(self, key: str, switch: Switch) -> QHBoxLayout:
        """Return a row: a title and a hint at the left (`key`, `key_hint`), a switch at the right."""
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(self.label(key, switch))
        texts.addWidget(self.label(f"{key}_hint", role="small"))
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addLayout(texts, 1)
        row.addWidget(switch, 0, Qt.AlignmentFlag.AlignVCenter)
        return row

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)


class TextField(QPlainTextEdit):
    """Plain text of several lines; what the program writes can be undone like what the person wrote."""

    def __init__(self, parent: QWidget | None = None, *, height: int = 84) -> None:
        super().__init__(parent)
        self.setObjectName("field")
        self.setTabChangesFocus(True)
        self.setFixedHeight(height)

    def text(self) -> str:
        return self.toPlainText()

    def set_text(self, text: str) -> None:
        """Put a text in the place of another one; a text that only grows keeps the view at its end."""
        now = self.toPlainText()
        if text == now:
            return
        cursor = self.textCursor()
        if now and text.startswith(now):
            cursor.movePosition(cursor.MoveOperation.End)
            cursor.insertText(text[len(now) :])
        else:
            cursor.select(cursor.SelectionType.Document)
            cursor.insertText(text)
            if not self.hasFocus():
                self.moveCursor(cursor.MoveOperation.Start)  # a long text is read from its beginning

    def sizeHint(self) -> QSize:
        return QSize(320, self.height())


def set_line(line: QLineEdit, text: str) -> None:
    """Put a text into a line so that Ctrl+Z brings the old one back."""
    if line.text() != text:
        line.selectAll()
        line.insert(text)
        if not line.hasFocus():
            line.setCursorPosition(0)  # a long text is read from its beginning
