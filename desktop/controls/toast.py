"""A short message at the foot of the window, with one thing to press: undo instead of "are you sure"."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from desktop.controls.button import IconButton, text_button

SECONDS = 7


class Toast(QFrame):
    """One message at a time; showing the next one settles the one before."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setObjectName("popup")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(8)
        self._text = QLabel(self)
        row.addWidget(self._text)
        self.undo = text_button("link", self)
        self.undo.clicked.connect(self._undone)
        row.addWidget(self.undo)
        self._close = IconButton("x", self, size=28, icon_size=14)
        self._close.clicked.connect(self.settle)
        row.addWidget(self._close)
        self._on_undo: Callable[[], None] | None = None
        self._on_settled: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.settle)
        parent.installEventFilter(self)
        self._retranslate()
        self.hide()

    def text(self) -> str:
        return self._text.text()

    def tell(self, text: str) -> None:
        """Show a sentence for a few seconds."""
        self._present(text, None, None)

    def offer_undo(self, text: str, undo: Callable[[], None], settled: Callable[[], None]) -> None:
        """Show a sentence with "Undo"; without it `settled` is called when the time is over or the app closes."""
        self._present(text, undo, settled)

    def settle(self) -> None:
        """End now: what could be undone is done for good."""
        self._timer.stop()
        self.hide()
        settled, self._on_settled, self._on_undo = self._on_settled, None, None
        if settled is not None:
            settled()

    def _present(self, text: str, undo: Callable[[], None] | None, settled: Callable[[], None] | None) -> None:
        self.settle()
        self._on_undo, self._on_settled = undo, settled
        self._text.setText(text)
        self.setAccessibleName(text)
        self.undo.setVisible(undo is not None)
        self._place()
        self.show()
        self.raise_()
        self._timer.start(SECONDS * 1000)

    def _undone(self) -> None:
        self._timer.stop()
        self.hide()
        undo, self._on_undo, self._on_settled = self._on_undo, None, None
        if undo is not None:
            undo()

    def _place(self) -> None:
        self.adjustSize()
        parent = self._over
        self.move((parent.width() - self.width()) // 2, parent.height() - self.height() - 28)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.undo.setText(self.tr("Undo"))
        self._close.set_name(self.tr("Close this message"))
