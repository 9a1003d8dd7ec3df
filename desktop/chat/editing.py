"""Says above the composer that an earlier message is being edited, with the way out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from desktop import icons
from desktop.controls.button import IconButton
from desktop.theme import colour, colours


class EditingNote(QWidget):
    """Hidden unless a message is being edited; `turn_id` says which."""

    cancelled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.turn_id: str | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(38, 4, 6, 4)
        self._text = QLabel(self)
        self._text.setProperty("role", "small")
        self._text.setWordWrap(True)
        row.addWidget(self._text, 1)
        self.close_button = IconButton("x", self, size=26, icon_size=13)
        self.close_button.clicked.connect(self.cancelled)
        row.addWidget(self.close_button)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._retranslate()
        self.hide()

    def show_editing(self, turn_id: str | None) -> None:
        self.turn_id = turn_id
        self.setVisible(turn_id is not None)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colour(c.line))
        painter.setBrush(colour(c.accent_soft))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        icons.paint(painter, "pencil", QRectF(14, self.height() / 2 - 7, 14, 14), c.accent_ink)

    def _retranslate(self) -> None:
        self._text.setText(self.tr("You are editing an earlier message. What followed it is kept as another version."))
        self.close_button.set_name(self.tr("Do not edit"))
        self.setAccessibleName(self._text.text())
