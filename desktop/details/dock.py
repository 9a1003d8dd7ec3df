"""Keeps the details panel beside the pages, or over them where the window is too narrow for both."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QFrame, QHBoxLayout

if TYPE_CHECKING:
    from desktop.details.panel import DetailsPanel

WIDTH = 316
LEAST_BESIDE = 660  # what the chat needs for itself


class Dock(QObject):
    """Places the panel in the window's sheet; only the chat page has one. It is made when it is first wanted."""

    def __init__(self, sheet: QFrame, row: QHBoxLayout, make: Callable[[], DetailsPanel], *, wanted: bool) -> None:
        super().__init__(sheet)
        self._sheet, self._row, self._make = sheet, row, make
        self.made: DetailsPanel | None = None
        self.wanted = wanted
        self._here = False
        self._over: bool | None = None
        sheet.installEventFilter(self)

    @property
    def panel(self) -> DetailsPanel:
        """The panel, made now if need be."""
        if self.made is None:
            self.made = self._make()
            self.made.setFixedWidth(WIDTH)
            self.made.closed.connect(lambda: self.want(wanted=False))
            self._place()
        return self.made

    def want(self, *, wanted: bool) -> None:
        """Open or close the panel."""
        self.wanted = wanted
        self._place()

    def be_at(self, *, chat: bool) -> None:
        """Follow the window to a page."""
        self._here = chat
        self._place()

    @property
    def shown(self) -> bool:
        return self._here and self.wanted

    @property
    def over(self) -> bool:
        """Whether the panel lies over the page."""
        return bool(self._over)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        if self.made is None and not self.shown:
            return
        sheet, panel = self._sheet, self.panel
        over = sheet.width() - WIDTH < LEAST_BESIDE
        if over != self._over:
            self._over = over
            self._row.removeWidget(panel)
            panel.setParent(sheet)
            if not over:
                self._row.addWidget(panel)
            panel.set_over(over=over)
        if panel.isVisibleTo(sheet) != self.shown:
            panel.set_shown(shown=self.shown)
        if over and self.shown:
            width = min(WIDTH, sheet.width() - 24)
            panel.setGeometry(sheet.width() - width - 1, 1, width, sheet.height() - 2)
            panel.raise_()
