"""Code or JSON to read, select and copy: coloured, never changed, as tall as its text up to a bound."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from desktop.chat.render.highlight import Highlighter, Line
from desktop.theme import code_font, colour, colours

_AROUND = 20  # margins of the document and the frame
_TONES = ("keyword", "name", "string", "number", "comment", "punctuation")


class _Colours(QSyntaxHighlighter):
    """Colours the lines of a document that does not change."""

    def __init__(self, document: QTextDocument, language: str) -> None:
        super().__init__(document)
        self._language = language
        self._lines: list[Line] = []

    def colour(self, text: str) -> None:
        """Find the tones of a text and put them on."""
        self._lines = Highlighter(self._language).lines(text)[1] if self._language else []
        self.rehighlight()

    def highlightBlock(self, _text: str) -> None:
        number = self.currentBlock().blockNumber()
        if number >= len(self._lines):
            return
        c = colours()
        for stretch in self._lines[number]:
            if stretch.tone in _TONES:
                style = QTextCharFormat()
                style.setForeground(colour(getattr(c, f"code_{stretch.tone}")))
                self.setFormat(stretch.start, stretch.length, style)


class CodeView(QPlainTextEdit):
    """Read-only text in the code font; the wheel goes on to what is around it when there is nothing to scroll."""

    def __init__(
        self, language: str, parent: QWidget | None = None, *, most_lines: int = 14, wrap: bool = False
    ) -> None:
        super().__init__(parent)
        self.setObjectName("codeview")
        self._most = most_lines
        self._free = False
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(code_font(12))
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        mode = QPlainTextEdit.LineWrapMode.WidgetWidth if wrap else QPlainTextEdit.LineWrapMode.NoWrap
        self.setLineWrapMode(mode)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(8)
        self._colours = _Colours(self.document(), language)

    def set_free(self) -> None:
        """Take the height the layout gives, not that of the text."""
        self._free = True

    def set_text(self, text: str) -> None:
        """Show a text."""
        self.setPlainText(text)
        self._colours.colour(text)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(200, self._height())

    def _height(self) -> int:
        bar = self.horizontalScrollBar()
        room = bar.sizeHint().height() if bar.maximum() > 0 else 0
        return min(max(self._lines(), 1), self._most) * self.fontMetrics().lineSpacing() + _AROUND + room

    def _lines(self) -> int:
        return self.document().size().toSize().height()  # of a plain text document: lines, wrapped ones counted

    def _fit(self) -> None:
        if self._free:
            return
        policy = (
            Qt.ScrollBarPolicy.ScrollBarAsNeeded
            if self._lines() > self._most
            else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        self.setVerticalScrollBarPolicy(policy)
        self.setFixedHeight(self._height())

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        if not self._free and self.height() != self._height():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange:
            self._colours.rehighlight()
        super().changeEvent(event)
