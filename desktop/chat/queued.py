"""Messages that wait until the present answer is done: one line each above the composer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop import icons
from desktop.chat.outgoing import Letter
from desktop.controls.button import IconButton
from desktop.theme import colour, colours, ui_font

_HEIGHT = 38


class QueuedLetter(QWidget):
    """One message with its place in the line; it can be edited and taken out."""

    edited = Signal()
    removed = Signal()

    def __init__(self, letter: Letter, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.letter = letter
        self._number = number
        self.setFixedHeight(_HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(38, 0, 6, 0)
        row.setSpacing(2)
        self._hint = QLabel(self)
        self._hint.setProperty("role", "small")
        row.addStretch(1)
        row.addWidget(self._hint)
        self.edit = IconButton("pencil", self, size=28, icon_size=14)
        self.edit.clicked.connect(self.edited)
        self.remove = IconButton("x", self, size=28, icon_size=14)
        self.remove.clicked.connect(self.removed)
        row.addWidget(self.edit)
        row.addWidget(self.remove)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        next_up = self._number == 0
        self._hint.setText(self.tr("sent when the answer is done") if next_up else self.tr("then this"))
        self.edit.set_name(self.tr("Edit the waiting message"))
        self.remove.set_name(self.tr("Remove the waiting message"))
        self.setAccessibleName(self.tr("Waits its turn: {text}").format(text=self.letter.text[:200]))

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(colour(c.line_strong), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(colour(c.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 11, 11)
        icons.paint(painter, "clock", QRectF(13, _HEIGHT / 2 - 7.5, 15, 15), c.accent_ink)
        font = ui_font(14)
        painter.setFont(font)
        painter.setPen(colour(c.ink))
        room = QRectF(38, 0, self._hint.x() - 50, _HEIGHT)
        files = f"[{len(self.letter.files)}] " if self.letter.files else ""
        line = files + " ".join(self.letter.text.split())
        shown = QFontMetricsF(font).elidedText(line, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)


class QueueList(QWidget):
    """All messages that wait in the open thread, the next one at the top."""

    edited = Signal(int)
    removed = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.rows: list[QueuedLetter] = []
        self.hide()

    def show_letters(self, letters: tuple[Letter, ...]) -> None:
        if tuple(row.letter for row in self.rows) == letters:
            return
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        for number, letter in enumerate(letters):
            row = QueuedLetter(letter, number, self)
            row.edited.connect(lambda chosen=number: self.edited.emit(chosen))
            row.removed.connect(lambda chosen=number: self.removed.emit(chosen))
            self._column.addWidget(row)
            self.rows.append(row)
        self.setVisible(bool(letters))
