"""What the sheet shows when the home folder cannot be opened: what happened, and the next step."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.controls.button import text_button
from desktop.controls.empty import IconTile
from desktop.errors import STEPS, explain
from desktop.i18n import say


class ProblemPage(QWidget):
    """Offers to try again, and to quit."""

    retry_pressed = Signal()
    quit_pressed = Signal()
    folder_pressed = Signal()

    def __init__(self, code: str, message: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code, self._message = code, message
        self._title = QLabel(self)
        self._title.setProperty("role", "title")
        self._title.setWordWrap(True)
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._detail = QLabel(message, self)
        self._detail.setProperty("role", "muted")
        self._detail.setWordWrap(True)
        self._detail.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.retry = text_button("primary", self)
        self.retry.clicked.connect(self.retry_pressed)
        self.folder = text_button("normal", self)
        self.folder.clicked.connect(self.folder_pressed)
        self.quit = text_button("quiet", self)
        self.quit.clicked.connect(self.quit_pressed)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.retry, self.folder, self.quit):
            buttons.addWidget(button)
        buttons.addStretch(1)
        middle = QWidget(self)
        middle.setFixedWidth(540)
        words = QVBoxLayout(middle)
        words.setContentsMargins(0, 0, 0, 0)
        words.addWidget(IconTile("triangle-alert", middle), 0, Qt.AlignmentFlag.AlignHCenter)
        words.addSpacing(16)
        words.addWidget(self._title)
        words.addSpacing(4)
        words.addWidget(self._detail)
        words.addSpacing(16)
        words.addLayout(buttons)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(middle)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addLayout(row)
        column.addStretch(3)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        explained = explain(self._code, self._message)
        self._title.setText(say(explained.text))
        self.retry.setText(say(STEPS["retry"]))
        self.folder.setText(say(STEPS["folder"]))
        self.quit.setText(say(STEPS["quit"]))
        self.setAccessibleName(self._title.text())
