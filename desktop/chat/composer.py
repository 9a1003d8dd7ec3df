"""The floating box for writing: grows to eight lines, sends with Enter, leaves input methods alone."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QInputMethodEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop.controls.button import IconButton
from desktop.theme import TEXT_PIXELS, colour, colours, ui_font

_MOST_LINES = 8
_SHADOW = 14
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Editor(QPlainTextEdit):
    """Plain text that knows its own height and tells Enter from Enter-while-composing."""

    submitted = Signal()
    height_wanted = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._composing = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("background: transparent;")
        self.setFont(ui_font(TEXT_PIXELS))
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(2)
        self.viewport().setAutoFillBackground(False)
        self.textChanged.connect(self._measure)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            if self._composing:
                return  # it ends the word being composed, which the input method does itself
            if event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier):
                self.insertPlainText("\n")
                self.ensureCursorVisible()
            else:
                self.submitted.emit()
            return
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember whether a Chinese or Japanese word is being composed: Enter then belongs to it."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)
        self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def wanted_height(self) -> int:
        """Return the height for the lines there are, at most eight."""
        step = QFontMetricsF(self.font()).lineSpacing()
        lines = 0
        block = self.document().firstBlock()
        while block.isValid() and lines < _MOST_LINES:
            lines += max(1, block.layout().lineCount())
            block = block.next()
        return round(min(max(lines, 1), _MOST_LINES) * step + 2 * self.document().documentMargin() + 2)

    def _measure(self) -> None:
        height = self.wanted_height()
        many = self.document().size().height() > _MOST_LINES
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if many else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        if height != self.height():
            self.height_wanted.emit(height)


class Composer(QWidget):
    """Emits `submitted` with the text; the page decides whether it was taken and then calls `clear`."""

    submitted = Signal(str)
    stop_pressed = Signal()
    model_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running = False
        self._name = ""
        self.editor = Editor(self)
        self.editor.submitted.connect(self._submit)
        self.editor.height_wanted.connect(self._grow)
        self.editor.textChanged.connect(self._changed)
        self._hint = QLabel(self)
        self._hint.setProperty("role", "small")
        self.stop = IconButton("square", self, size=36, icon_size=14)
        self.stop.clicked.connect(self.stop_pressed)
        self.stop.hide()
        self.send = IconButton("arrow-up", self, size=36, icon_size=19)
        self.send.set_filled(True)
        self.send.clicked.connect(self._submit)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._hint, 1)
        row.addWidget(self.stop)
        row.addWidget(self.send)
        column = QVBoxLayout(self)
        column.setContentsMargins(_SHADOW + 16, _SHADOW + 13, _SHADOW + 9, _SHADOW + 9)
        column.setSpacing(4)
        column.addWidget(self.editor)
        column.addLayout(row)
        self.setFocusProxy(self.editor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._grow(self.editor.wanted_height())
        self._retranslate()
        self._changed()

    def text(self) -> str:
        return self.editor.toPlainText()

    def set_text(self, text: str) -> None:
        self.editor.setPlainText(text)
        cursor = self.editor.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self.editor.setTextCursor(cursor)

    def clear(self) -> None:
        self.editor.clear()

    def set_running(self, running: bool) -> None:
        """While an answer is on its way there is something to stop, and a message sent now waits."""
        self._running = running
        self.stop.setVisible(running)
        self._changed()
        self._retranslate()

    def set_name(self, name: str) -> None:
        """Say who will read this."""
        self._name = name
        self._retranslate()

    def sizeHint(self) -> QSize:
        return QSize(720, self.minimumSizeHint().height())

    def _submit(self) -> None:
        if self.text().strip():
            self.submitted.emit(self.text())

    def _grow(self, height: int) -> None:
        self.editor.setFixedHeight(height)
        self.updateGeometry()

    def _changed(self) -> None:
        self.send.setEnabled(bool(self.text().strip()))
        self.send.setVisible(not self._running or bool(self.text().strip()))
        self.stop.set_filled(not self.text().strip())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        name = self._name or self.tr("Fireside")
        self.editor.setPlaceholderText(self.tr("Message {name}…").format(name=name))
        self.editor.setAccessibleName(self.tr("Message"))
        self.send.set_name(self.tr("Send"))
        self.stop.set_name(self.tr("Stop the answer"))
        later = self.tr("A new message waits until this answer is done")
        self._hint.setText(later if self._running else self.tr("Enter to send · Shift+Enter for a new line"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(_SHADOW, _SHADOW - 4, -_SHADOW, -_SHADOW - 0)
        painter.setPen(Qt.PenStyle.NoPen)
        for step in range(_SHADOW, 0, -2):
            painter.setBrush(colour(c.shadow, 0.006 if c.name == "light" else 0.025))
            painter.drawRoundedRect(box.adjusted(-step, -step + 4, step, step), 16 + step, 16 + step)
        painter.setBrush(colour(c.raised))
        focused = self.editor.hasFocus()
        painter.setPen(QPen(colour(c.line_strong if focused else c.line), 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 18, 18)
