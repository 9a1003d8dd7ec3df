"""What the sheet shows while the engine is being opened behind it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop.controls.progress import Pulse


class OpeningPage(QWidget):
    """An ember and one word, in the middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setSpacing(10)
        row.addStretch(1)
        row.addWidget(Pulse(self))
        self._text = QLabel(self)
        self._text.setProperty("role", "muted")
        row.addWidget(self._text, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self._text.setText(self.tr("Opening…"))
        self.setAccessibleName(self._text.text())
