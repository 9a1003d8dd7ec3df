"""A table laid out as cells of running text, with hairlines and a tinted head."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from desktop.chat.render.blocks import Paragraph, Span, Table
from desktop.chat.render.flow import ParagraphFlow, TextStyle

_PAD_X = 12.0
_PAD_Y = 7.0
_LEAST = 56.0


class TableFlow:
    """Positions run through the cells in reading order, with one place between two cells."""

    above = 14.0

    def __init__(self, block: Table, style: TextStyle) -> None:
        self.block = block
        self._style = style
        self.height = 0.0
        self.columns = max((len(row) for row in block.rows), default=0)
        self._cells = [
            [self._cell(row, n, head=i == 0) for n in range(self.columns)] for i, row in enumerate(block.rows)
        ]
        self._widths: list[float] = []
        self._tops: list[float] = []
        self._starts: list[int] = []
        at = 0
        for cell in self._flat():
            self._starts.append(at)
            at += cell.length + 1
        self.length = max(0, at - 1)

    def _cell(self, row: tuple[tuple[Span, ...], ...], column: int, *, head: bool) -> ParagraphFlow:
        spans = row[column] if column < len(row) else ()
        if head:
            spans = tuple(replace(s, bold=True) for s in spans)
        return ParagraphFlow(Paragraph(spans), self._style)

    def _flat(self) -> list[ParagraphFlow]:
        return [cell for row in self._cells for cell in row]

    def lay_out(self, width: float) -> float:
        """Give columns their natural width, or share what there is; returns the height."""
        natural = [
            min(600.0, max((row[n].natural_width() for row in self._cells), default=0.0)) + 2 * _PAD_X + 1
            for n in range(self.columns)
        ]
        self._widths = _shared(natural, width)
        y = 0.0
        self._tops = [0.0]
        for row in self._cells:
            heights = [cell.lay_out(self._widths[n] - 2 * _PAD_X) for n, cell in enumerate(row)]
            for n, cell in enumerate(row):
                self._align(cell, n)
            y += max(heights, default=0.0) + 2 * _PAD_Y
            self._tops.append(y)
        self.height = y
        return y

    def _align(self, cell: ParagraphFlow, column: int) -> None:
        align = self.block.align[column] if column < len(self.block.align) else "left"
        if align != "left":
            cell.align_lines(align, self._widths[column] - 2 * _PAD_X)

    def paint(self, painter: QPainter, at: QPointF, selection: tuple[int, int] | None) -> None:
        c = self._style.colours
        frame = QRectF(at.x() + 0.5, at.y() + 0.5, sum(self._widths) - 1, self.height - 1)
        outline = QPainterPath()
        outline.addRoundedRect(frame, 8, 8)
        if len(self._tops) > 1:
            painter.save()
            painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
            painter.fillRect(QRectF(frame.x(), frame.y(), frame.width(), self._tops[1]), QColor(c.code_head))
            painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(c.line_strong), 1))
        painter.drawPath(outline)
        painter.setPen(QPen(QColor(c.line), 1))
        for top in self._tops[1:-1]:
            y = at.y() + round(top) + 0.5
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
        for start, cell, corner in self._placed():
            part = None
            if selection is not None:
                part = max(0, selection[0] - start), min(cell.length, selection[1] - start)
            cell.paint(painter, at + corner, part)

    def _placed(self) -> list[tuple[int, ParagraphFlow, QPointF]]:
        result = []
        for i, row in enumerate(self._cells):
            x = 0.0
            for n, cell in enumerate(row):
                start = self._starts[i * self.columns + n]
                result.append((start, cell, QPointF(x + _PAD_X, self._tops[i] + _PAD_Y)))
                x += self._widths[n]
        return result

    def hit(self, x: float, y: float) -> int:
        found = self._under(x, y)
        if found is None:
            return 0
        start, cell, corner = found
        return start + cell.hit(x - corner.x(), y - corner.y())

    def link_at(self, x: float, y: float) -> str | None:
        found = self._under(x, y)
        return found[1].link_at(x - found[2].x(), y - found[2].y()) if found else None

    @property
    def waits(self) -> bool:
        """Whether a formula in a cell is being drawn."""
        return any(cell.waits for cell in self._flat())

    def cite_at(self, x: float, y: float) -> tuple[int, QRectF] | None:
        """Return the number of the chip under a point, and its outline."""
        found = self._under(x, y)
        chip = found[1].cite_at(x - found[2].x(), y - found[2].y()) if found else None
        return (chip[0], chip[1].translated(found[2])) if found and chip else None

    def word_at(self, position: int) -> tuple[int, int]:
        index = max(0, bisect_right(self._starts, position) - 1)
        start, end = self._flat()[index].word_at(position - self._starts[index])
        return start + self._starts[index], end + self._starts[index]

    def copied(self, start: int, end: int) -> str:
        """Return the cells as tab-separated lines: what spreadsheets take."""
        rows: list[str] = []
        for i, row in enumerate(self._cells):
            pieces: list[str] = []
            for n, cell in enumerate(row):
                first = self._starts[i * self.columns + n]
                a, b = max(0, start - first), min(cell.length, end - first)
                if a <= b and not (a == b and cell.length):
                    pieces.append(cell.copied(a, b))
            if pieces:
                rows.append("\t".join(pieces))
        return "\n".join(rows)

    def _under(self, x: float, y: float) -> tuple[int, ParagraphFlow, QPointF] | None:
        if not self._cells or not self.columns:
            return None
        row = min(max(0, bisect_right(self._tops, y) - 1), len(self._cells) - 1)
        edge = 0.0
        column = self.columns - 1
        for n, width in enumerate(self._widths):
            edge += width
            if x < edge:
                column = n
                break
        return self._placed()[row * self.columns + column]


def _shared(natural: list[float], width: float) -> list[float]:
    """Shrink the widest columns first until the table fits; narrow ones keep what they need."""
    if sum(natural) <= width or not natural:
        return natural
    left, result = width, [0.0] * len(natural)
    order = sorted(range(len(natural)), key=lambda n: natural[n])
    for place, n in enumerate(order):
        fair = left / (len(natural) - place)
        result[n] = max(_LEAST, min(natural[n], fair))
        left -= result[n]
    return result
