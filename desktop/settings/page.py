"""The settings page: one card per topic, rows generated from the engine's declarations."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.controls.button import text_button
from desktop.controls.pageframe import PageFrame, heading
from desktop.i18n import say
from desktop.room import Room
from desktop.settings.about import AboutSection
from desktop.settings.api import ApiRow
from desktop.settings.backup import BackupSection
from desktop.settings.fields import Names, field
from desktop.settings.update import UpdateSection
from desktop.settings.words import ELSEWHERE, words_of
from engine.errors import FiresideError
from engine.events import ApiChanged, Event, SettingChanged
from engine.settings import DECLARATIONS


class SettingsPage(PageFrame):
    """Every change takes effect at once."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=720)
        self._room = room
        self.fields: dict[str, QWidget] = {}
        self._own = False
        self._api_state = ApiChanged()
        self.api: ApiRow | None = None
        self._box = QVBoxLayout()
        self._box.setSpacing(0)
        self.column.addLayout(self._box)
        # Kept when the rows above are made anew: something may be under way in it.
        self.backup = BackupSection(room, self)
        self.column.addWidget(self.backup)
        self.update_section = UpdateSection(room, self)
        self.column.addWidget(self.update_section)
        self.about = AboutSection(room, self)
        self.column.addWidget(self.about)
        self.column.addStretch(1)
        self._build()

    def leave(self) -> None:
        """Stop what would hold up closing the window."""
        self.backup.stop()
        self.update_section.stop()

    def take(self, events: tuple[Event, ...]) -> None:
        """Take a bundle of events: a setting changed elsewhere is shown."""
        for event in events:
            if isinstance(event, ApiChanged):
                self._api_state = event
                if self.api is not None:
                    self.api.show_state(event)
        if not self._own and any(isinstance(e, SettingChanged) and e.key in self.fields for e in events):
            self._build()
        self._own = False

    def _build(self) -> None:
        self._clear()
        self.say(self.tr("Settings"), self.tr("Every change takes effect at once."))
        pages: dict[str, list[str]] = {}
        for key, declared in DECLARATIONS.items():
            if declared.page and key not in ELSEWHERE:
                pages.setdefault(declared.page, []).append(key)
        for page, keys in pages.items():
            head = heading(say(words_of(page)), self)
            head.setContentsMargins(0, 12, 0, 8)
            self._box.addWidget(head)
            self._box.addWidget(self._card(keys))
        self._box.addWidget(self._folder())

    def _card(self, keys: list[str]) -> QFrame:
        card = QFrame(self)
        card.setObjectName("card")
        column = QVBoxLayout(card)
        column.setContentsMargins(18, 4, 14, 4)
        column.setSpacing(0)
        for number, key in enumerate(keys):
            if number:
                rule = QFrame(card)
                rule.setObjectName("rule")
                column.addWidget(rule)
            column.addWidget(self._row(key, card))
        if "api_port" in keys:
            self.api = ApiRow(self._room, card)
            self.api.show_state(self._api_state)
            column.addWidget(self.api)
        return card

    def _row(self, key: str, parent: QWidget) -> QWidget:
        declared = DECLARATIONS[key]
        value = getattr(self._room.engine.settings.current, key)
        row = QWidget(parent)
        title = QLabel(say(words_of(declared.title)), row)
        control = field(declared, value, partial(self._set, key), row)
        control.setAccessibleName(title.text())
        title.setBuddy(control)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(title)
        if declared.help:
            about = QLabel(say(words_of(declared.help)), row)
            about.setProperty("role", "small")
            about.setWordWrap(True)
            words.addWidget(about)
            control.setAccessibleDescription(about.text())
        tall = isinstance(control, Names)
        layout = QVBoxLayout(row) if tall else QHBoxLayout(row)
        layout.setContentsMargins(0, 11, 0, 11)
        layout.setSpacing(8 if tall else 20)
        layout.addLayout(words, 0 if tall else 1)
        layout.addWidget(control, 0, Qt.AlignmentFlag(0) if tall else Qt.AlignmentFlag.AlignVCenter)
        self.fields[key] = control
        return row

    def _folder(self) -> QWidget:
        row = QWidget(self)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 20, 0, 0)
        words = QLabel(self.tr("Everything is kept in {folder}").format(folder=self._room.engine.paths.home), row)
        words.setProperty("role", "small")
        words.setWordWrap(True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(words, 1)
        show = text_button("normal", row)
        show.setText(self.tr("Show the folder"))
        show.clicked.connect(lambda: self._room.act("show_home"))
        layout.addWidget(show)
        return row

    def _set(self, key: str, value: Any) -> None:
        try:
            self._own = True
            self._room.engine.settings.set(**{key: value})
        except FiresideError as error:
            self._own = False
            self._room.fail(error)
            self._build()

    def _clear(self) -> None:
        self.fields = {}
        self.api = None
        while (item := self._box.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._build()
        super().changeEvent(event)
