"""The empty room for knowledge: says what will come, and promises nothing else."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from desktop.controls.empty import EmptyState
from desktop.room import Room


class KnowledgePage(EmptyState):
    """Nothing to press but the way back to what works."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__("library", parent)
        self.button.clicked.connect(lambda: room.act("go_models"))
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.say(
            self.tr("Knowledge is on its way"),
            self.tr(
                "Here you will put files and folders for assistants to search, with the passage shown for every "
                "answer. This version cannot do it yet. Models for searching can be fetched already."
            ),
            self.tr("See models for searching"),
        )
        self.setAccessibleName(self.tr("Knowledge"))
