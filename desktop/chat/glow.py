"""A soft light over a message that was looked for, so that the eye finds it; gone after a moment."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.theme import colour, colours

SHOWN_MS = 1600


class Glow(QWidget):
    """Lies over the message and lets every click through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def show_over(self, widget: QWidget) -> None:
        self.setGeometry(widget.geometry().adjusted(-12, -8, 12, 0))
        self.raise_()
        self.show()
        self._timer.start(SHOWN_MS)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(colours().accent, 0.10))
        painter.drawRoundedRect(QRectF(self.rect()), 14, 14)
