"""Paints who says something: avatar, name and time above the first piece of an answer."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from desktop import wording
from desktop.chat.turns import Turn
from desktop.controls.avatar import paint_avatar
from desktop.theme import colour, colours, ui_font

LEFT = 42.0
HEIGHT = 27.0
_AVATAR = 28


def paint_head(painter: QPainter, turn: Turn) -> None:
    """Draw the head of an answer at the top left."""
    name = turn.name or QCoreApplication.translate("MessageItem", "Assistant")
    paint_avatar(painter, QRectF(0, 0, _AVATAR, _AVATAR), name, turn.avatar)
    painter.setFont(ui_font(14, weight=QFont.Weight.DemiBold))
    painter.setPen(colour(colours().strong))
    painter.drawText(QPointF(LEFT, 18), name)
    x = LEFT + QFontMetricsF(painter.font()).horizontalAdvance(name)
    painter.setFont(ui_font(12))
    painter.setPen(colour(colours().muted))
    painter.drawText(QPointF(x + 8, 18), wording.clock(turn.at))
