"""A small box to write in, for the talk with the builder and the preview: no files, no queue."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.chat.composer import Editor
from desktop.controls.button import IconButton
from desktop.theme import colour, colours

_MARGIN = 14
_RADIUS = 16


class WriteBox(QWidget):
    """Emits `submitted` with the text; the owner clears the box when it was taken."""

    submitted = Signal(str)
    stop_pressed = Signal()

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
        self.stop = IconButton("square", self, size=34, icon_size=13)
        self.stop.set_filled(True)
        self.stop.clicked.connect(self.stop_pressed)
        self.send = IconButton("arrow-up", self, size=34, icon_size=18)
        self.send.set_filled(True)
        self.send.clicked.connect(self._submit)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._hint, 1)
        row.addWidget(self.stop)
        row.addWidget(self.send)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN + 14, _MARGIN + 8, _MARGIN + 8, _MARGIN + 8)
        column.setSpacing(4)
        column.addWidget(self.editor)
        column.addLayout(row)
        self.setFocusProxy(self.editor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._grow(self.editor.wanted_height())
        self.set_running(False)
        self._retranslate()

    def text(self) -> str:
        return self.editor.toPlainText()

    def set_text(self, text: str) -> None:
        self.editor.setPlainText(text)

    def clear(self) -> None:
        self.editor.clear()

    def set_running(self, running: bool) -> None:
        """While something is being written there is something to stop, and nothing to send."""
        self._running = running
        self.stop.setVisible(running)
        self.send.setVisible(not running)
        self._changed()

    def set_name(self, name: str) -> None:
        """Say who will read this."""
        self._name = name
        self._retranslate()

    def sizeHint(self) -> QSize:
        return QSize(420, self.minimumSizeHint().height())

    def _submit(self) -> None:
        if self.text().strip() and not self._running:
            self.submitted.emit(self.text())

    def _grow(self, height: int) -> None:
        self.editor.setFixedHeight(height)
        self.updateGeometry()

    def _changed(self) -> None:
        self.send.setEnabled(bool(self.text().strip()))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.editor.setPlaceholderText(self.tr("Message {name}…").format(name=self._name))
        self.editor.setAccessibleName(self.tr("Message"))
        self.send.set_name(self.tr("Send"))
        self.stop.set_name(self.tr("Stop the answer"))
        self._hint.setText(self.tr("Enter to send · Shift+Enter for a new line"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(_MARGIN, 4, -_MARGIN, -_MARGIN)
        painter.setPen(QPen(colour(c.line_strong if self.editor.hasFocus() else c.line), 1))
        painter.setBrush(colour(c.raised))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
