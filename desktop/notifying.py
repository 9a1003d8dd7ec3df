"""Tells through the tray what happened while the window was not looked at, and keeps the icon as the settings say."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from desktop import tray
from desktop.notices import Notice, Notices
from desktop.window import Window
from engine.events import Event
from engine.settings import Settings

translate = QCoreApplication.translate
_SOON_MS = 1_500


class Notifying(QObject):
    """The tray is looked for a moment after the start, which must not wait for it; without one nothing happens.

    `chosen` names a thread that somebody wants to see. `name_of` gives a thread's title.
    """

    chosen = Signal(str)

    def __init__(self, window: Window, settings: Callable[[], Settings], name_of: Callable[[str], str]) -> None:
        super().__init__(window)
        self._window, self._settings, self._name_of = window, settings, name_of
        self._notices = Notices()
        self.tray: tray.Tray | None = None
        window.stays = self._stays
        soon = QTimer(self)
        soon.setSingleShot(True)
        soon.timeout.connect(self.refresh)
        soon.start(_SOON_MS)

    def take(self, events: tuple[Event, ...]) -> None:
        """Take a bundle of events, and tell what is worth it if nobody looks."""
        found = self._notices.take(events)
        if not found or self.tray is None or not self._settings().notify or self._window.isActiveWindow():
            return
        for notice in found[-3:]:
            title, text, subject = self._words(notice)
            self.tray.tell(title, text, subject)

    def refresh(self) -> None:
        """Show or take away the icon as the settings say."""
        settings = self._settings()
        wanted = (settings.notify or settings.keep_in_tray) and tray.there_is_one()
        if wanted and self.tray is None:
            self.tray = tray.Tray(self._window, self._window.act, self._window.bring_to_front)
            self.tray.chosen.connect(self.chosen)
        elif not wanted and self.tray is not None:
            self.close()

    def close(self) -> None:
        """Take the icon away; the window closes as it is closed again."""
        if self.tray is not None:
            self.tray.close()
            self.tray.deleteLater()
            self.tray = None

    def _stays(self) -> bool:
        """Whether closing the window leaves Fireside in the tray."""
        return self.tray is not None and self._settings().keep_in_tray

    def _words(self, notice: Notice) -> tuple[str, str, str]:
        """Return title, text and the thread to go to."""
        subject = notice.subject
        match notice.what:
            case "answered":
                return translate("Notices", "The answer is there"), self._name_of(subject), subject
            case "failed":
                return translate("Notices", "The answer failed"), self._name_of(subject), subject
            case "asked":
                return translate("Notices", "Your leave is asked for"), self._name_of(subject), subject
            case "downloaded":
                return translate("Notices", "The model is downloaded"), subject, ""
            case "download_failed":
                return translate("Notices", "The download stopped"), subject, ""
            case "read":
                return translate("Notices", "The files are read"), subject, ""
            case "read_partly":
                text = translate("Notices", "{name} · not read: {count}").format(name=subject, count=notice.failed)
                return translate("Notices", "The files are read"), text, ""
