"""A code block: language, copy button, coloured lines that scroll sideways."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollBar, QWidget

from desktop.chat.render import highlight
from desktop.chat.render.blocks import Code
from desktop.chat.render.flow import TextStyle
from desktop.controls.button import IconButton
from desktop.theme import ui_font

_HEAD = 36.0
_PAD_X = 16.0
_PAD_Y = 12.0
_TIGHT_Y = 10.0
_BAR = 12


class CodeBlock(QWidget):
    """Behaves as a flow among the others; positions are Python indexes into the code."""

    above = 14.0
    copy_pressed = Signal()

    def __init__(self, block: Code, style: TextStyle, parent: QWidget) -> None:
        super().__init__(parent)
        self.block = block
        self._style = style
        self._highlighter = highlight.Highlighter(block.language)
        self._rows: list[str] = []
        self._stretches: list[highlight.Line] = []
        self._layouts: dict[int, QTextLayout] = {}
        self._selection: tuple[int, int] | None = None
        self._metrics = QFontMetricsF(style.code)
        self._step = float(round(style.code.pixelSize() * 1.55))
        self._widest = 0.0
        # In a card there is no head of its own, and a little less room.
        self._framed = block.manner == "fence"
        self._head = _HEAD if self._framed else 0.0
        self._pad_y = _PAD_Y if self._framed else _TIGHT_Y
        self._bar = QScrollBar(Qt.Orientation.Horizontal, self)
        self._bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bar.valueChanged.connect(self.update)
        self._bar.hide()
        self._copy = IconButton("copy", self, size=28, icon_size=15)
        self._copy.clicked.connect(self.copy_all)
        self._name()
        self.set_block(block)

    @property
    def length(self) -> int:
        return len(self.block.text)

    def set_block(self, block: Code) -> None:
        """Take a longer or finished text of the same block; only lines that differ are coloured again."""
        self.block = block
        first, self._stretches = self._highlighter.lines(block.text)
        self._rows = block.text.split("\n")
        for number in [n for n in self._layouts if n >= first]:
            del self._layouts[number]
        longest = max(self._rows, key=_columns)
        self._widest = self._metrics.horizontalAdvance(longest.expandtabs(4)) + 2 * _PAD_X + 2
        self.update()

    def set_style(self, style: TextStyle) -> None:
        """Take the colours of another theme."""
        self._style = style
        self._layouts.clear()
        self.update()

    def lay_out(self, width: float) -> float:
        """Take a width; returns the height, which depends on the number of lines only."""
        wide = self._widest > width
        height = self._head + 2 * self._pad_y + self._step * len(self._rows) + (_BAR - 6 if wide else 0)
        self.resize(int(width), int(height))
        self._bar.setVisible(wide)
        if wide:
            self._bar.setRange(0, int(self._widest - width))
            self._bar.setPageStep(int(width))
            self._bar.setSingleStep(24)
        else:
            self._bar.setRange(0, 0)
        return height

    def copy_all(self) -> None:
        """Put the code on the clipboard and say so on the button."""
        QGuiApplication.clipboard().setText(self.block.text)
        self._copy.set_icon("check")
        self._copy.set_name(self.tr("Copied"))
        self.copy_pressed.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self._copy.set_icon("copy")
        self._name()
        super().leaveEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._name()
        super().changeEvent(event)

    def _name(self) -> None:
        self._copy.set_name(self.tr("Copy code"))
        self.setAccessibleName(self.tr("Code block"))
        self._bar.setAccessibleName(self.tr("Scroll the code sideways"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        middle = (_HEAD if self._framed else 2 * self._pad_y + self._step) / 2
        self._copy.move(self.width() - self._copy.width() - 5, int(middle - self._copy.height() / 2))
        self._bar.setGeometry(8, self.height() - _BAR - 2, self.width() - 16, _BAR)
        super().resizeEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways only; up and down belongs to the conversation."""
        delta = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
        sideways = delta.x() or (delta.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0)
        if sideways and abs(sideways) >= abs(delta.y() if delta.x() else 0) and self._bar.maximum():
            self._bar.setValue(self._bar.value() - sideways)
            event.accept()
        else:
            event.ignore()

    # What a flow does.

    def set_selection(self, selection: tuple[int, int] | None) -> None:
        if selection != self._selection:
            self._selection = selection
            self.update()

    def hit(self, x: float, y: float) -> int:
        row = min(max(0, int((y - self._head - self._pad_y) / self._step)), len(self._rows) - 1)
        line = self._layout_of(row).lineAt(0)
        column = int(line.xToCursor(x - _PAD_X + self._bar.value())) if line.isValid() else 0
        text = self._rows[row].encode("utf-16-le")[: column * 2].decode("utf-16-le", "ignore")
        return self._start_of(row) + len(text)

    def link_at(self, _x: float, _y: float) -> str | None:
        return None

    def cite_at(self, _x: float, _y: float) -> tuple[int, QRectF] | None:
        return None

    def word_at(self, position: int) -> tuple[int, int]:
        text = self.block.text
        start = end = position
        while start > 0 and _is_word(text[start - 1]):
            start -= 1
        while end < len(text) and _is_word(text[end]):
            end += 1
        return start, max(end, min(start + 1, len(text)))

    def copied(self, start: int, end: int) -> str:
        return self.block.text[start:end]

    def _start_of(self, row: int) -> int:
        return sum(len(text) + 1 for text in self._rows[:row])

    def _layout_of(self, row: int) -> QTextLayout:
        known = self._layouts.get(row)
        if known is not None:
            return known
        layout = QTextLayout(self._rows[row], self._style.code)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        option.setTabStopDistance(self._metrics.horizontalAdvance(" ") * 4)
        layout.setTextOption(option)
        layout.setFormats([self._format(s) for s in (self._stretches[row] if row < len(self._stretches) else ())])
        layout.setCacheEnabled(True)
        layout.beginLayout()
        line = layout.createLine()
        if line.isValid():
            line.setLineWidth(1e6)
            baseline = (self._step - self._metrics.height()) / 2 + self._metrics.ascent()
            line.setPosition(QPointF(0, baseline - line.ascent()))
        layout.endLayout()
        self._layouts[row] = layout
        return layout

    def _format(self, stretch: highlight.Stretch) -> QTextLayout.FormatRange:
        result = QTextLayout.FormatRange()
        manner = QTextCharFormat()
        manner.setForeground(QBrush(QColor(getattr(self._style.colours, "code_" + stretch.tone))))
        result.start, result.length, result.format = stretch.start, stretch.length, manner
        return result

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self._style.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._framed:
            self._paint_rows(painter, event.rect().top(), event.rect().bottom())
            return
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = QPainterPath()
        outline.addRoundedRect(frame, 10, 10)
        painter.fillPath(outline, QColor(c.code_back))
        painter.setClipPath(outline)
        painter.fillRect(QRectF(0, 0, self.width(), _HEAD), QColor(c.code_head))
        painter.setFont(ui_font(12))
        painter.setPen(QColor(c.muted))
        name = highlight.label(self.block.language) or self.tr("Text")
        painter.drawText(QRectF(_PAD_X, 0, self.width() - 80, _HEAD), Qt.AlignmentFlag.AlignVCenter, name)
        self._paint_rows(painter, event.rect().top(), event.rect().bottom())
        painter.setClipping(False)
        painter.setPen(QPen(QColor(c.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(outline)

    def _paint_rows(self, painter: QPainter, top: int, bottom: int) -> None:
        c = self._style.colours
        painter.setPen(QColor(c.muted if self.block.manner == "output" else c.ink))
        first = max(0, int((top - self._head - self._pad_y) / self._step))
        last = min(len(self._rows) - 1, int((bottom - self._head - self._pad_y) / self._step) + 1)
        painter.setClipRect(
            QRectF(1, self._head, self.width() - 2, self.height() - self._head - 1), Qt.ClipOperation.IntersectClip
        )
        at = self._start_of(first)
        for row in range(first, last + 1):
            corner = QPointF(_PAD_X - self._bar.value(), self._head + self._pad_y + row * self._step)
            self._layout_of(row).draw(painter, corner, self._marked(row, at))
            at += len(self._rows[row]) + 1

    def _marked(self, row: int, at: int) -> list[QTextLayout.FormatRange]:
        if self._selection is None:
            return []
        text = self._rows[row]
        start, end = max(0, self._selection[0] - at), min(len(text), self._selection[1] - at)
        if start >= end:
            return []
        result = QTextLayout.FormatRange()
        manner = QTextCharFormat()
        manner.setBackground(QBrush(QColor(self._style.colours.selection)))
        result.start = len(text[:start].encode("utf-16-le")) // 2
        result.length = len(text[start:end].encode("utf-16-le")) // 2
        result.format = manner
        return [result]

    def contains_copy(self, point: QPoint) -> bool:
        """Return whether a point lies on the copy button."""
        return self._copy.geometry().contains(point)


def _columns(row: str) -> int:
    return len(row) + sum(1 for char in row if ord(char) > 0x2E7F)


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
