"""A drop-down list with our own chevron, wide enough for its words and deaf to the wheel unless focused."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QListView, QWidget

from desktop import icons
from desktop.theme import colours


class Choice(QComboBox):
    """Entries are (value, words); the value comes back from `value`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setView(QListView(self))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def fill(self, entries: list[tuple[str, str]], chosen: str) -> None:
        """Replace the entries without telling anyone."""
        self.blockSignals(True)
        self.clear()
        for value, words in entries:
            self.addItem(words, value)
        self.setCurrentIndex(max(0, self.findData(chosen)))
        self.blockSignals(False)

    def value(self) -> str:
        return str(self.currentData() or "")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A page that scrolls must not change what lies under the pointer."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        place = QRectF(self.width() - 26, self.height() / 2 - 8, 16, 16)
        icons.paint(painter, "chevron-down", place, colours().muted if self.isEnabled() else colours().faint)
