"""The pill at the top of the sheet that says who answers, and lets one choose."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop import icons
from desktop.controls.avatar import paint_avatar
from desktop.theme import colour, colours, ui_font

_HEIGHT = 36
_MOST = 260.0


class AssistantChip(QAbstractButton):
    """Avatar, name and a chevron in a rounded outline."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = self._key = ""
        self._font = ui_font(15, weight=QFont.Weight.Medium)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(_HEIGHT)

    def show_assistant(self, name: str, key: str) -> None:
        self._name, self._key = name, key
        self.setAccessibleName(self.tr("Who answers: {name}").format(name=name))
        self.setToolTip(self.tr("Choose who answers"))
        self.setFixedWidth(self.sizeHint().width())
        self.update()

    def sizeHint(self) -> QSize:
        width = min(_MOST, QFontMetricsF(self._font).horizontalAdvance(self._name))
        return QSize(int(width) + 78, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(colour(c.accent if self.hasFocus() else c.line_strong), 1))
        painter.setBrush(colour(c.hover) if self.underMouse() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, _HEIGHT / 2, _HEIGHT / 2)
        paint_avatar(painter, QRectF(8, 7, 22, 22), self._name, self._key)
        painter.setFont(self._font)
        painter.setPen(colour(c.ink))
        name = QFontMetricsF(self._font).elidedText(self._name, Qt.TextElideMode.ElideRight, _MOST)
        painter.drawText(QRectF(40, 0, self.width() - 70, _HEIGHT), Qt.AlignmentFlag.AlignVCenter, name)
        icons.paint(painter, "chevron-down", QRectF(self.width() - 28, _HEIGHT / 2 - 8, 16, 16), c.muted)
