"""What stands in the transcript one below the other: messages, and the work between them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.chat.render.flow import TextStyle
from desktop.chat.turns import Turn


class TranscriptItem(QWidget):
    """Has a width given from above and finds its own height; a subclass places its parts in `_place`."""

    height_changed = Signal()
    enlarged = Signal(str)
    saved = Signal(str)
    cited = Signal(object)

    def __init__(self, turn: Turn, style: TextStyle, parent: QWidget) -> None:
        super().__init__(parent)
        self.turn = turn
        self._style = style
        self._width = 0.0
        self._continued = False

    def set_continued(self, continued: bool) -> None:
        """Leave out the name where the same answer goes on."""
        if continued != self._continued:
            self._continued = continued
            self.relayout()

    def relayout(self) -> None:
        """Lay out again for the width known, e.g. after a change of state."""
        if self._width:
            before = self.height()
            self._place()
            self.update()
            if self.height() != before:
                self.height_changed.emit()

    def _place(self) -> None:
        raise NotImplementedError
