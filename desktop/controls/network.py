"""Says truthfully at the top right whether anything is or was online."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop import wording
from desktop.theme import colour, colours
from desktop.traffic import Traffic


class NetworkNote(QWidget):
    """A dot and a sentence; hovering says what they mean."""

    def __init__(self, traffic: Traffic, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._traffic = traffic
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 4, 0)
        self._text = QLabel(self)
        self._text.setProperty("role", "muted")
        row.addWidget(self._text)
        self.refresh()

    def text(self) -> str:
        return self._text.text()

    def refresh(self) -> None:
        """Show the traffic as it is now."""
        traffic = self._traffic
        if traffic.online:
            text = self.tr("Online: downloading · {size} received").format(size=wording.size(traffic.received))
        elif traffic.used:
            text = self.tr("Offline · {size} of models downloaded").format(size=wording.size(traffic.received))
        else:
            text = self.tr("Offline · 0 bytes sent")
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(
            self.tr(
                "Fireside opens a connection only for downloads you start. What you write never leaves this computer."
            )
        )
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.refresh()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(c.accent if self._traffic.online else c.good))
        painter.drawEllipse(QRectF(3, self.height() / 2 - 4, 8, 8))
