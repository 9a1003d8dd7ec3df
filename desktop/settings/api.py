"""The row under the local API's settings: whether it is served, where, and its key to copy."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop.controls.button import text_button
from desktop.errors import explain
from desktop.i18n import say
from desktop.room import Room
from engine.events import ApiChanged


class ApiRow(QWidget):
    """Shows the last `ApiChanged`."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._state = ApiChanged()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 11, 0, 11)
        row.setSpacing(8)
        self._text = QLabel(self)
        self._text.setProperty("role", "small")
        self._text.setWordWrap(True)
        row.addWidget(self._text, 1)
        self.address = text_button("normal", self)
        self.address.clicked.connect(self._copy_address)
        row.addWidget(self.address)
        self.key = text_button("normal", self)
        self.key.clicked.connect(self._copy_key)
        row.addWidget(self.key)
        self._say()

    def text(self) -> str:
        return self._text.text()

    def show_state(self, state: ApiChanged) -> None:
        self._state = state
        self._say()

    def _copy_address(self) -> None:
        QGuiApplication.clipboard().setText(self._state.url)
        self._room.tell(self.tr("Address copied."))

    def _copy_key(self) -> None:
        path = self._room.engine.paths.api_key

        def done(key: str) -> None:
            QGuiApplication.clipboard().setText(key)
            self._room.tell(self.tr("Key copied. Whoever has it can use your assistants on this computer."))

        self._room.tasks.run(lambda: path.read_text("utf-8").strip(), done, self._room.fail, owner=self)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
        super().changeEvent(event)

    def _say(self) -> None:
        state = self._state
        if state.error_code:
            text = say(explain(state.error_code, state.error).text)
        elif state.url:
            text = self.tr("Served at {url}, for programs on this computer only").format(url=state.url)
        else:
            text = self.tr("Not served now")
        self._text.setText(text)
        self.address.setText(self.tr("Copy address"))
        self.key.setText(self.tr("Copy key"))
        self.address.setVisible(bool(state.url))
        self.key.setVisible(bool(state.url))
