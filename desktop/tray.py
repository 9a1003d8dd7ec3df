"""The icon in the system's tray: its menu, and messages for somebody who looks elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from desktop import icons

_SHOWN_MS = 8_000


class Tray(QObject):
    """`chosen` names a thread when somebody presses its message. Make one only where `there_is_one`."""

    chosen = Signal(str)

    def __init__(self, window: QWidget, act: Callable[[str], None], bring: Callable[[], None]) -> None:
        super().__init__(window)
        self._bring = bring
        self._subject = ""
        self.icon = QSystemTrayIcon(icons.icon("fireside", size=32), self)
        # Nobody else keeps the menu: the icon does not own it.
        self.menu = QMenu(window)
        self._open = self.menu.addAction("")
        self._open.triggered.connect(lambda _=False: bring())
        self._new = self.menu.addAction("")
        self._new.triggered.connect(lambda _=False: self._come(lambda: act("new_chat")))
        self.menu.addSeparator()
        self._quit = self.menu.addAction("")
        self._quit.triggered.connect(lambda _=False: act("quit"))
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.icon.messageClicked.connect(self._pressed)
        window.installEventFilter(self)
        self._retranslate()
        self.icon.show()

    def tell(self, title: str, text: str, subject: str = "") -> None:
        """Show a message outside the window; `subject` is the thread it leads to."""
        self._subject = subject
        self.icon.showMessage(title, text, icons.icon("fireside", size=64), _SHOWN_MS)

    def close(self) -> None:
        """Take the icon away."""
        self.icon.hide()

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self._bring()

    def _pressed(self) -> None:
        subject = self._subject
        self._come(lambda: self.chosen.emit(subject) if subject else None)

    def _come(self, then: Callable[[], object]) -> None:
        self._bring()
        then()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        return super().eventFilter(watched, event)

    def _retranslate(self) -> None:
        self.icon.setToolTip(self.tr("Fireside"))
        self._open.setText(self.tr("Open Fireside"))
        self._new.setText(self.tr("New chat"))
        self._quit.setText(self.tr("Quit Fireside"))


def there_is_one() -> bool:
    """Tell whether the system has a tray now."""
    return QSystemTrayIcon.isSystemTrayAvailable()
