"""Says how fast files are being read, and how long it will still take."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop import wording
from engine.service.pace import Progress

translate = QCoreApplication.translate


def speed_and_time(progress: Progress) -> list[str]:
    """Return what can be said: passages a second, time left."""
    parts = []
    if progress.speed:
        shown = f"{progress.speed:.0f}" if progress.speed >= 10 else f"{progress.speed:.1f}"
        parts.append(translate("Knowledge", "{speed} passages/s").format(speed=shown))
    if progress.left is not None:
        parts.append(translate("Knowledge", "{time} left").format(time=wording.duration(progress.left)))
    return parts
