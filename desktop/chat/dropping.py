"""Files and pictures from elsewhere: what counts as such, and a page on which they may be dropped anywhere."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

_MOVES = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


class Dropping(QObject):
    """Lets a widget take drops of files and pictures; `take` gets what was dropped."""

    def __init__(self, widget: QWidget, take: Callable[[QMimeData], None]) -> None:
        super().__init__(widget)
        self._take = take
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _MOVES or not isinstance(event, QDropEvent):
            return super().eventFilter(watched, event)
        if not holds_files(event.mimeData()):
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.Drop:
            self._take(event.mimeData())
        return True


def holds_files(source: QMimeData) -> bool:
    """Return whether a drop or the clipboard holds files or a picture, and no text that is meant instead."""
    if any(url.isLocalFile() for url in source.urls()):
        return True
    return source.hasImage() and not source.hasText()
