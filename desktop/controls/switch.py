"""An on/off switch; the keyboard and screen readers see a check box."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.theme import colour, colours


class Switch(QCheckBox):
    """Paints itself; its accessible name is set by the page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(40, 24)

    def sizeHint(self) -> QSize:
        return QSize(40, 24)

    def hitButton(self, _pos: object) -> bool:
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(1, 1, 38, 22)
        painter.setPen(QPen(colour(c.accent if self.hasFocus() else c.line_strong), 1.2))
        painter.setBrush(colour(c.accent if self.isChecked() else c.pressed))
        painter.drawRoundedRect(track, 11, 11)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(c.knob))
        x = 19 if self.isChecked() else 4
        painter.drawEllipse(QRectF(x, 4, 16, 16))
