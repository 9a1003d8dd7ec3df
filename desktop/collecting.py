"""Collects cyclic garbage on the Qt thread alone: any other would end widgets and timers that are not its own."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 500


class Collecting(QObject):
    """Takes the place of Python's own collector, which runs on whatever thread happens to allocate, until closed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(_EVERY_MS)

    def settle(self) -> None:
        """Leave out from now on what there is, soon: modules and pages that stay as long as the window does."""
        QTimer.singleShot(_EVERY_MS, self, self._freeze)

    def _freeze(self) -> None:
        if self._timer.isActive():
            gc.collect()
            gc.freeze()

    def look(self) -> None:
        """Collect the oldest generation that has grown past its threshold, as Python would."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation] > 0:
                gc.collect(generation)
                return

    def close(self) -> None:
        """Give the work back."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
