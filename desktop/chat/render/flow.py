"""Running text laid out by Qt: one paragraph with its chips, marker and quote bars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPen,
    QTextCharFormat,
    QTextLayout,
    QTextLine,
    QTextOption,
)

from desktop.chat.render import inline, mathwords
from desktop.chat.render.blocks import Paragraph, Span
from desktop.chat.render.formulas import Formulas
from desktop.colours import Colours
from desktop.theme import CODE_PIXELS, TEXT_PIXELS, code_font, colour, colours, ui_font

_CJK = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
_HEADINGS = {1: 21, 2: 18, 3: 16, 4: 15, 5: 15, 6: 15}
_INDENT = 26.0
_QUOTE = 16.0
_MOST_FORMULA = 560.0
# A narrow no-break space on both sides of inline code makes room for its chip; copying leaves it out.
_PAD = "\u202f"


@dataclass(frozen=True)
class TextStyle:
    """Fonts and colours of running text; made anew when the theme changes."""

    colours: Colours
    text: QFont
    code: QFont
    pixels: int = TEXT_PIXELS
    formulas: Formulas | None = None

    @classmethod
    def now(cls, pixels: int = TEXT_PIXELS, formulas: Formulas | None = None) -> TextStyle:
        """Return the style for the theme in use; without `formulas` they are written in letters and signs."""
        return cls(colours(), ui_font(pixels), code_font(round(pixels * CODE_PIXELS / TEXT_PIXELS)), pixels, formulas)


def line_height(text: str, pixels: int) -> float:
    """Return the height of a line: 1.5 of the size, 1.6 where Chinese is written."""
    return round(pixels * (1.6 if _CJK.search(text) else 1.5))


class ParagraphFlow:
    """One paragraph. Positions are Qt's (UTF-16) in `shown`; `text` is what copying gives."""

    def __init__(self, block: Paragraph, style: TextStyle) -> None:
        self.block = block
        self._style = style
        self.height = 0.0
        self.width = 0.0
        self._pixels = _HEADINGS.get(block.heading, style.pixels)
        self._indent = block.depth * _INDENT + block.quote * _QUOTE
        self._chips: list[tuple[int, int]] = []
        self._links: list[tuple[int, int, str]] = []
        self._inlines: list[inline.Inline] = []
        self._said: list[tuple[int, int, str]] = []  # what is copied in place of what is shown
        self.waits = False  # for a formula that is being drawn
        font = QFont(style.text)
        font.setPixelSize(self._pixels)
        if block.heading:
            font.setWeight(QFont.Weight.DemiBold)
        self._font = font
        self.shown, formats = self._format(block.spans)
        self.length = len(self.shown.encode("utf-16-le")) // 2
        self._layout = QTextLayout(self.shown, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layout.setTextOption(option)
        self._layout.setFormats(formats)
        self._layout.setCacheEnabled(True)

    @property
    def above(self) -> float:
        """Space wanted above the paragraph."""
        if self.block.heading:
            return 20.0 if self.block.heading <= 2 else 16.0
        return 12.0

    def copied(self, start: int, end: int) -> str:
        """Return the text between two positions as it is copied; the marker comes along with the first one."""
        raw = self.shown.encode("utf-16-le")
        pieces: list[str] = []
        at = start
        for first, last, said in self._said:
            if at <= first and last <= end:
                pieces += [raw[at * 2 : first * 2].decode("utf-16-le", "ignore"), said]
                at = last
        pieces.append(raw[at * 2 : end * 2].decode("utf-16-le", "ignore"))
        text = "".join(pieces).replace(_PAD, "").replace("\u2028", "\n")
        if start == 0 and end == self.length and self.block.marker:
            marker = "-" if self.block.marker in "•◦▪" else self.block.marker
            return "  " * (self.block.depth - 1) + f"{marker} {text}"
        return text

    def natural_width(self) -> float:
        """Return the width of the text on one line."""
        self._lay(1e6, 0)
        lines = (self._layout.lineAt(n) for n in range(self._layout.lineCount()))
        return max((line.naturalTextWidth() for line in lines), default=0.0) + self._indent + 1

    def lay_out(self, width: float) -> float:
        """Break the text into lines of a width; returns the height."""
        self.width = width
        self.height = self._lay(max(40.0, width - self._indent), self._indent)
        return self.height

    def _lay(self, width: float, left: float) -> float:
        step = line_height(self.shown, self._pixels)
        metrics = QFontMetricsF(self._font)
        y = 0.0
        self._layout.beginLayout()
        while True:
            line = self._layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
            # Lines stand at even distances whatever fonts they mix: only the first font decides the baseline.
            baseline = (step - metrics.height()) / 2 + metrics.ascent()
            above, below = self._overhang(line, baseline, step - baseline)
            line.setPosition(QPointF(left, y + above + baseline - line.ascent()))
            y += step + above + below
        self._layout.endLayout()
        return y

    def _overhang(self, line: QTextLine, above: float, below: float) -> tuple[float, float]:
        """Return how much room the formulas of a line need beyond what it has above and below its baseline."""
        first, last = line.textStart(), line.textStart() + line.textLength()
        mine = [each for each in self._inlines if first <= each.at < last]
        rise = max((each.rise for each in mine), default=0.0)
        fall = max((each.fall for each in mine), default=0.0)
        return max(0.0, rise + 2 - above), max(0.0, fall + 2 - below)

    def paint(self, painter: QPainter, at: QPointF, selection: tuple[int, int] | None) -> None:
        """Draw with the top left corner at a point; `selection` is a pair of positions."""
        c = self._style.colours
        self._paint_quote(painter, at)
        self._paint_chips(painter, at)
        if self.block.marker:
            self._paint_marker(painter, at)
        painter.setPen(QColor(c.muted if self.block.quote else c.strong if self.block.heading else c.ink))
        marked = []
        if selection is not None and selection[0] < selection[1]:
            marked.append(_format_range(selection[0], selection[1] - selection[0], QColor(c.selection)))
        ink = painter.pen().color()
        self._layout.draw(painter, at, marked)
        for each, line in self._placed():
            x, baseline = at.x() + _x(line, each.at), at.y() + line.position().y() + line.ascent()
            each.paint(painter, x, baseline, self._pixels, c, ink)

    def _placed(self) -> Iterator[tuple[inline.Inline, QTextLine]]:
        for each in self._inlines:
            line = self._layout.lineForTextPosition(each.at)
            if line.isValid():
                yield each, line

    def cite_at(self, x: float, y: float) -> tuple[int, QRectF] | None:
        """Return the number of the chip under a point, and its outline."""
        for each, line in self._placed():
            if each.cite:
                box = each.box(_x(line, each.at), line.position().y() + line.ascent(), self._pixels)
                if box.adjusted(-2, -3, 2, 3).contains(QPointF(x, y)):
                    return each.cite, box
        return None

    def align_lines(self, align: str, width: float) -> None:
        """Set every line to the "right" or "center" of a width: how table cells are aligned."""
        for number in range(self._layout.lineCount()):
            line = self._layout.lineAt(number)
            free = max(0.0, width - line.naturalTextWidth())
            line.setPosition(QPointF(free if align == "right" else free / 2, line.position().y()))

    def hit(self, x: float, y: float) -> int:
        """Return the position nearest to a point."""
        for number in range(self._layout.lineCount()):
            line = self._layout.lineAt(number)
            if y < line.position().y() + line.height() or number == self._layout.lineCount() - 1:
                return int(line.xToCursor(x))
        return 0

    def link_at(self, x: float, y: float) -> str | None:
        """Return the address under a point."""
        for number in range(self._layout.lineCount()):
            line = self._layout.lineAt(number)
            if line.naturalTextRect().contains(QPointF(x, y)):
                at = int(line.xToCursor(x, line.CursorPosition.CursorOnCharacter))
                return next((url for start, end, url in self._links if start <= at < end), None)
        return None

    def word_at(self, position: int) -> tuple[int, int]:
        """Return the bounds of the word at a position."""
        start = self._layout.previousCursorPosition(position + 1, QTextLayout.CursorMode.SkipWords)
        end = self._layout.nextCursorPosition(position, QTextLayout.CursorMode.SkipWords)
        raw = self.shown.encode("utf-16-le")[start * 2 : end * 2].decode("utf-16-le", "ignore")
        return start, end - (len(raw) - len(raw.rstrip()))

    def _format(self, spans: tuple[Span, ...]) -> tuple[str, list[QTextLayout.FormatRange]]:
        c = self._style.colours
        text = ""
        at = 0
        ranges: list[QTextLayout.FormatRange] = []
        for span in spans:
            if span.cite or span.formula:
                shown, size = self._add_inline(span, at, ranges)
                text += shown
                at += size
                continue
            piece = f"{_PAD}{span.text}{_PAD}" if span.code else span.text
            size = len(piece.encode("utf-16-le")) // 2
            manner = QTextCharFormat()
            if span.bold:
                manner.setFontWeight(QFont.Weight.DemiBold)
                manner.setForeground(QBrush(QColor(c.strong)))
            if span.italic:
                manner.setFontItalic(True)
            if span.strike:
                manner.setFontStrikeOut(True)
                manner.setForeground(QBrush(QColor(c.muted)))
            if span.code:
                font = QFont(self._style.code)
                font.setPixelSize(round(self._pixels * CODE_PIXELS / TEXT_PIXELS))
                manner.setFont(font)
                self._chips.append((at, at + size))
            if span.doubt:
                manner.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
                manner.setUnderlineColor(QColor(c.faint))
            if span.link is not None:
                manner.setForeground(QBrush(QColor(c.accent_ink)))
                manner.setFontUnderline(True)
                self._links.append((at, at + size, span.link))
            if manner.propertyCount():
                ranges.append(_range(at, size, manner))
            text += piece
            at += size
        return text, ranges

    def _add_inline(self, span: Span, at: int, ranges: list[QTextLayout.FormatRange]) -> tuple[str, int]:
        """Take in a chip or a formula; returns what stands for it in the text and its length."""
        if span.cite:
            each = inline.chip(at, span.cite, self._pixels)
        else:
            formulas = self._style.formulas
            drawn, known = formulas.get(span.formula, display=False) if formulas else (None, True)
            self.waits = self.waits or not known
            if drawn is None:
                shown = mathwords.readable(span.formula)
                self._said.append((at, at + len(shown.encode("utf-16-le")) // 2, span.text))
                return shown, self._said[-1][1] - at
            each = inline.formula(at, span.text, drawn, self._pixels, _MOST_FORMULA)
        self._inlines.append(each)
        self._said.append((at, at + 1, each.copied))
        ranges.append(_range(at, 1, each.shape(self._font)))
        return inline.PLACE, 1

    def _paint_quote(self, painter: QPainter, at: QPointF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._style.colours.line_strong))
        for depth in range(self.block.quote):
            x = at.x() + self.block.depth * _INDENT + depth * _QUOTE
            painter.drawRect(QRectF(x, at.y(), 3, self.height))

    def _paint_chips(self, painter: QPainter, at: QPointF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._style.colours.code_head))
        for start, end in self._chips:
            for number in range(self._layout.lineCount()):
                line = self._layout.lineAt(number)
                first, last = max(start, line.textStart()), min(end, line.textStart() + line.textLength())
                if first >= last:
                    continue
                x1, x2 = _x(line, first), _x(line, last)
                middle = at.y() + line.position().y() + line.height() / 2
                half = self._pixels * 0.68
                painter.drawRoundedRect(QRectF(at.x() + x1, middle - half, x2 - x1, half * 2), 4, 4)

    def _paint_marker(self, painter: QPainter, at: QPointF) -> None:
        line = self._layout.lineAt(0)
        c = self._style.colours
        painter.setPen(QPen(QColor(c.muted)))
        painter.setFont(self._font)
        marker = self.block.marker
        metrics = QFontMetricsF(self._font)
        x = at.x() + self._indent - 9 - metrics.horizontalAdvance(marker)
        baseline = at.y() + (line.position().y() + line.ascent() if line.isValid() else metrics.ascent())
        if marker in ("•", "◦", "▪"):
            self._paint_bullet(painter, QPointF(at.x() + self._indent - 13, baseline - metrics.xHeight() / 2))
        else:
            painter.drawText(QPointF(x, baseline), marker)

    def _paint_bullet(self, painter: QPainter, centre: QPointF) -> None:
        tone = colour(self._style.colours.muted)
        if self.block.marker == "◦":
            painter.setPen(QPen(tone, 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tone)
        painter.drawEllipse(centre, 2.5, 2.5)


def _x(line: object, position: int) -> float:
    found = line.cursorToX(position)  # type: ignore[attr-defined]
    return float(found[0] if isinstance(found, tuple) else found)


def _range(start: int, length: int, manner: QTextCharFormat) -> QTextLayout.FormatRange:
    result = QTextLayout.FormatRange()
    result.start, result.length, result.format = start, length, manner
    return result


def _format_range(start: int, length: int, back: QColor) -> QTextLayout.FormatRange:
    manner = QTextCharFormat()
    manner.setBackground(QBrush(back))
    return _range(start, length, manner)
