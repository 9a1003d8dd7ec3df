"""A slim bar for progress, and a calm pulse for work without a measure."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme import colour, colours

_TICK_MS = 120
_STEPS = 12


class Bar(QWidget):
    """Shows a fraction from 0 to 1; `set_paused` turns it grey."""

    def __init__(self, parent: QWidget | None = None, *, height: int = 6) -> None:
        super().__init__(parent)
        self._height = height
        self._fraction = 0.0
        self._paused = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(height)

    @property
    def fraction(self) -> float:
        return self._fraction

    def set_fraction(self, fraction: float) -> None:
        self._fraction = min(1.0, max(0.0, fraction))
        self.setAccessibleDescription(f"{self._fraction:.0%}")
        self.update()

    def set_paused(self, paused: bool) -> None:
        self._paused = paused
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, self._height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self._height / 2
        painter.setBrush(colour(c.pressed))
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        if self._fraction > 0:
            painter.setBrush(colour(c.faint if self._paused else c.accent))
            width = max(float(self._height), self.width() * self._fraction)
            painter.drawRoundedRect(QRectF(0, 0, width, self._height), radius, radius)


class Pulse(QWidget):
    """An ember that breathes while something is at work; it costs nothing while hidden."""

    def __init__(self, parent: QWidget | None = None, *, size: int = 14) -> None:
        super().__init__(parent)
        self._step = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.setFixedSize(size, size)

    def showEvent(self, event: QShowEvent) -> None:
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def _tick(self) -> None:
        self._step = (self._step + 1) % _STEPS
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        swing = abs(self._step - _STEPS / 2) / (_STEPS / 2)
        side = self.width()
        painter.setBrush(colour(colours().accent, 0.25))
        painter.drawEllipse(QRectF(0, 0, side, side))
        size = side * (0.45 + 0.3 * swing)
        painter.setBrush(colour(colours().accent))
        painter.drawEllipse(QRectF((side - size) / 2, (side - size) / 2, size, size))
