"""The small switch between branches of a conversation: back, where one is, and on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop.chat.branching import Place
from desktop.controls.button import IconButton


class BranchSwitch(QWidget):
    """Always seen: a branch that is out of sight must not be forgotten."""

    stepped = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._place = Place(1, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.back = IconButton("chevron-left", self, size=26, icon_size=14)
        self.on = IconButton("chevron-right", self, size=26, icon_size=14)
        self._text = QLabel(self)
        self._text.setProperty("role", "small")
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for widget in (self.back, self._text, self.on):
            row.addWidget(widget)
        self.back.clicked.connect(lambda: self.stepped.emit(-1))
        self.on.clicked.connect(lambda: self.stepped.emit(1))
        self.setFixedHeight(28)

    def text(self) -> str:
        return self._text.text()

    def show_place(self, place: Place) -> None:
        self._place = place
        self._text.setText(f"{place.number}/{place.count}")
        self.back.setEnabled(place.number > 1)
        self.on.setEnabled(place.number < place.count)
        self._retranslate()
        self.setFixedWidth(52 + self._text.sizeHint().width() + 4)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.back.set_name(self.tr("Earlier version"))
        self.on.set_name(self.tr("Later version"))
        words = self.tr("Version {number} of {count}")
        self.setAccessibleName(words.format(number=self._place.number, count=self._place.count))
