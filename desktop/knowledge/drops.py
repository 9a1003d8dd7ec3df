"""Files and folders that are dragged onto a page."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtGui import QDropEvent


def takes(event: QEvent) -> None:
    """Accept a drag that carries files of this computer."""
    if isinstance(event, QDropEvent) and any(url.isLocalFile() for url in event.mimeData().urls()):
        event.acceptProposedAction()


def dropped(event: QEvent) -> list[Path]:
    """Return the files and folders that were dropped."""
    if not isinstance(event, QDropEvent):
        return []
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    if paths:
        event.acceptProposedAction()
    return paths
