"""A formula on a line of its own, in the middle; written in letters and signs where it cannot be drawn."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from desktop.chat.render import mathwords
from desktop.chat.render.blocks import Formula, Paragraph, Span
from desktop.chat.render.flow import ParagraphFlow, TextStyle

_PAD = 4.0
_LARGER = 1.08


class FormulaFlow:
    """One position long: a formula is selected as a whole, and copied as it was written."""

    above = 12.0
    length = 1

    def __init__(self, block: Formula, style: TextStyle) -> None:
        self.block = block
        self._style = style
        formulas = style.formulas
        self._drawn, known = formulas.get(block.source, display=True) if formulas else (None, True)
        self.waits = not known
        self._words = ParagraphFlow(Paragraph((Span(mathwords.readable(block.source)),)), style)
        self._area = QRectF()
        self._width = 0.0

    def lay_out(self, width: float) -> float:
        """Take a width; returns the height."""
        self._width = width
        if self._drawn is None:
            natural = min(width, self._words.natural_width())
            height = self._words.lay_out(natural)
            self._area = QRectF((width - natural) / 2, _PAD, natural, height)
            return height + 2 * _PAD
        scale = self._style.pixels * self._drawn.per_pixel * _LARGER
        scale *= min(1.0, width / max(1.0, self._drawn.width * scale))
        across, down = self._drawn.width * scale, self._drawn.height * scale
        self._area = QRectF((width - across) / 2, _PAD, across, down)
        return float(down + 2 * _PAD)

    def paint(self, painter: QPainter, at: QPointF, selection: tuple[int, int] | None) -> None:
        """Draw with the top left corner at a point."""
        c = self._style.colours
        area = self._area.translated(at)
        if selection is not None and selection[0] < selection[1]:
            painter.fillRect(area.adjusted(-3, -2, 3, 2), QColor(c.selection))
        if self._drawn is None:
            self._words.paint(painter, area.topLeft(), None)
        else:
            self._drawn.paint(painter, area, QColor(c.ink))

    def hit(self, x: float, _y: float) -> int:
        return int(x > self._area.center().x())

    def link_at(self, _x: float, _y: float) -> str | None:
        return None

    def cite_at(self, _x: float, _y: float) -> tuple[int, QRectF] | None:
        return None

    def word_at(self, _position: int) -> tuple[int, int]:
        return 0, 1

    def copied(self, start: int, end: int) -> str:
        return self.block.text if start < end else ""
