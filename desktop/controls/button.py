"""Buttons: an outline icon that lights up under the pointer, and text buttons in the kinds the style sheet knows."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QWidget

from desktop import icons
from desktop.controls.pressable import Pressable
from desktop.theme import colour, colours

Kind = Literal["normal", "primary", "quiet", "danger", "link", "pill"]


class IconButton(Pressable):
    """A square button with an icon; `name` is both its accessible name and its tooltip."""

    def __init__(self, icon: str, parent: QWidget | None = None, *, size: int = 32, icon_size: int = 17) -> None:
        super().__init__(parent)
        self._icon = icon
        self._size = size
        self._icon_size = icon_size
        self._filled = False
        self._veiled = False
        self._raised = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(size, size)

    def set_name(self, name: str) -> None:
        """Say what the button does, to eyes and screen readers."""
        self.setAccessibleName(name)
        self.setToolTip(name)

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self.update()

    def set_filled(self, filled: bool) -> None:
        """Fill the button with the accent colour: the one thing to press."""
        self._filled = filled
        self.update()

    def set_raised(self, raised: bool) -> None:
        """Draw it as a round button that floats above what is under it."""
        self._raised = raised
        self.update()

    def set_veiled(self, veiled: bool) -> None:
        """Draw nothing until focused: for buttons that show up under the pointer but stay in the tab order."""
        if veiled != self._veiled:
            self._veiled = veiled
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._veiled and not self._ring:
            return
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        lit = self.isEnabled() and self.underMouse()
        if self._raised:
            painter.setPen(QPen(colour(c.line_strong), 1))
            painter.setBrush(colour(c.hover if lit else c.raised))
            painter.drawEllipse(box)
            icons.paint_centred(painter, self._icon, QRectF(self.rect()), self._icon_size, c.ink)
            return
        back, ink = self._tones(lit)
        painter.setPen(Qt.PenStyle.NoPen)
        if back:
            painter.setBrush(colour(back))
            painter.drawRoundedRect(box, 8, 8)
        if self._ring:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour(c.ink if self._filled else c.accent), 1.5))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        icons.paint_centred(painter, self._icon, QRectF(self.rect()), self._icon_size, ink)

    def _tones(self, lit: bool) -> tuple[str, str]:
        c = colours()
        if self._filled:
            if not self.isEnabled():
                return c.pressed, c.faint
            return (c.accent_hover if lit else c.accent), c.on_accent
        if not self.isEnabled():
            return "", c.faint
        back = c.pressed if self.isDown() or self.isChecked() else c.hover if lit else ""
        return back, c.ink if lit or self.isChecked() else c.muted


def text_button(kind: Kind = "normal", parent: QWidget | None = None) -> QPushButton:
    """Return a push button of a kind; its text is its accessible name."""
    button = QPushButton(parent)
    button.setProperty("kind", kind)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAutoDefault(False)
    return button
