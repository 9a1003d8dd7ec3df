"""The frame of a page with a title, a lead and a centred column that scrolls."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

COLUMN = 780


class PageFrame(QScrollArea):
    """Pages add their widgets to `column` and buttons beside the title to `beside`; `head` is the row of the title."""

    def __init__(self, parent: QWidget | None = None, *, width: int = COLUMN) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        canvas = QWidget()
        canvas.setObjectName("canvas")
        outer = QHBoxLayout(canvas)
        outer.setContentsMargins(28, 24, 28, 32)
        outer.addStretch(1)
        inner = QWidget(canvas)
        inner.setMaximumWidth(width)
        inner.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        outer.addWidget(inner, 1000)
        outer.addStretch(1)
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.head = head = QHBoxLayout()
        head.setSpacing(8)
        self._title = QLabel(inner)
        self._title.setProperty("role", "title")
        head.addWidget(self._title, 1)
        self.beside = QHBoxLayout()
        self.beside.setSpacing(8)
        head.addLayout(self.beside)
        self.column.addLayout(head)
        self.column.addSpacing(4)
        self._lead = QLabel(inner)
        self._lead.setProperty("role", "muted")
        self._lead.setWordWrap(True)
        self.column.addWidget(self._lead)
        self.column.addSpacing(20)
        self.setWidget(canvas)

    def say(self, title: str, lead: str) -> None:
        """Take the words in the current language."""
        self._title.setText(title)
        self._lead.setText(lead)
        self._lead.setVisible(bool(lead))
        self.setAccessibleName(title)


def heading(text: str, parent: QWidget) -> QLabel:
    """Return the heading of a section."""
    label = QLabel(text, parent)
    label.setProperty("role", "heading")
    return label
