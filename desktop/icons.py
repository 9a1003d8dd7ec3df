"""Draws the outline icons in any colour and size, sharp at every scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop import resources
from desktop.theme import colours

_SCALES = (1.0, 2.0, 3.0)


def paint(painter: QPainter, name: str, rect: QRectF, colour: str) -> None:
    """Draw the icon into the rectangle."""
    _renderer(name, colour).render(painter, rect)


def paint_centred(painter: QPainter, name: str, area: QRectF, size: int, colour: str) -> None:
    """Draw the icon of `size` pixels in the middle of an area."""
    corner = area.center() - QPointF(size / 2, size / 2)
    paint(painter, name, QRectF(corner.x(), corner.y(), size, size), colour)


def icon(name: str, colour: str | None = None, size: int = 16) -> QIcon:
    """Return a QIcon for menus and native places; take a new one after a change of theme."""
    result = QIcon()
    for scale in _SCALES:
        pixmap = QPixmap(QSize(size, size) * scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint(painter, name, QRectF(pixmap.rect()), colour or colours().muted)
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        result.addPixmap(pixmap)
    return result


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    text = resources.path("icons", f"{name}.svg").read_text("utf-8").replace("currentColor", colour)
    return QSvgRenderer(QByteArray(text.encode()))
