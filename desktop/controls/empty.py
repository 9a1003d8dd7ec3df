"""An empty page: an icon, what will appear here, and the one next step."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop import icons
from desktop.controls.button import text_button
from desktop.theme import colour, colours


class IconTile(QWidget):
    """A large tinted tile with an icon."""

    def __init__(self, icon: str, parent: QWidget | None = None, *, size: int = 64) -> None:
        super().__init__(parent)
        self._icon = icon
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(size, size)

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(c.accent_soft))
        painter.drawRoundedRect(QRectF(self.rect()), self._size * 0.28, self._size * 0.28)
        icons.paint_centred(painter, self._icon, QRectF(self.rect()), round(self._size * 0.44), c.accent_ink)


class EmptyState(QWidget):
    """Words in the middle of a page; the button is hidden unless it has a text."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(0)
        column.addStretch(2)
        column.addWidget(IconTile(icon, self), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(20)
        self.title = QLabel(self)
        self.title.setProperty("role", "title")
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.title)
        column.addSpacing(8)
        self.text = QLabel(self)
        self.text.setProperty("role", "lead")
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setWordWrap(True)
        self.text.setFixedWidth(460)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.text)
        row.addStretch(1)
        column.addLayout(row)
        column.addSpacing(20)
        self.button: QPushButton = text_button("primary", self)
        self.button.hide()
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def say(self, title: str, text: str, button: str = "") -> None:
        """Take the words in the current language."""
        self.title.setText(title)
        self.text.setText(text)
        self.button.setText(button)
        self.button.setVisible(bool(button))
