"""Says under an answer why it is not whole, with the way to try again."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop import icons
from desktop.chat.turns import Turn
from desktop.controls.button import text_button
from desktop.errors import explain
from desktop.i18n import say
from desktop.theme import colour, colours

HEIGHT = 38


class TurnNote(QWidget):
    """One line: stopped, cut off, or failed and why."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._turn: Turn | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(34, 0, 6, 0)
        row.setSpacing(8)
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setProperty("role", "muted")
        row.addWidget(self._text, 1)
        self.retry = text_button("link", self)
        row.addWidget(self.retry)
        self.setFixedHeight(HEIGHT)

    def text(self) -> str:
        return self._text.text()

    def show_turn(self, turn: Turn) -> None:
        self._turn = turn
        self._say()
        self.update()

    def _say(self) -> None:
        if self._turn is None:
            return
        self.retry.setText(self.tr("Try again"))
        match self._turn.state:
            case "stopped":
                text = self.tr("Stopped. What was written is kept.")
            case "cut":
                text = self.tr("The answer reached the length limit.")
            case _:
                code, message = self._turn.error or ("server_error", "")
                text = say(explain(code, message).text)
                self.setToolTip(message)
        self._text.setText(text)
        self.setAccessibleName(text)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        bad = self._turn is not None and self._turn.state == "failed"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(c.danger_soft if bad else c.code_head))
        painter.drawRoundedRect(QRectF(self.rect()), 10, 10)
        name = "triangle-alert" if bad else "info"
        icons.paint(painter, name, QRectF(12, self.height() / 2 - 8, 16, 16), c.danger if bad else c.muted)
