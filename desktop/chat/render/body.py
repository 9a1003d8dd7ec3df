"""The body of one message: blocks stacked under each other, painted, selected and copied as one text."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QWidget

from desktop.chat.render.blocks import Block, Code, Formula, Paragraph, Rule, Table
from desktop.chat.render.code import CodeBlock
from desktop.chat.render.display import FormulaFlow
from desktop.chat.render.flow import ParagraphFlow, TextStyle
from desktop.chat.render.table import TableFlow

Place = tuple[int, int]  # (number of the block, position in it)


class RuleFlow:
    """A line across; nothing in it can be selected."""

    above = 20.0
    length = 0

    def __init__(self, block: Rule, style: TextStyle) -> None:
        self.block = block
        self._style = style
        self._width = 0.0

    def lay_out(self, width: float) -> float:
        self._width = width
        return 9.0

    def paint(self, painter: QPainter, at: QPointF, _selection: Place | None) -> None:
        painter.fillRect(QRectF(at.x(), at.y() + 4, self._width, 1), QColor(self._style.colours.line_strong))

    def hit(self, _x: float, _y: float) -> int:
        return 0

    def link_at(self, _x: float, _y: float) -> str | None:
        return None

    def cite_at(self, _x: float, _y: float) -> tuple[int, QRectF] | None:
        return None

    def word_at(self, _position: int) -> tuple[int, int]:
        return 0, 0

    def copied(self, _start: int, _end: int) -> str:
        return "---"


Flow = ParagraphFlow | TableFlow | RuleFlow | FormulaFlow | CodeBlock


@dataclass(slots=True)
class _Row:
    """One block with its flow and where it lies."""

    block: Block
    flow: Flow
    top: float = 0.0
    height: float = -1.0


class MessageBody(QWidget):
    """Shows blocks. `layouts` counts how often a block was laid out: streaming must not lay out old ones."""

    link_pressed = Signal(str)
    cite_pressed = Signal(int)
    cite_hovered = Signal(int, QRect)
    grew = Signal()

    def __init__(self, parent: QWidget | None = None, *, style: TextStyle | None = None) -> None:
        super().__init__(parent)
        self._style = style or TextStyle.now()
        self._rows: list[_Row] = []
        self._width = 0.0
        self._height = 0.0
        self._anchor: Place | None = None
        self._caret: Place | None = None
        self._over = 0
        self.layouts = 0
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(row.block for row in self._rows)

    @property
    def natural_width(self) -> float:
        """Return the width of the longest line of the paragraphs."""
        return max((r.flow.natural_width() for r in self._rows if isinstance(r.flow, ParagraphFlow)), default=0.0)

    def set_blocks(self, blocks: tuple[Block, ...], *, same: int = 0) -> None:
        """Show blocks; those that did not change keep their layout. The first `same` are known to be shown already."""
        same = min(same, len(self._rows))
        for row, block in zip(self._rows[same:], blocks[same:], strict=False):
            if row.block is not block and row.block != block:
                break
            same += 1
        old = self._rows[same:]
        self._rows = self._rows[:same]
        for number, block in enumerate(blocks[same:]):
            former = old[number] if number < len(old) else None
            if (
                former is not None
                and isinstance(former.flow, CodeBlock)
                and isinstance(block, Code)
                and _same_fence(former.flow.block, block)
            ):
                former.flow.set_block(block)
                self._rows.append(_Row(block, former.flow))
                old[number] = _Row(block, RuleFlow(Rule(), self._style))
            else:
                self._rows.append(_Row(block, self._flow(block)))
        for row in old:
            if isinstance(row.flow, CodeBlock):
                row.flow.hide()
                row.flow.deleteLater()
        if self._anchor is not None and max(self._anchor[0], (self._caret or self._anchor)[0]) >= len(self._rows):
            self._anchor = self._caret = None
        self._stack(same)

    def text(self) -> str:
        """Return everything as it is copied."""
        return self._between((0, 0), (len(self._rows) - 1, self._rows[-1].flow.length)) if self._rows else ""

    def lay_out(self, width: float) -> float:
        """Take a width; returns the height."""
        if width != self._width:
            self._width = width
            for row in self._rows:
                row.height = -1.0
            self._stack(0)
        return self._height

    def restyle(self, style: TextStyle) -> None:
        """Take the fonts and colours of another theme."""
        self._style = style
        for row in self._rows:
            if isinstance(row.flow, CodeBlock):
                row.flow.set_style(style)
            else:
                row.flow = self._flow(row.block)
                row.height = -1.0
        self._stack(0)

    def _flow(self, block: Block) -> Flow:
        match block:
            case Paragraph():
                return ParagraphFlow(block, self._style)
            case Code():
                code = CodeBlock(block, self._style, self)
                code.show()
                return code
            case Table():
                return TableFlow(block, self._style)
            case Rule():
                return RuleFlow(block, self._style)
            case Formula():
                return FormulaFlow(block, self._style)

    def take_formulas(self) -> None:
        """Lay out again the blocks that waited for a formula to be drawn."""
        first = len(self._rows)
        for number, row in enumerate(self._rows):
            if getattr(row.flow, "waits", False):
                row.flow, row.height = self._flow(row.block), -1.0
                first = min(first, number)
        if first < len(self._rows):
            self._stack(first)

    def _stack(self, first: int) -> None:
        """Lay out what has no height yet and place everything from a block on."""
        if not self._width:
            return
        before = self._height
        y = 0.0
        if first:
            y = self._rows[first - 1].top + self._rows[first - 1].height
        for number in range(first, len(self._rows)):
            row = self._rows[number]
            indent = self._left(row)
            if row.height < 0:
                row.height = row.flow.lay_out(self._width - indent)
                self.layouts += 1
            row.top = y + (_gap(self._rows[number - 1].block, row) if number else 0.0)
            if isinstance(row.flow, CodeBlock):
                row.flow.move(int(indent), int(row.top))
            y = row.top + row.height
        self._height = float(int(y + 0.999))
        self.resize(int(self._width), int(self._height))
        top = int(self._rows[first].top) if first < len(self._rows) else 0
        self.update(0, top, self.width(), self.height() - top)
        if self._height != before:
            self.grew.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top, bottom = event.rect().top(), event.rect().bottom()
        for number, row in enumerate(self._rows):
            part = self._part(number)
            if isinstance(row.flow, CodeBlock):
                row.flow.set_selection(part)
            elif row.top <= bottom and row.top + row.height >= top:
                row.flow.paint(painter, QPointF(self._left(row), row.top), part)

    # Selecting and copying.

    @property
    def selected(self) -> str:
        """Return the selected text."""
        ends = self._ends()
        return self._between(*ends) if ends else ""

    def select_all(self) -> None:
        if self._rows:
            self._anchor, self._caret = (0, 0), (len(self._rows) - 1, self._rows[-1].flow.length)
            self.update()

    def clear_selection(self) -> None:
        if self._anchor is not None:
            self._anchor = self._caret = None
            self.update()

    def _ends(self) -> tuple[Place, Place] | None:
        if self._anchor is None or self._caret is None or self._anchor == self._caret:
            return None
        return min(self._anchor, self._caret), max(self._anchor, self._caret)

    def _part(self, number: int) -> tuple[int, int] | None:
        ends = self._ends()
        if ends is None or not ends[0][0] <= number <= ends[1][0]:
            return None
        start = ends[0][1] if number == ends[0][0] else 0
        end = ends[1][1] if number == ends[1][0] else self._rows[number].flow.length
        return start, end

    def _between(self, start: Place, end: Place) -> str:
        pieces: list[str] = []
        for number in range(start[0], end[0] + 1):
            row = self._rows[number]
            a = start[1] if number == start[0] else 0
            b = end[1] if number == end[0] else row.flow.length
            if number > start[0]:
                item = isinstance(row.block, Paragraph) and row.block.marker
                pieces.append("\n" if item else "\n\n")
            pieces.append(row.flow.copied(a, b))
        return "".join(pieces)

    def _place(self, point: QPointF) -> Place:
        found = 0
        for number, row in enumerate(self._rows):
            if row.top > point.y():
                break
            found = number
        row = self._rows[found]
        if point.y() > row.top + row.height:
            return found, row.flow.length
        return found, row.flow.hit(point.x() - self._left(row), point.y() - row.top)

    def _left(self, row: _Row) -> float:
        return row.block.depth * 26.0 if isinstance(row.block, Table | Code | Formula) else 0.0

    def link_at(self, point: QPointF) -> str | None:
        """Return the address under a point."""
        for row in self._rows:
            if row.top <= point.y() <= row.top + row.height:
                return row.flow.link_at(point.x() - self._left(row), point.y() - row.top)
        return None

    def cite_at(self, point: QPointF) -> tuple[int, QRect] | None:
        """Return the number of the chip under a point, and its outline in this widget."""
        for row in self._rows:
            if row.top - 4 <= point.y() <= row.top + row.height + 4:
                left = self._left(row)
                found = row.flow.cite_at(point.x() - left, point.y() - row.top)
                if found is not None:
                    return found[0], found[1].translated(left, row.top).toAlignedRect()
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._rows:
            event.ignore()
            return
        place = self._place(event.position())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self._anchor is not None:
            self._caret = place
        else:
            self._anchor = self._caret = place
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._anchor is not None:
            self._caret = self._place(event.position())
            self.update()
        elif not event.buttons():
            cite = self.cite_at(event.position())
            self._hover(cite)
            over = cite is not None or self.link_at(event.position()) is not None
            self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.IBeamCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        cite = self.cite_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cite and not self.selected:
            self.cite_pressed.emit(cite[0])
            return
        link = self.link_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and link and not self.selected:
            self.link_pressed.emit(link)

    def _hover(self, cite: tuple[int, QRect] | None) -> None:
        number = cite[0] if cite else 0
        if number != self._over:
            self._over = number
            self.cite_hovered.emit(number, cite[1] if cite else QRect())

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._rows:
            return
        number, position = self._place(event.position())
        start, end = self._rows[number].flow.word_at(position)
        self._anchor, self._caret = (number, start), (number, end)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if not QGuiApplication.mouseButtons() & Qt.MouseButton.RightButton:
            self.clear_selection()
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.selected:
            QGuiApplication.clipboard().setText(self.selected)
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        else:
            event.ignore()


def _gap(before: Block, row: _Row) -> float:
    """Return the space between two blocks: items of a list stand close, a quote's paragraphs are one bar."""
    block = row.block
    if isinstance(before, Paragraph) and isinstance(block, Paragraph):
        if before.quote and before.quote == block.quote:
            return 0.0
        if before.depth and block.depth and block.marker:
            return 5.0
        if block.depth:
            return 8.0
        if before.heading and not block.heading:
            return 8.0
    return float(row.flow.above)


def _same_fence(before: Code, after: Code) -> bool:
    return (before.language, before.depth, before.manner) == (after.language, after.depth, after.manner)
