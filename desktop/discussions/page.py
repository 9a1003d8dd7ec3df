"""The empty room for discussions: says what will come, and promises nothing else."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from desktop.controls.empty import EmptyState
from desktop.room import Room


class DiscussionsPage(EmptyState):
    """Points at what works already: choosing another assistant in the middle of a chat."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__("messages-square", parent)
        self.button.clicked.connect(lambda: room.act("go_assistants"))
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.say(
            self.tr("Discussions are on their way"),
            self.tr(
                "Here several assistants will take turns on one question: six hats, a debate, a review, with minutes "
                "at the end. Until then, any chat can change who answers next by the name at its top."
            ),
            self.tr("See the assistants"),
        )
        self.setAccessibleName(self.tr("Discussions"))
