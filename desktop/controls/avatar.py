"""The small tile that tells assistants apart: a letter in the assistant's own colour."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import icons
from desktop.colours import avatar_colours
from desktop.theme import colour, colours, ui_font

# Icons to choose from, in the order the picker shows them.
GLYPHS = (
    *("bot", "flame", "sun", "heart", "sprout", "leaf", "feather", "star"),
    *("graduation-cap", "book-open", "library", "file-search", "languages", "globe", "compass", "lightbulb"),
    *("chart-column", "calculator", "database", "code", "scale", "briefcase", "clipboard-list", "shield-alert"),
    *("stethoscope", "music", "camera", "palette", "coffee", "calendar", "rocket", "brain"),
)


def paint_avatar(painter: QPainter, rect: QRectF, name: str, key: str) -> None:
    """Draw the tile for an assistant: an icon or sign after the key's colon, else the name's first letter."""
    letter, tile = avatar_colours(key, colours())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(tile))
    radius = rect.width() * 0.29
    painter.drawRoundedRect(rect, radius, radius)
    glyph = key.partition(":")[2]
    if glyph in GLYPHS:
        icons.paint_centred(painter, glyph, rect, round(rect.width() * 0.56), letter)
        return
    painter.setPen(colour(letter))
    painter.setFont(ui_font(round(rect.width() * 0.5), weight=QFont.Weight.DemiBold))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, glyph[:2] or initial(name))


def initial(name: str) -> str:
    """Return the sign for a name: its first letter or character."""
    stripped = name.strip()
    return stripped[0].upper() if stripped else "F"


class Avatar(QWidget):
    """The tile as a widget of its own."""

    def __init__(self, parent: QWidget | None = None, *, size: int = 28) -> None:
        super().__init__(parent)
        self._size = size
        self._name = self._key = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(size, size)

    def show_assistant(self, name: str, key: str) -> None:
        self._name, self._key = name, key
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_avatar(QPainter(self), QRectF(self.rect()), self._name, self._key)
