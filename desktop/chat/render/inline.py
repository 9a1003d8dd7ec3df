"""Things that stand in a line of text and are painted: number chips of sources, and formulas."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextCharFormat

from desktop.chat.render.formulas import Drawn
from desktop.colours import Colours
from desktop.theme import ui_font

# One no-break space as wide as the thing: no line begins with a chip, and no full stop stands alone after one.
PLACE = "\u00a0"
_GAP = 3.0


@dataclass(slots=True)
class Inline:
    """One thing at a position of the text; `copied` is what copying gives for it. Sizes in pixels."""

    at: int
    copied: str
    width: float
    cite: int = 0
    drawn: Drawn | None = None
    rise: float = 0.0
    fall: float = 0.0

    def shape(self, font: QFont) -> QTextCharFormat:
        """Return the format that makes the no-break space as wide as the thing."""
        wide = QFont(font)
        wide.setLetterSpacing(
            QFont.SpacingType.AbsoluteSpacing, self.width - QFontMetricsF(font).horizontalAdvance(PLACE)
        )
        manner = QTextCharFormat()
        manner.setFont(wide)
        return manner

    def paint(self, painter: QPainter, x: float, baseline: float, pixels: int, colours: Colours, ink: QColor) -> None:
        """Draw it with its left edge at `x` on a baseline."""
        if self.drawn is not None:
            self.drawn.paint(painter, QRectF(x + 1, baseline - self.rise, self.width - 2, self.rise + self.fall), ink)
            return
        box = self.box(x, baseline, pixels)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.accent_soft))
        painter.drawRoundedRect(box, 5, 5)
        painter.setFont(_chip_font(pixels))
        painter.setPen(QColor(colours.accent_ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(self.cite))

    def box(self, x: float, baseline: float, pixels: int) -> QRectF:
        """Return the outline of a chip."""
        height = round(pixels * 1.12)
        return QRectF(x + _GAP, round(baseline - pixels * 0.92), self.width - _GAP, height)


def chip(at: int, number: int, pixels: int) -> Inline:
    """Return the chip of a source."""
    digits = QFontMetricsF(_chip_font(pixels)).horizontalAdvance(str(number))
    return Inline(at, f"[{number}]", max(digits + 9, pixels * 1.05) + _GAP, cite=number)


def formula(at: int, written: str, drawn: Drawn, pixels: int, room: float) -> Inline:
    """Return a formula in the size of the text, smaller if there is no room for it."""
    scale = pixels * drawn.per_pixel
    scale *= min(1.0, room / max(1.0, drawn.width * scale + 2))
    return Inline(
        at,
        written,
        drawn.width * scale + 2,
        drawn=drawn,
        rise=drawn.ascent * scale,
        fall=(drawn.height - drawn.ascent) * scale,
    )


def _chip_font(pixels: int) -> QFont:
    return ui_font(max(9, round(pixels * 0.74)), weight=QFont.Weight.Medium)
