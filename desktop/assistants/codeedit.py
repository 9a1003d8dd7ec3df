"""An editor for JSON and Python: line numbers, colours, and the line that is wrong marked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from desktop.chat.render.highlight import Highlighter
from desktop.theme import code_font, colour, colours

_TONES = ("keyword", "name", "string", "number", "comment", "punctuation")
_PAD = 8


class _Colours(QSyntaxHighlighter):
    """Colours line by line: what a line is does not depend on others often enough to matter here."""

    def __init__(self, document: QTextDocument, language: str) -> None:
        super().__init__(document)
        self._language = language

    def highlightBlock(self, text: str) -> None:
        if not text.strip():
            return
        c = colours()
        lines = Highlighter(self._language).lines(text)[1]
        for stretch in lines[0] if lines else ():
            if stretch.tone in _TONES:
                style = QTextCharFormat()
                style.setForeground(colour(getattr(c, f"code_{stretch.tone}")))
                self.setFormat(stretch.start, stretch.length, style)


class _Numbers(QWidget):
    def __init__(self, editor: CodeEdit) -> None:
        super().__init__(editor)
        self._editor = editor

    def sizeHint(self) -> QSize:
        return QSize(self._editor.numbers_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._editor.paint_numbers(event)


class CodeEdit(QPlainTextEdit):
    """Tab moves on, as everywhere in a form. Without a language it is plain text that wraps."""

    def __init__(self, language: str, parent: QWidget | None = None, *, lines: int = 10) -> None:
        super().__init__(parent)
        self.setObjectName("field")
        if language:
            self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self._wrong = 0
        self._colours: _Colours | None = None
        self._numbers = _Numbers(self)
        self._numbers.setVisible(bool(language))
        if language:
            self._colours = _Colours(self.document(), language)
            self.setFont(code_font())
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 24)
        self.blockCountChanged.connect(self._fit)
        self.updateRequest.connect(self._scrolled)
        self._fit()

    def set_text(self, text: str) -> None:
        """Put a text in the place of another one, in one step that can be undone."""
        if text == self.toPlainText():
            return
        cursor = self.textCursor()
        cursor.select(cursor.SelectionType.Document)
        cursor.insertText(text)

    def mark(self, line: int) -> None:
        """Tint a line (from 1), or none with 0."""
        self._wrong = line
        block = self.document().findBlockByNumber(line - 1)
        selections = []
        if line and block.isValid():
            selection = QTextEdit.ExtraSelection()
            selection.format.setBackground(colour(colours().danger_soft))
            selection.format.setProperty(QTextCharFormat.Property.FullWidthSelection, True)
            cursor = self.textCursor()
            cursor.setPosition(block.position())
            selection.cursor = cursor
            selections.append(selection)
        self.setExtraSelections(selections)
        self._numbers.update()

    def numbers_width(self) -> int:
        if self._colours is None:
            return 0
        return self.fontMetrics().horizontalAdvance("9") * max(2, len(str(self.blockCount()))) + 2 * _PAD

    def paint_numbers(self, event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self._numbers)
        painter.setFont(self.font())
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        width = self._numbers.width() - _PAD
        while block.isValid() and top <= event.rect().bottom():
            height = self.blockBoundingRect(block).height()
            number = block.blockNumber() + 1
            painter.setPen(colour(c.danger if number == self._wrong else c.faint))
            area = QRect(0, round(top), width, round(height))
            painter.drawText(area, Qt.AlignmentFlag.AlignRight, str(number))
            top += height
            block = block.next()

    def _fit(self) -> None:
        self.setViewportMargins(self.numbers_width(), 0, 0, 0)

    def _scrolled(self, area: QRect, moved: int) -> None:
        if moved:
            self._numbers.scroll(0, moved)
        else:
            self._numbers.update(0, area.y(), self._numbers.width(), area.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inside = self.viewport().geometry()
        width = self.numbers_width()
        self._numbers.setGeometry(inside.left() - width, inside.top(), width, inside.height())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            if self._colours is not None:
                self._colours.rehighlight()
            self.mark(self._wrong)
        super().changeEvent(event)
